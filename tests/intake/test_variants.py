"""What files say about organisations that are known already: other names with their days, further codes."""

from datetime import date

from bench import samples
from records.identity.models import SubjectName
from records.models import Subject
from tests.intake.conftest import HandIn
from tests.intake.test_subjects import numbered, person_row, send, valid


def dated(row: samples.Row, number: int, day: str, name: str) -> samples.Row:
    return numbered(row, number, CF_XDR_MC=name, CF_JDRQ=day, CF_YXQ="", CF_GSJZQ="")


def test_another_name_of_a_code_is_kept_with_its_days(hand_in: HandIn, company: samples.Row) -> None:
    first, other = company["CF_XDR_MC"], "鹤岗市旧名煤业有限公司"
    days = ["2026-03-02", "2026-02-11", "2026-05-20"]
    assert (
        send(
            hand_in, numbered(company, 1), *(dated(company, 10 + i, day, other) for i, day in enumerate(days))
        )
        == {}
    )
    kept = SubjectName.objects.get()
    assert (kept.name, kept.first_on, kept.last_on) == (other, date(2026, 2, 11), date(2026, 5, 20))
    assert (kept.item_code, kept.subject.name) == ("xzcf", first)
    assert (
        send(hand_in, dated(company, 20, "2026-01-05", other), dated(company, 21, "2026-01-06", first)) == {}
    )
    kept.refresh_from_db()
    assert (kept.first_on, kept.last_on, SubjectName.objects.count()) == (
        date(2026, 1, 5),
        date(2026, 5, 20),
        1,
    )


def test_brackets_and_spaces_make_no_other_name(hand_in: HandIn, company: samples.Row) -> None:
    assert (
        send(
            hand_in,
            numbered(company, 1, CF_XDR_MC="鹤岗（松青）煤业"),
            numbered(company, 2, CF_XDR_MC="鹤岗(松青) 煤业"),
        )
        == {}
    )
    assert not SubjectName.objects.exists()


def test_names_of_persons_are_kept_nowhere(hand_in: HandIn, company: samples.Row) -> None:
    person = valid(person_row(company))
    assert send(hand_in, numbered(person, 1), numbered(person, 2, CF_XDR_MC="欧阳大满")) == {}
    assert not SubjectName.objects.exists()


def test_a_further_code_is_added_and_a_contradicting_one_left_in_its_record(
    hand_in: HandIn, company: samples.Row
) -> None:
    assert send(hand_in, numbered(company, 1)) == {}
    assert send(hand_in, numbered(company, 2, CF_XDR_GSZC="230402100001234", CF_XDR_ZZJG="70226381X")) == {}
    subject = Subject.objects.get()
    assert subject.codes == {"gszc": "230402100001234", "zzjg": "70226381X"}
    assert send(hand_in, numbered(company, 3, CF_XDR_GSZC="230402100009999")) == {}
    subject.refresh_from_db()
    assert subject.codes["gszc"] == "230402100001234"
