"""Who becomes a subject, what of a person stands where, and who is never merged."""

from django.db import connection

from bench import samples
from common.identifiers import USCC_PLACEHOLDER, make_uscc
from records.contents import all_values, secret_of_record, secret_of_subject
from records.models import CreditRecord, RejectedRow, Subject
from tests.intake.conftest import HandIn, codes_by_line


def numbered(row: samples.Row, number: int, **changes: str) -> samples.Row:
    return row | {"CF_WSH": f"鹤执罚〔2026〕{number}号"} | changes


def send(hand_in: HandIn, *rows: samples.Row) -> dict[int, set[str]]:
    return codes_by_line(hand_in(samples.as_csv(rows, samples.COLUMNS)))


def person_row(row: samples.Row) -> samples.Row:
    return row | {
        "CF_XDR_MC": "欧阳小满", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": "", "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": "23040219900101001X", "CF_SY": "欧阳小满驾驶货车超限运输",
    }  # fmt: skip


def valid(row: samples.Row) -> samples.Row:
    from datetime import date

    from common.identifiers import make_id_number

    return row | {"CF_XDR_ZJHM": make_id_number("230402", date(1990, 1, 1), 1)}


def test_codes_of_every_registering_body_are_taken(hand_in: HandIn, company: samples.Row) -> None:
    codes = [make_uscc(body, "230421", "00000017") for body in ("91", "N2", "A1", "Y1", "54", "12")]
    rows = [numbered(company, number, CF_XDR_SHXYM=code) for number, code in enumerate(codes)]
    assert send(hand_in, *rows) == {}
    assert set(Subject.objects.values_list("uscc", flat=True)) == set(codes)
    assert set(Subject.objects.values_list("region", flat=True)) == {"230421"}


def test_one_code_is_one_subject_and_its_name_is_not_overwritten(
    hand_in: HandIn, company: samples.Row
) -> None:
    first = company["CF_XDR_MC"]
    assert send(hand_in, numbered(company, 1), numbered(company, 2, CF_XDR_MC="鹤岗市新名煤业有限公司")) == {}
    assert send(hand_in, numbered(company, 3, CF_XDR_MC="鹤岗市又一名煤业有限公司")) == {}
    subject = Subject.objects.get()
    assert (subject.name, subject.records.count()) == (first, 3)
    assert "又一名" in CreditRecord.objects.get(document_number="鹤执罚〔2026〕3号").data["CF_XDR_MC"]
    assert subject.grams[0] == "鹤岗"
    assert subject.pinyin.startswith("he gang shi")


def test_a_shop_without_a_code_is_known_by_its_registration_number(
    hand_in: HandIn, company: samples.Row
) -> None:
    shop = company | {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": USCC_PLACEHOLDER}
    assert send(hand_in, numbered(shop, 1), numbered(shop, 2, CF_XDR_GSZC="230402600012345")) == {
        2: {"field_required"}
    }
    assert send(hand_in, numbered(shop, 3, CF_XDR_GSZC="230402600012345", CF_XDR_MC="改名的店")) == {}
    subject = Subject.objects.get()
    assert (subject.key, subject.uscc, subject.records.count()) == ("reg:230402600012345", "", 2)
    assert subject.codes == {"gszc": "230402600012345"}


def test_organisations_without_any_code_are_never_merged_by_name(
    hand_in: HandIn, company: samples.Row
) -> None:
    nameless = company | {"CF_XDR_SHXYM": USCC_PLACEHOLDER}
    rows = [numbered(nameless, 1), numbered(nameless, 2), numbered(nameless, 1, CF_XDR_MC="另一合作社")]
    assert send(hand_in, *rows) == {}
    assert Subject.objects.count() == 3
    assert send(hand_in, *rows) == {2: {"duplicate"}, 3: {"duplicate"}, 4: {"duplicate"}}
    assert Subject.objects.count() == 3
    other = numbered(nameless, 4, CF_XDR_SWDJ="230402000000001")
    assert send(hand_in, other, numbered(nameless, 5, CF_XDR_SWDJ="230402000000001", CF_XDR_MC="又名")) == {}
    assert Subject.objects.get(key="swdj:230402000000001").records.count() == 2


def test_a_person_stands_in_no_plain_column(hand_in: HandIn, company: samples.Row) -> None:
    row = valid(person_row(company))
    wrong = numbered(row, 2, CF_NR="") | {"CF_XDR_LB": "欧阳小满"}
    batch = hand_in(samples.as_csv([numbered(row, 1), wrong], samples.COLUMNS))
    assert (batch.accepted, batch.rejected) == (1, 1)
    subject, record = Subject.objects.get(), CreditRecord.objects.get()
    assert (subject.name, subject.shown_name, subject.uscc, subject.grams, subject.pinyin) == (
        "",
        "欧**",
        "",
        [],
        "",
    )
    assert secret_of_subject(subject) == {
        "name": "欧阳小满",
        "document_kind": "身份证",
        "document": row["CF_XDR_ZJHM"],
    }
    assert secret_of_record(record)["CF_SY"] == row["CF_SY"]
    assert all_values(record)["CF_XDR_ZJHM"] == row["CF_XDR_ZJHM"]
    assert record.published_until is None
    assert record.shared_until is not None
    with connection.cursor() as cursor:
        for table in (
            "records_subject",
            "records_creditrecord",
            "records_rejectedrow",
            "records_intakebatch",
            "ledger_pending",
        ):
            cursor.execute(f"select t::text from {table} t")
            text = "".join(line for (line,) in cursor.fetchall())
            assert "欧阳" not in text, table
            assert row["CF_XDR_ZJHM"] not in text, table
            assert "欧阳小满".encode().hex() not in text, table
    assert RejectedRow.objects.get().problems[0]["code"] == "code_unknown"


def test_the_same_person_is_found_again_and_another_is_not(hand_in: HandIn, company: samples.Row) -> None:
    row = valid(person_row(company))
    passport = row | {"CF_XDR_ZJLX": "护照号", "CF_XDR_ZJHM": "E12345678"}
    assert send(hand_in, numbered(row, 1), numbered(row, 2), numbered(passport, 3)) == {}
    assert sorted(subject.records.count() for subject in Subject.objects.all()) == [1, 2]


def test_a_representatives_number_is_sealed_and_the_rest_is_plain(
    hand_in: HandIn, company: samples.Row
) -> None:
    number = valid(company)["CF_XDR_ZJHM"]
    assert (
        send(hand_in, numbered(company, 1, CF_FR_ZJLX="身份证", CF_FR_ZJHM=number), numbered(company, 2))
        == {}
    )
    with_number, without = CreditRecord.objects.order_by("document_number")
    assert secret_of_record(with_number) == {"CF_FR_ZJHM": number}
    assert "CF_FR_ZJHM" not in with_number.data
    assert without.secret is None
    assert without.data["CF_SY"] == company["CF_SY"]
    assert "" not in without.data.values()
