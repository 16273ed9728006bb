"""The demo's lists come through the real services: one applied, one changed, one left for a person; honours beside them."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from blacklist.models import ListDelivery
from blacklist.selectors import published
from blacklist.selectors_honours import published as honoured
from common.clock import today
from portal.demo.accounts import load_accounts
from portal.demo.lists import load_lists


@pytest.mark.django_db
def test_the_demo_shows_every_state_a_person_meets(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    officers = load_accounts()
    assert load_lists(officers) == load_lists(officers) == 4
    statuses = list(ListDelivery.objects.order_by("pk").values_list("source__code", "status"))
    assert statuses == [
        ("zy-sxbzxr", "applied"),
        ("zy-sxbzxr", "applied"),
        ("sw-najsnsr", "applied"),
        ("zy-sxbzxr", "held"),
    ]
    assert published(today()).filter(subject__kind="person").exists()
    assert honoured(today()).count() == 36
