"""Consents of invented persons with the honours they carry, one of them withdrawn; and a department's list that differs."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Agency, Officer
from common.clock import today
from common.identifiers import make_id_number
from records import services as records
from records.agreement.models import Comparison
from records.agreement.services import compare_list
from records.choices import Channel
from records.erasure import services as erasure
from records.models import CreditRecord
from records.persons import asking
from records.persons.models import Consent
from records.persons.services import Person, Terms, register_consent, withdraw_consent
from records.selectors import published

_ITEM: Final = "cxry"
# name, birth, sequence, guardian, with publication, withdrawn
_PEOPLE: Final = (
    ("宋小满", date(1988, 5, 21), 26, "", True, False),
    ("林有田", date(1979, 9, 23), 17, "", False, False),
    ("贺新雨", date(1992, 2, 19), 41, "", False, True),
    ("周小禾", date(2012, 6, 1), 23, "周立秋", False, False),
)


def load_persons(officers: Mapping[str, Officer]) -> int:
    """Register what is missing; returns how many consents were. A second call adds nothing."""
    officer = officers["shijian-luru"]
    if Consent.objects.filter(agency=officer.agency).exists():
        return 0
    assert officer.agency is not None, "officers of the demo belong to an agency"
    loaded = sum(
        _load(number, *one, officer=officer, agency=officer.agency) for number, one in enumerate(_PEOPLE, 1)
    )
    _ask(officer, officers["yingshang-zhuguan"])
    return loaded


def _ask(officer: Officer, window: Officer) -> None:
    """One consent asked for on line, and one who withdrew wants to be forgotten; both wait."""
    asking.ask(
        officer=officer,
        person=Person("云知夏", "身份证", make_id_number("230402", date(1995, 8, 8), 52)),
        terms=asking.wanted(
            kind="collection", purpose="记录获得的诚实守信荣誉", items=(_ITEM,), allows=("sharing", "use"),
            method="由授予机关在线报送", scope="在本市公共信用信息系统内保存、共享，作为守信激励的依据",
            valid_until=today() + timedelta(days=365),
        ),
    )  # fmt: skip
    name, born, sequence, *_ = _PEOPLE[2]
    erasure.ask(
        officer=window, person=Person(name, "身份证", make_id_number("230402", born, sequence)), ground="withdrawn",
        words="已经撤回同意，请删除", identity_checked=True,
    )  # fmt: skip


def _load(
    number: int,
    name: str,
    born: date,
    sequence: int,
    guardian: str,
    shown: bool,
    withdrawn: bool,
    *,
    officer: Officer,
    agency: Agency,
) -> int:
    person = Person(name, "身份证", make_id_number("230402", born, sequence))
    given = register_consent(agency=agency, person=person, terms=_terms(number, guardian), officer=officer)
    if shown:
        register_consent(
            agency=agency, person=person, terms=_terms(number, guardian, publication=True), officer=officer
        )
    records.accept_record(
        agency=agency,
        officer=officer,
        item_code=_ITEM,
        fields=_honour(number, person, agency),
        channel=Channel.FORM,
    )
    if withdrawn:
        withdraw_consent(consent=given, means="paper", officer=officer)
    return 1 + shown


def _terms(number: int, guardian: str, *, publication: bool = False) -> Terms:
    return Terms(
        kind="publication" if publication else "collection",
        purpose="在信用中国（黑龙江鹤岗）公示获得的荣誉" if publication else "记录获得的诚实守信荣誉",
        items=(_ITEM,),
        allows=() if publication else ("sharing", "use"),
        method="由授予机关在线报送",
        scope="向社会公示，姓名只留姓"
        if publication
        else "在本市公共信用信息系统内保存、共享，作为守信激励的依据",
        rights_told=True,
        given_by="guardian" if guardian else "self",
        relation="父亲" if guardian else "",
        giver_name=guardian,
        means="paper",
        document_number=f"鹤市监{'单独' if publication else ''}同意〔{today().year}〕{number}号",
        given_on=today(),
        valid_from=today(),
        valid_until=today() + timedelta(days=365),
    )


def _honour(number: int, person: Person, agency: Agency) -> dict[str, str]:
    return {
        "RY_XDR_MC": person.name, "RY_XDR_LB": "自然人", "RY_XDR_ZJLX": person.document_kind, "RY_XDR_ZJHM": person.document,
        "RY_WSH": f"鹤市监表彰〔2026〕{number}号", "RY_MC": "鹤岗市诚信示范个人", "RY_NR": "诚信经营，拾金不昧", "RY_JB": "市级",
        "RY_JDRQ": "2026-05-11", "RY_YXQZ": "2029-05-10", "RY_JG": agency.name, "RY_JGDM": agency.uscc,
        "RY_LYDW": agency.name, "RY_LYDWDM": agency.uscc,
    }  # fmt: skip


def load_agreement(officers: Mapping[str, Officer]) -> int:
    """One list of the market regulator that differs in a period, a content and a decision; nothing when one is there."""
    officer = officers["shijian-shenhe"]
    agency = officer.agency
    assert agency is not None, "officers of the demo belong to an agency"
    shown = published(today()).filter(provider=agency, item_code="xzcf", subject__kind="organisation")
    rows: list[CreditRecord] = list(shown.order_by("pk")[:20])
    if len(rows) < 2 or Comparison.objects.filter(agency=agency).exists():
        return 0
    lines = ["行政处罚决定书文号,行政相对人代码_1(统一社会信用代码),公示截止期,处罚类别"]
    lines += [
        f"{one.document_number},{one.subject.uscc},{one.published_until},{one.data['CF_CFLB']}"
        for one in rows
    ]
    lines[1] = lines[1].replace(f"{rows[0].published_until}", f"{today() + timedelta(days=10)}")
    lines[2] = lines[2].replace(f"{rows[1].data['CF_CFLB']}", "警告")
    lines.append(f"鹤市监处罚〔2026〕9001号,,{today() + timedelta(days=200)},罚款")
    upload = SimpleUploadedFile("演示_市场监管局公示清单.csv", "\n".join(lines).encode())
    compare_list(officer=officer, agency=agency, item_code="xzcf", as_of=today(), upload=upload)
    return 1
