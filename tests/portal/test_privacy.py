"""No identity number and no full name of a person in any page, any answer, any source of a page."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from common.identifiers import id_number_problem, make_id_number
from records.contents import seal_record
from records.disclosure import public_fields
from records.models import CreditRecord
from records.selectors import published
from tests.examples import examples
from tests.factories import make_licence, make_penalty, make_person
from tests.portal.conftest import ID_NUMBER, TODAY, People

NAMES = ("林有田", "欧阳建国", "买买提·艾力", "王守仁")


def addresses() -> Iterator[str]:
    """Every public address that could carry something about the records there are."""
    yield from ("/", "/penalties/", "/licences/", "/search/?q=农机", "/search/?q=林有田", "/transparency/")
    yield from (
        "/api/v1/public/records/?item=xzcf",
        "/api/v1/public/records/?item=xzxk",
        "/api/v1/ledger/blocks/",
    )
    yield from ("/api/v1/public/subjects/?q=农机", "/api/v1/public/subjects/?q=林有田")
    for record in published(TODAY.date()):
        yield from (f"/records/{record.pk}/", f"/subjects/{record.subject.public_id}/")
        yield f"/api/v1/public/subjects/{record.subject.public_id}/"


def identity_numbers(text: str) -> list[str]:
    runs = re.findall(r"(?=([1-9][0-9]{16}[0-9Xx]))", text)
    return [run for run in runs if id_number_problem(run.upper(), today=date(2026, 11, 23)) is None]


def test_nothing_public_names_a_person(client: Client, people: People) -> None:
    secret_number = make_id_number("230404", date(1979, 12, 1), 37)
    make_licence(make_person("欧阳建国"), content=f"欧阳建国，证件 {ID_NUMBER}")
    make_licence(make_person("买买提·艾力"))
    make_penalty(
        people.company,
        facts=f"法定代表人王守仁（身份证号{ID_NUMBER}，电话13904681234）到场。王守仁称，{secret_number}系其本人。",
        secret={"CF_FR_ZJHM": secret_number},
        data={"CF_FR_ZJLX": "身份证", "BZ": f"王守仁联系电话 13904681234，{ID_NUMBER}"},
    )
    for address in addresses():
        source = client.get(address).content.decode()
        echo = "林有田" in address  # what the reader typed stands in the search box again
        for name in NAMES:
            assert name not in source.replace('value="林有田"', "") or (echo and name == "林有田"), (
                address,
                name,
            )
        assert identity_numbers(source) == [], address
        assert "13904681234" not in source, address
        assert secret_number not in source and ID_NUMBER not in source, address


def test_what_somebody_searches_for_is_not_logged(
    client: Client, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    for address in ("/search/?q=农机销售", f"/search/?q={ID_NUMBER}", "/api/v1/public/subjects/?q=农机销售"):
        client.get(address)
    captured = capsys.readouterr()
    written = captured.out + captured.err
    assert "GET /search/" in written
    assert "农机销售" not in written and ID_NUMBER not in written and "%E5" not in written


@pytest.mark.parametrize("typed", [ID_NUMBER, ID_NUMBER.lower(), f" {ID_NUMBER} ", "230402198603050018"])
def test_a_typed_identity_number_is_led_out_of_the_address(
    client: Client, people: People, typed: str
) -> None:
    answer = client.get("/search/", {"q": typed})
    assert answer.status_code == 302 and answer["Location"] == "/search/?refused=personal"
    assert typed.strip() not in client.get(answer["Location"]).content.decode()


def test_a_person_is_shown_by_the_first_character_only(client: Client, people: People) -> None:
    page = client.get(f"/records/{people.permit.pk}/").content.decode()
    assert "林**" in page and "道路货物运输从业资格" not in page
    answer = client.get("/api/v1/public/records/?item=xzxk").json()["items"]
    permit = next(item for item in answer if item["id"] == people.permit.pk)
    assert permit["subject"]["name"] == "林**" and permit["subject"]["uscc"] == ""


def test_hidden_and_secret_fields_never_appear(people: People) -> None:
    record = make_penalty(
        people.company,
        number="鹤市监处罚〔2026〕9001号",
        data={"BZ": "内部备注", "CF_XDR_SWDJ": "230402123456789"},
        secret={"CF_FR_ZJHM": ID_NUMBER},
    )
    shown = {field.code: field for field in public_fields(_loaded(record))}
    assert shown.keys() & {"BZ", "CF_XDR_SWDJ", "CF_FR_ZJHM", "CF_FR_ZJLX", "CF_XDR_ZJHM"} == set()
    assert shown["CF_FRDB"].value == "王**"
    assert shown["CF_NR_FK"].display == "0.2 万元（2,000 元）" and shown["CF_NR_FK"].label == "罚款金额"
    assert shown["CF_XDR_SHXYM"].label == "统一社会信用代码"


def _loaded(record: CreditRecord) -> CreditRecord:
    return published(TODAY.date()).prefetch_related("item__fields").get(pk=record.pk)


SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜秀英敏静丽强磊洋艳勇军杰娟涛明超霞"
names = st.builds(
    lambda first, rest: first + rest, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=3)
)
births = st.dates(date(1930, 1, 1), date(2008, 12, 31))
numbers = st.builds(
    make_id_number, st.sampled_from(["230402", "230421", "232430"]), births, st.integers(0, 999)
)
fillers = st.text(st.sampled_from("的到场称，。（）：；货值126元2026年第5号 -A"), max_size=12)


@pytest.fixture
def template(db: None) -> CreditRecord:
    return _loaded(make_penalty())


@settings(max_examples=examples(200))
@given(name=names, number=numbers, other=numbers, parts=st.lists(fillers, min_size=4, max_size=4))
def test_no_text_of_a_record_gives_a_person_away(
    template: CreditRecord, name: str, number: str, other: str, parts: list[str]
) -> None:
    """Whatever stands around them: the representative's name, its number and any other identity number are masked."""
    record = template
    facts = f"{parts[0]}{name}{parts[1]}，{number}，{parts[2]}、{other}。{parts[3]}"
    record.data = {**record.data, "CF_SY": facts, "CF_FRDB": name}
    record.secret = seal_record({"CF_FR_ZJHM": number}, bytes(record.fingerprint))
    text = "\n".join(f"{field.value}\n{field.display}" for field in public_fields(record))
    assert name not in text
    assert number not in text and other not in text
    assert identity_numbers(text) == []
