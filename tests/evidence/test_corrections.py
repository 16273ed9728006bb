"""Correcting: the same gates again, one row, one new state, the version before it kept."""

from datetime import date, timedelta

import pytest
from django.db import connection

from common.clock import today
from common.gates import Refused
from common.identifiers import make_id_number
from ledger.tables import TABLES
from records import services as intake
from records.contents import all_values
from records.evidence.choices import CorrectionGround
from records.evidence.models import RecordVersion
from records.evidence.selectors import as_it_stood, versions_of
from records.evidence.services import RecordChanged, Why, correct_record
from records.models import CreditRecord
from records.selectors import published
from tests import people
from tests.evidence.samples import WHY, by, correct, decided, hand_in, penalty_row

ID_NUMBER = make_id_number("230402", date(1986, 3, 5), 17)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.refusals]


def test_first_hand_in_keeps_no_version(record: CreditRecord) -> None:
    record.refresh_from_db()
    assert (record.version, record.changed_at, record.contested) == (1, None, "")
    assert not RecordVersion.objects.exists()


def test_a_correction_is_one_new_state_and_keeps_the_old_one(record: CreditRecord) -> None:
    corrected = correct(record, {"CF_NR_FK": "0.3", "CF_NR": "罚款3000元"})
    assert (corrected.pk, corrected.version) == (record.pk, 2)
    assert corrected.data["CF_NR_FK"] == "0.3" and corrected.data["CF_NR"] == "罚款3000元"
    assert corrected.published_until == record.published_until
    old = as_it_stood(RecordVersion.objects.get(record=record))
    assert old.data["CF_NR_FK"] == "0.2" and all_values(old) == all_values(record)
    change = corrected.changes.get()
    assert (change.version, change.fields, change.explanation) == (2, ["CF_NR", "CF_NR_FK"], WHY.explanation)
    assert [one.number for one in versions_of(corrected)] == [2, 1]
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.op, c.action from ledger_pending p join ledger_context c on c.id = p.context_id"
            " where p.tbl = %s and p.object_id = %s order by p.id",
            [TABLES["records_creditrecord"], record.pk],
        )
        assert cursor.fetchall() == [("I", "records.accept"), ("U", "records.correct")]


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("field_required", {"CF_SY": ""}),
        ("code_unknown", {"CF_CFLB": "训诫"}),
        ("date_invalid", {"CF_JDRQ": "昨天"}),
        ("item_not_in_force", {"CF_JDRQ": "2015-01-01"}),
        ("excluded_summary_procedure", {"适用程序": "简易程序"}),
        ("excluded_first_minor", {"轻微情形": "首次轻微并主动消除"}),
        ("document_kind_not_allowed", {"文书种类": "会议纪要"}),
        ("identifier_invalid", {"CF_XDR_SHXYM": "912304000000000000"}),
        ("nothing_changed", {}),
        ("nothing_changed", {"CF_NR_FK": "0.2"}),
        ("window_lengthened", {"CF_JDRQ": "<today>"}),
    ],
)
def test_the_gates_and_rules_hold_for_corrections(
    record: CreditRecord, code: str, fields: dict[str, str]
) -> None:
    fields = {name: today().isoformat() if value == "<today>" else value for name, value in fields.items()}
    with pytest.raises(Refused) as refused:
        correct(record, fields)
    assert code in codes(refused)
    record.refresh_from_db()
    assert record.version == 1 and not RecordVersion.objects.exists()


def test_an_earlier_date_shortens_at_once_and_a_later_one_needs_its_document(record: CreditRecord) -> None:
    earlier = (decided() - timedelta(days=3)).isoformat()
    shorter = correct(record, {"CF_JDRQ": earlier})
    assert shorter.published_until < record.published_until and shorter.effective_date.isoformat() == earlier
    back = {"CF_JDRQ": decided().isoformat()}
    with pytest.raises(Refused, match="window_lengthened"):
        correct(record, back)
    why = Why(CorrectionGround.MISTYPED, "决定日期录入有误", record.document_number, decided())
    assert correct(record, back, why=why).published_until == record.published_until


def test_a_document_is_named_with_number_and_date(record: CreditRecord) -> None:
    for number, day, code in (
        ("鹤市监〔2026〕1号", None, "document_missing"),
        ("鹤市监〔2026〕1号", today() + timedelta(days=1), "document_not_effective"),
    ):
        with pytest.raises(Refused) as refused:
            correct(record, {"CF_NR_FK": "0.3"}, why=Why(CorrectionGround.MISTYPED, "金额有误", number, day))
        assert codes(refused) == [code]


def test_a_record_never_moves_to_another_subject(record: CreditRecord) -> None:
    other = penalty_row(record.provider, seed=77)["CF_XDR_SHXYM"]
    with pytest.raises(Refused) as refused:
        correct(record, {"CF_XDR_SHXYM": other})
    assert codes(refused) == ["subject_changed"]
    assert correct(record, {"CF_XDR_MC": "鹤岗市青松岭食品有限责任公司"}).subject_id == record.subject_id


def test_what_is_over_is_not_corrected(record: CreditRecord) -> None:
    intake.end_record(officer=None, record_id=record.pk, on=today(), reason="repaired", basis="第14条")
    with pytest.raises(Refused) as refused:
        correct(record, {"CF_NR_FK": "0.3"})
    assert codes(refused) == ["record_over"]


def test_another_record_of_the_same_fact_stands_in_the_way(record: CreditRecord) -> None:
    other = hand_in(record.provider, CF_WSH="鹤执罚〔2026〕999号")
    with pytest.raises(Refused) as refused:
        correct(other, {"CF_WSH": record.document_number})
    assert codes(refused) == ["duplicate"]


def test_a_second_officer_cannot_overwrite(record: CreditRecord) -> None:
    correct(record, {"CF_NR_FK": "0.3"})
    with pytest.raises(RecordChanged) as changed:
        correct_record(
            author=by(record.provider), record_id=record.pk, version=1, why=WHY, fields={"CF_NR_FK": "0.4"}
        )
    assert changed.value.current == 2


def test_only_the_agency_that_handed_in_corrects(record: CreditRecord) -> None:
    with pytest.raises(Refused) as refused:
        correct_record(
            author=by(people.agency("hg-yingji")),
            record_id=record.pk,
            version=1,
            why=WHY,
            fields={"CF_NR_FK": "1"},
        )
    assert codes(refused) == ["provider_not_authorised"]


def test_a_person_stays_sealed_in_every_version(agency: object, record: CreditRecord) -> None:
    person = hand_in(
        record.provider,
        seed=9,
        CF_XDR_MC="林有田",
        CF_XDR_LB="自然人",
        CF_XDR_SHXYM="",
        CF_XDR_GSZC="",
        CF_FRDB="",
        CF_FR_ZJLX="",
        CF_FR_ZJHM="",
        CF_XDR_ZJLX="身份证",
        CF_XDR_ZJHM=ID_NUMBER,
    )
    corrected = correct(person, {"CF_SY": "当事人林有田经营超过保质期的食品"})
    text = str(RecordVersion.objects.get(record=person).body) + str(corrected.data)
    assert "林有田" not in text and ID_NUMBER not in text
    assert all_values(corrected)["CF_SY"].startswith("当事人林有田")
    assert all_values(versions_of(corrected)[1].record)["CF_XDR_MC"] == "林有田"


def test_the_public_sees_the_newest_version_only(record: CreditRecord) -> None:
    correct(record, {"CF_NR_FK": "0.3"})
    assert [one.data["CF_NR_FK"] for one in published(today())] == ["0.3"]
