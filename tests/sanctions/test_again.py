"""A question asked again is answered by one statement, and only on what stands at that very moment.

Whatever is changed after it was read lets no answer out: not before the question, and not between judgement and answer. More
examples with SANCTIONS_EXAMPLES.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oauth2_provider.models import AccessToken

from agencies.choices import Role
from catalog.publication import add_months
from common.clock import today
from common.gates import Refusal
from common.prepared import Mark, Prepared
from records.sharing.models import LookUp
from sanctions.models import Screening
from sanctions.screening import again, gate
from tests import people
from tests.factories import invented_uscc, make_subject
from tests.sanctions.samples import ADDRESS, Window, make_entry
from tests.sanctions.test_faults import asked, elsewhere

BY_THE_LONG_ROAD = {"Accept": "application/json, text/plain"}
YESTERDAY = "(now() at time zone 'Asia/Shanghai')::date - 1"
# What somebody may do meanwhile, and what the next question is then answered.
CHANGES = {
    "the token is deleted": ("delete from oauth2_provider_accesstoken", (401, "not_authenticated")),
    "the token has expired": (
        "update oauth2_provider_accesstoken set expires = now() - interval '1 s'", (401, "not_authenticated")
    ),
    "the token is for another place": (
        """update oauth2_provider_accesstoken set resource = '["https://elsewhere.example/"]'""", (401, "not_authenticated"),
    ),
    "the token loses its scope": (
        "update oauth2_provider_accesstoken set scope = 'records:submit'", (403, "permission_denied")
    ),
    "the client is no longer in use": ("update agencies_apiclient set active = false", (403, "permission_denied")),
    "the agency is no longer in use": ("update agencies_agency set active = false", (403, "permission_denied")),
    "the purpose is withdrawn": (
        "update records_dutypurpose set withdrawn_at = now(), withdrawn_why = '职责调整', withdrawn_by_id = approved_by_id",
        (422, "purpose_not_registered"),
    ),
    "the matter has ended": (
        f"update sanctions_matter set effective_until = {YESTERDAY} where code = 'zfcg'", (422, "purpose_not_registered")
    ),
    "a measure is gone": ("delete from sanctions_measure where code like 'xf-3-%'", (503, "list_unavailable")),
    "another release": ("update sanctions_liststate set answers = answers + 1", (503, "list_unavailable")),
}  # fmt: skip


def statements(ask: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert ask().status_code == 200
    return [one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]


@pytest.mark.django_db
def test_it_is_the_same_answer_by_one_statement() -> None:
    window, entry = Window(), make_entry()
    for uscc in (entry.subject.uscc, make_subject().uscc, invented_uscc(99999)):
        body = {"purpose": window.purpose.code, "matter": "zfcg", "subjects": {"甲/乙": {"uscc": uscc}}}
        for headers in ({}, BY_THE_LONG_ROAD):  # statements are prepared once per connection
            window.post(ADDRESS, body, **headers)
        seen = {}
        for name, headers in (("short", {}), ("long", BY_THE_LONG_ROAD)):
            ask = partial(window.post, ADDRESS, body, **headers)
            assert len(statements(ask)) == (1 if name == "short" else 3)
            answer = ask()
            said = answer.json()
            row = LookUp.objects.values(
                "agency", "client", "purpose", "asked", "subject", "item_codes", "record_count", "keep_until"
            ).get(receipt=said.pop("receipt"))
            receipt = Screening.objects.values(
                "agency", "matter", "subjects", "unknown", "asked", "hits", "feedback_due"
            ).get(public_id=said.pop("id"))
            said.pop("as_of")
            seen[name] = (said, row, receipt, answer.headers["Content-Type"], answer.headers["Allow"])
        assert seen["short"] == seen["long"]
    batch = window.ask({"a": {"uscc": entry.subject.uscc}, "b": {"uscc": make_subject().uscc}}).json()[
        "results"
    ]
    assert batch == {"a": window.one(entry.subject), "b": window.one(make_subject())}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("when", ["before the question", "between judgement and answer"])
def test_what_changed_meanwhile_lets_no_answer_out(
    name: str, when: str, committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, entry = Window(), make_entry()
    for _ in range(2):
        assert asked(window, entry.subject.uscc) == (200, "hit")
    before = Screening.objects.count()
    change, expected = CHANGES[name]
    judge_kinds, done = gate.judge_kinds, []

    def meanwhile(*args: Any) -> list[Refusal]:
        if not done:
            done.append(True)
            with elsewhere(committed_db, change, commit=True):
                pass
        return judge_kinds(*args)

    if when == "before the question":
        with elsewhere(committed_db, change):  # not committed: nobody else sees it yet
            assert asked(window, entry.subject.uscc) == (200, "hit")
        before += 1
        with elsewhere(committed_db, change, commit=True):
            pass
    else:
        monkeypatch.setattr(gate, "judge_kinds", meanwhile)
    status, code = asked(window, entry.subject.uscc)
    assert (status, code) == expected
    assert Screening.objects.count() == before
    assert LookUp.objects.filter(outcome="answered").count() == before


def test_clocks_changed_meanwhile_are_the_new_ones(committed_db: str) -> None:
    window, company = Window(), make_subject()
    ask = lambda: window.ask({"a": {"uscc": company.uscc}}).json()  # noqa: E731
    first, second = ask(), ask()
    assert first["feedback_due"] == second["feedback_due"]
    clock = "update catalog_deadlinerule set amount = amount + 90, unit = 'days' where code = 'screening-feedback'"
    rule = (
        "insert into records_sharingrule (code, lookup_keep_months, purpose_max_months, export_days, basis_id, basis_clause,"
        " effective_from, mark, note) select 'newer', 77, purpose_max_months, export_days, basis_id, basis_clause,"
        f" {YESTERDAY}, mark, note from records_sharingrule limit 1"
    )
    with elsewhere(committed_db, clock, rule, commit=True):
        third = ask()
    assert third["feedback_due"] > first["feedback_due"]
    assert LookUp.objects.get(receipt=third["receipt"]).keep_until == add_months(today(), 77)
    assert LookUp.objects.get(receipt=second["receipt"]).keep_until != add_months(today(), 77)


def test_rows_touched_without_effect_are_read_anew(committed_db: str) -> None:
    window, entry = Window(), make_entry()
    assert asked(window, entry.subject.uscc) == (200, "hit")
    touched = "update agencies_agency set name = name"
    with elsewhere(committed_db, touched, commit=True):
        assert asked(window, entry.subject.uscc) == (200, "hit")
        assert asked(window, entry.subject.uscc) == (200, "hit")
    ask = lambda: window.ask({"a": {"uscc": entry.subject.uscc}})  # noqa: E731
    assert statements(ask) == []  # the one statement goes over a lent connection; nothing was to be read anew
    assert LookUp.objects.count() == Screening.objects.count() == 4


@pytest.mark.django_db
def test_what_is_out_of_the_ordinary_goes_the_road_of_all_views(monkeypatch: pytest.MonkeyPatch) -> None:
    window, company = Window(), make_subject()
    body = {"purpose": window.purpose.code, "matter": "zfcg", "subjects": {"a": {"uscc": company.uscc}}}
    ask = lambda **headers: window.post(ADDRESS, body, **headers)  # noqa: E731
    ask()
    assert len(statements(ask)) == 1
    assert len(statements(lambda: ask(**{"Idempotency-Key": "k"}))) > 3
    for path, code in (
        (f"{ADDRESS}?x=1", "query_unknown"),
        (f"{ADDRESS}?access_token=x", "not_authenticated"),
    ):
        assert window.post(path, body).json()["code"] == code
    text = window.browser.post(ADDRESS, "{}", content_type="text/plain", headers=window.headers)
    assert text.status_code == 415
    for malformed in ("[]", "{", ""):
        answer = window.browser.post(
            ADDRESS, malformed, content_type="application/json", headers=window.headers
        )
        assert (
            answer.status_code in (400, 422) and answer.headers["Content-Type"] == "application/problem+json"
        )
    assert window.browser.get(ADDRESS, headers=window.headers).status_code == 405
    monkeypatch.setattr(again, "_KEPT", 1)  # other questions push out what is kept of this one
    window.one(company, "tdcr")
    window.one(company, "czzj")
    assert len(statements(ask)) == 4
    AccessToken.objects.update(
        user=people.officer(Role.REVIEWER, username="somebody")
    )  # a token of a person is always read
    assert len(statements(ask)) > 1


@pytest.mark.django_db
def test_behind_a_pooler_it_is_the_same_with_all_values_written_in(monkeypatch: pytest.MonkeyPatch) -> None:
    window, entry = Window(), make_entry()
    prepared = window.one(entry.subject)
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    ask = lambda: window.ask({"a": {"uscc": entry.subject.uscc}})  # noqa: E731
    assert [one for one in statements(ask) if "sanctions_again" in one] == []
    assert len(statements(ask)) == 1 and ask().json()["results"]["a"] == prepared


@pytest.mark.django_db
def test_what_is_written_in_beforehand_is_written_as_it_is() -> None:
    statement = Prepared("test_given", ("text", "text", "int"), "select $1, $2, $3")
    for value in ("50%s", "it's", "\\", "%%"):
        assert statement.given([value, Mark.LATER, 3]).rows(["%s'"], timeout_ms=1000) == [(value, "%s'", 3)]


SWITCHES: dict[str, tuple[str, str, int]] = {
    "token": (
        "update oauth2_provider_accesstoken set expires = now() - interval '1 s'",
        "update oauth2_provider_accesstoken set expires = now() + interval '1 h'",
        401,
    ),
    "scope": (
        "update oauth2_provider_accesstoken set scope = 'records:submit'",
        "update oauth2_provider_accesstoken set scope = 'screening:query'",
        403,
    ),
    "client": (
        "update agencies_apiclient set active = false",
        "update agencies_apiclient set active = true",
        403,
    ),
    "agency": (
        "update agencies_agency set active = false",
        "update agencies_agency set active = true",
        403,
    ),
    "matter": (
        f"update sanctions_matter set effective_until = {YESTERDAY} where code = 'zfcg'",
        "update sanctions_matter set effective_until = null where code = 'zfcg'",
        422,
    ),
    "release": (
        "update sanctions_liststate set answers = 99",
        "update sanctions_liststate set answers = 1",
        503,
    ),
}


@pytest.mark.django_db
@settings(
    max_examples=int(os.environ.get("SANCTIONS_EXAMPLES", "15")), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(turns=st.lists(st.sampled_from(sorted(SWITCHES)), max_size=12))
def test_in_whatever_order_things_are_switched_off_and_on(turns: list[str]) -> None:
    """Each question is answered by how things stand when it is asked; 401 goes before 403 before 422 before 503."""
    AccessToken.objects.all().delete()
    window, company = Window(), make_subject()
    off: set[str] = set()
    for turn in ["", *turns]:
        if turn:
            with connection.cursor() as cursor:
                cursor.execute(SWITCHES[turn][turn in off])
            off ^= {turn}
        expected = min([SWITCHES[one][2] for one in off], default=200)
        for _ in range(2):
            before = Screening.objects.count()
            answer = window.ask({"a": {"uscc": company.uscc}})
            assert answer.status_code == expected, (turns, turn, answer.content.decode())
            assert Screening.objects.count() == before + (expected == 200)
    with connection.cursor() as cursor:
        for one in off:
            cursor.execute(SWITCHES[one][1])


@pytest.mark.django_db
def test_what_was_read_yesterday_is_read_anew() -> None:
    window, company = Window(), make_subject()
    ask = lambda: window.ask({"a": {"uscc": company.uscc}})  # noqa: E731
    ask()
    AccessToken.objects.update(expires=timezone.now() + timedelta(days=3))
    for _ in range(2):
        ask()
    assert len(statements(ask)) == 1
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert len(statements(ask)) > 1
        assert ask().json()["list_version"].startswith(f"{today():%Y%m%d}-")
