"""What other rooms keep about a person: it stays while it has effect, is only stored afterwards, and then goes with its files."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from agencies.choices import Role
from agencies.models import Officer
from blacklist.models import ListEntry
from blacklist.services import end_entry
from common.clock import today
from ledger.tables import TABLES
from province.models import Delivery, DeliveryRejection, PushTarget
from province.naming import wire_id
from records.erasure import services
from records.erasure.choices import Ground
from records.erasure.models import Erasure
from records.models import Subject
from records.persons.services import Person
from repair.choices import Kind
from repair.contents import statement_of
from sanctions.models import AppliedMeasure, Measure
from sanctions.services import ApplicationText, apply_measure
from supervision.choices import ClueKind
from supervision.models import Clue
from tests import people
from tests.factories import make_licence, make_person
from tests.imports import samples as imports
from tests.persons.samples import ADULT
from tests.repair import samples as repair
from tests.sanctions.samples import make_entry as listed_elsewhere

pytestmark = pytest.mark.django_db
BEFORE = timezone.now() - timedelta(days=2)


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


def _measure(entry: ListEntry) -> AppliedMeasure:
    treasurer = people.officer(Role.REVIEWER, code="hg-renshe")
    assert treasurer.agency is not None
    listed = Measure.objects.filter(code="gwy-26").latest("id")
    return apply_measure(
        agency=treasurer.agency,
        officer=treasurer,
        measure_id=listed.pk,
        ground=entry,
        text=ApplicationText(
            document_number="鹤人社〔2026〕9号",
            reason="林有田拖欠工资，不得录用为公务员",
            starts_on=today(),
            ends_on=today() + timedelta(days=90),
        ),
    )


def _clue(measure: AppliedMeasure, **closed: object) -> Clue:
    return Clue.objects.create(
        kind=ClueKind.LIFT_LATE,
        agency=measure.agency,
        object_key=f"lift:{measure.public_id}",
        label=f"{measure.document_number} {measure.measure.name}",
        due=today(),
        basis="法",
        **closed,  # type: ignore[arg-type]
    )


def test_a_measure_and_the_clue_about_it_go_when_their_time_is_over() -> None:
    entry = listed_elsewhere(her())
    measure = _measure(entry)
    clue = _clue(measure, state="closed", outcome="林有田的措施已经解除", closed_at=BEFORE)
    assert measure.subject.kind == "person"
    end_entry(officer=None, entry_id=entry.pk, on=today() - timedelta(days=1), reason="移出", basis="法")
    erasure = granted()
    assert {one: fate for one, fate in fates(erasure).items() if one in ("measure", "clue")} == {
        "measure": "store",
        "clue": "store",
    }
    assert fall_due(erasure) == erasure.lines.count()
    measure.refresh_from_db()
    clue.refresh_from_db()
    assert (measure.document_number, measure.reason) == ("（已删除）", "（已删除）")
    assert (clue.label, clue.outcome) == ("（已删除）", "（已删除）")


def test_a_measure_in_force_and_an_open_clue_stay() -> None:
    measure = _measure(listed_elsewhere(her()))
    _clue(measure)
    found = fates(granted())
    assert {"measure", "clue"} <= found.keys() and set(found.values()) == {"stay"}


def test_the_database_erases_no_measure_in_force_and_nobody_elses() -> None:
    measure = _measure(listed_elsewhere(her()))
    other = make_person("何静", id_number="11010519491231002X")
    clue = _clue(measure, state="closed", outcome="办结", closed_at=timezone.now())
    for call, one, person in (
        ("erase_measure", measure.pk, measure.subject_id),
        ("erase_measure", measure.pk, other.pk),
        ("erase_clue", clue.pk, other.pk),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"select {call}(%s, %s)", [one, person])
    with pytest.raises(IntegrityError), transaction.atomic():  # and a measure stays what it was
        AppliedMeasure.objects.filter(pk=measure.pk).update(reason="别的")


def test_why_the_province_turned_an_entry_down_goes_too() -> None:
    entry = repair.listed(her())
    target = PushTarget.objects.create(code="shi-yan", name="试验", url="https://province.example/push")
    delivery = Delivery.objects.create(
        target=target, first_position=1, last_position=1, event_count=1, oldest_at=timezone.now()
    )
    rejection = DeliveryRejection.objects.create(
        delivery=delivery,
        position=1,
        object_id=wire_id(TABLES["blacklist_listentry"], entry.pk),
        item_code="yzsx",
        reason="林有田的证件号码不符",
        resolved_at=BEFORE,
    )
    end_entry(officer=None, entry_id=entry.pk, on=today() - timedelta(days=1), reason="移出", basis="法")
    erasure = granted()
    assert fates(erasure)["rejection"] == "store"
    fall_due(erasure)
    rejection.refresh_from_db()
    assert rejection.reason == "（已删除）"


def test_rows_of_imported_lists_that_were_sent_back_go_at_once() -> None:
    her()
    document = {"证件类型": "身份证", "证件号码": ADULT.document}
    wrong = imports.person(1, **document, 决定日期="不是日期")
    delivery = imports.deliver([wrong, imports.person(2, 决定日期="不是日期"), *imports.rows(2)])
    assert delivery.refused_rows.count() == 2
    granted()
    assert delivery.refused_rows.count() == 1


def test_what_stayed_is_taken_up_again_once_its_term_is_over() -> None:
    entry = repair.listed(her())
    first = granted()
    assert services.look_again(on=today()) == 0  # still in force: nothing to take up
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="移出", basis="法")
    later = today() + timedelta(days=1)
    assert (services.look_again(on=later), services.look_again(on=later)) == (1, 0)
    again = Erasure.objects.exclude(pk=first.pk).get()
    assert (again.asked_by, again.granted) == ("follow_up", None)
    # the credit authority finds it among what waits, and another officer than the first decides
    decider = Officer.objects.get(username="decider")
    browser = Client()
    browser.force_login(decider)
    assert again.number in browser.get("/workbench/persons/erasures/?state=asked").content.decode()
    assert again.number in browser.get("/workbench/").content.decode()
    assert "再次提出" in browser.get(f"/workbench/persons/erasures/{again.number}/").content.decode()
    came_since = make_licence(subject=entry.subject)
    done = services.decide(
        officer=decider, number=again.number, granted=True, reason="不再必要", basis=services.LAW, on=later,
    )  # fmt: skip
    assert fates(done)["list_entry"] == "store"
    # what came in since is not part of it, and keeps the person's row
    assert "record" not in fates(done) and fates(done)["subject"] == "stay"
    came_since.refresh_from_db()
    assert came_since.ended_on is None
    assert services.look_again(on=later) == 0


def test_a_refused_follow_up_is_not_put_up_every_night() -> None:
    entry = repair.listed(her())
    granted()
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="移出", basis="法")
    later = today() + timedelta(days=1)
    assert services.look_again(on=later) == 1
    services.decide(
        officer=Officer.objects.get(username="decider"), number=Erasure.objects.latest("id").number, granted=False,
        reason="诉讼未结", basis=services.LAW,
    )  # fmt: skip
    assert services.look_again(on=later) == 0
