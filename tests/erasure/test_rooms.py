"""What other rooms keep about a person: it stays while it has effect, is only stored afterwards, and then goes with its files."""

from datetime import date, timedelta

import pytest
from django.db import connection

from agencies.choices import Role
from blacklist.models import ListEntry
from blacklist.services import end_entry
from common.clock import today
from records.erasure import services
from records.erasure.choices import Ground
from records.erasure.models import Erasure
from records.models import Subject
from records.persons.services import Person
from repair.choices import Kind
from repair.contents import statement_of
from tests import people
from tests.factories import make_person
from tests.persons.samples import ADULT
from tests.repair import samples as repair

pytestmark = pytest.mark.django_db


def granted(person: Person = ADULT, ground: str = Ground.PURPOSE, on: date | None = None) -> Erasure:
    window = people.officer(Role.AUTHORITY, username="window")
    asked = services.ask(officer=window, person=person, ground=ground, words="", identity_checked=True)
    decider = people.officer(Role.AUTHORITY, username="decider")
    return services.decide(
        officer=decider,
        number=asked.erasure.number,
        granted=True,
        reason="不再必要",
        basis=services.LAW,
        on=on,
    )


def fates(erasure: Erasure) -> dict[str, str]:
    return dict(erasure.lines.values_list("holding", "fate"))


def her() -> Subject:
    return make_person(ADULT.name, id_number=ADULT.document)


def fall_due(erasure: Erasure) -> int:
    """The years go by: only the owner of the database can pretend that."""
    with connection.cursor() as cursor:
        cursor.execute("update records_erasureline set until = current_date - 2 where fate = 'store'")
    return services.erase_due(on=today())


@pytest.mark.parametrize("ground", [Ground.PURPOSE, Ground.UNLAWFUL])
def test_an_entry_in_force_stays_and_keeps_the_person(ground: str) -> None:
    repair.listed(her())
    found = fates(granted(ground=ground))
    assert {"list_entry", "subject"} <= found.keys() and set(found.values()) == {"stay"}


def test_an_ended_entry_is_stored_and_then_goes_with_its_case() -> None:
    entry = repair.listed(her())
    end_entry(officer=None, entry_id=entry.pk, on=today() - timedelta(days=1), reason="移出", basis="法")
    erasure = granted()
    assert set(fates(erasure).values()) == {"store"}
    assert fall_due(erasure) == erasure.lines.count()
    entry.refresh_from_db()
    assert (entry.reason, entry.secret) == ("（已删除）", None)
    assert Subject.objects.get(pk=entry.subject_id).key.startswith("erased:")
    assert not ListEntry.objects.exclude(reason="（已删除）").exists()


def test_the_papers_of_a_repair_go_when_their_time_is_over() -> None:
    entry = repair.listed(her())
    case = repair.decided(repair.accepted(entry, Kind.REPAIR))
    files = [one.file for one in case.materials.select_related("file") if one.file]
    erasure = granted(on=today() + timedelta(days=1))
    assert fates(erasure)["repair_case"] == "store" and files
    assert statement_of(case).applicant.name
    assert fall_due(erasure) == erasure.lines.count()
    case.refresh_from_db()
    assert statement_of(case).applicant.name == "（已删除）"
    for stored in files:
        stored.refresh_from_db()
        assert stored.erased_at is not None
