"""A merge loses nothing: whatever stood under either row is found from both, wherever rooms above ask, and a split undoes it.

Every example places a bar, an entry, a penalty and an applied measure under rows chosen at random; what is asked of the body
afterwards must be what was asked of the rows before, put together.
"""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.choices import Role
from blacklist import history
from blacklist.models import ListEntry
from common.clock import today
from records.identity import services
from records.identity.groups import about
from records.identity.selectors import about_code
from records.models import CreditRecord, Subject
from repair.choices import Kind
from repair.models import FalseCommitment
from repair.selectors.rules import barred_until
from sanctions.models import AppliedMeasure
from tests import people
from tests.examples import examples
from tests.factories import make_penalty
from tests.identity.samples import BASIS, OLD_CODE, by_document, chief, merged, new_row, old_row, reviewer
from tests.persons import samples as persons
from tests.repair import samples as repair
from tests.sharing.samples import approved

pytestmark = pytest.mark.django_db


def bar(subject: Subject, days: int) -> None:
    case = repair.accepted(repair.ripe_penalty(subject), Kind.OBJECTION, ground="not_public")
    FalseCommitment.objects.create(
        case=case, subject=subject, found_on=today(), until=today() + timedelta(days=days), facts="承诺不实",
        basis="办法", found_by=repair.reviewer(),
    )  # fmt: skip


def numbers(rows: Sequence[Subject]) -> list[tuple[object, ...]]:
    """What each row answers: bar, entries, records by code, measures."""
    return [
        (
            barred_until(row, today()),
            set(ListEntry.objects.filter(about(row)).values_list("pk", flat=True)),
            set(CreditRecord.objects.filter(about_code(row.uscc or OLD_CODE)).values_list("pk", flat=True)),
            set(AppliedMeasure.objects.filter(about(row)).values_list("pk", flat=True)),
        )
        for row in rows
    ]


@settings(max_examples=examples(6))
@given(st.lists(st.tuples(st.sampled_from(("bar", "entry", "penalty")), st.booleans()), max_size=4))
def test_nothing_is_lost_by_a_merge(placed: list[tuple[str, bool]]) -> None:
    with transaction.atomic():
        rows = (new_row(states_old_code=False), old_row())
        for index, (what, under_old) in enumerate(placed):
            {"bar": lambda one, i=index: bar(one, 10 + i), "entry": repair.listed, "penalty": make_penalty}[
                what
            ](rows[under_old])
        before = numbers(rows)
        change = merged_by_document(*rows)
        for row in rows:
            row.refresh_from_db()
        after = numbers(rows)
        bars = [one[0] for one in before if one[0]]
        whole = (max(bars, default=None), *(before[0][i] | before[1][i] for i in (1, 2, 3)))  # type: ignore[operator]
        assert after == [whole, whole]
        services.undo_change(officer=chief(), change_id=change, reason="文书有误", basis=BASIS)
        for row in rows:
            row.refresh_from_db()
        assert numbers(rows) == before
        transaction.set_rollback(True)


def merged_by_document(kept: Subject, other: Subject) -> int:
    change = services.propose_merge(
        officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_document(kept.uscc, OLD_CODE)
    )
    services.decide_change(officer=chief(), change_id=change.pk, grant=True, note="同意")
    return change.pk


def test_a_list_of_a_past_day_and_the_interface_know_the_body(client: Client) -> None:
    kept, other = new_row(), old_row()
    entry = repair.listed(other)
    merged(kept, other)
    purpose = approved(code="hg-yingji", items=("xzcf",))
    answer = history.ask(
        agency=people.agency("hg-yingji"), officer=people.stranger(), purpose_code=purpose.code,
        codes=[kept.uscc], on=today() - timedelta(days=10),
    )  # fmt: skip
    assert [one.entry for one in answer.answers[0].standings] == [entry]
    for row in (kept, other):
        found = client.get(f"/api/v1/public/list-entries/?subject={row.public_id}").json()["items"]
        assert [one["id"] for one in found] == [entry.public_id]


def test_the_window_finds_a_decision_by_the_new_code(client: Client) -> None:
    kept, other = new_row(), old_row()
    record = repair.ripe_penalty(other)
    merged(kept, other)
    client.force_login(people.officer(Role.AUTHORITY, username="counter"))
    page = client.get(
        "/workbench/repair/find/", {"number": record.document_number, "uscc": kept.uscc, "kind": "repair"}
    )
    assert f"record={record.pk}" in page.content.decode()


def test_persons_are_never_one_body_by_code() -> None:
    persons.consent()
    record = persons.honour()
    assert not CreditRecord.objects.filter(about_code(persons.ADULT.document)).exists()
    assert not CreditRecord.objects.filter(about_code("")).exists()
    assert CreditRecord.objects.filter(about(record.subject)).get() == record
