"""The demo's purposes can be used at once, and come only once."""

from pathlib import Path

import pytest
from pytest_django import Settings

from common.clock import today
from portal.demo.accounts import load_accounts
from portal.demo.purposes import PURPOSES, load_purposes
from records.sharing.choices import PurposeState
from records.sharing.models import DutyPurpose
from records.sharing.services import look_up
from tests.factories import make_penalty


@pytest.mark.django_db
def test_demo_officers_can_look_up_at_once(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    officers = load_accounts()
    assert (load_purposes(officers), load_purposes(officers)) == (len(PURPOSES), 0)
    purposes = DutyPurpose.objects.select_related("agency")
    assert {purpose.state(today()) for purpose in purposes} == {PurposeState.IN_FORCE}
    yingji = purposes.get(agency__code="hg-yingji")
    penalty = make_penalty()
    answer = look_up(
        agency=yingji.agency,
        officer=officers["yingji-luru"],
        purpose_code=yingji.code,
        uscc=penalty.subject.uscc,
    )
    assert [record.pk for record in answer.records] == [penalty.pk]
