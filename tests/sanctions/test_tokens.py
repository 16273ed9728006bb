"""Tokens are loaded with client and agency by one statement, and judged as before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from agencies.choices import Scope
from agencies.models import ApiClient
from tests import people
from tests.factories import make_subject
from tests.sanctions.samples import Window

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/matters/"


def test_a_token_serves_while_it_is_valid_and_its_client_in_use() -> None:
    window = Window()
    get = lambda: window.browser.get(ADDRESS, headers=window.headers).status_code  # noqa: E731
    assert get() == 200
    for change, back in ((timedelta(seconds=-1), timedelta(hours=1)),):
        AccessToken.objects.update(expires=timezone.now() + change)
        assert get() == 401
        AccessToken.objects.update(expires=timezone.now() + back)
    AccessToken.objects.update(scope="records:submit")
    assert get() == 403
    AccessToken.objects.update(scope=Scope.SCREENING_QUERY.value)
    ApiClient.objects.update(active=False)
    assert get() == 403
    ApiClient.objects.update(active=True)
    people.agency("hg-zhengwu").__class__.objects.filter(code="hg-zhengwu").update(active=False)
    assert get() == 403
    people.agency("hg-zhengwu").__class__.objects.filter(code="hg-zhengwu").update(active=True)
    assert get() == 200
    in_order = window.headers["Authorization"]
    for given in (
        "Bearer nothing",
        "Bearer",
        "bearer",
        in_order.replace("Bearer", "Basic"),
        f"{in_order} more",
    ):
        window.headers = {"Authorization": given}
        assert get() == 401, given
    window.headers = {"Authorization": in_order}
    assert window.browser.get(f"{ADDRESS}?access_token=x", headers=window.headers).status_code == 401
    AccessToken.objects.update(resource=["https://elsewhere.example/"])  # a token for another place
    answer = window.browser.get(ADDRESS, headers=window.headers)
    assert answer.status_code == 401 and "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_screening_takes_one_statement_to_know_who_asks() -> None:
    window, companies = Window(), {f"{n}": {"uscc": make_subject().uscc} for n in range(2)}
    window.ask(companies)
    with CaptureQueriesContext(connection) as queries:
        assert window.ask(companies).status_code == 200
    statements = [one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 3 and "agencies_token" in statements[0]
