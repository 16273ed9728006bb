"""宋小满, who was honoured (诚实守信荣誉) and can only be recorded with her consent, and consents of hers."""

from datetime import date, timedelta

from agencies.choices import Role
from agencies.models import Agency, Officer
from common.clock import today
from common.identifiers import make_id_number
from records import services as records
from records.choices import Channel
from records.models import CreditRecord
from records.persons import services
from records.persons.models import Consent
from records.persons.services import Person, Terms
from tests import people

ADULT = Person("宋小满", "身份证", make_id_number("230402", date(1990, 1, 1), 7))
ITEM = "cxry"


def submitter() -> Officer:
    found = Officer.objects.filter(username="submitter-hg-shijian").first()
    return found or people.officer(Role.SUBMITTER)


def terms(**changes: object) -> Terms:
    asked: dict[str, object] = {
        "kind": "collection", "purpose": "记录获得的诚实守信荣誉", "items": [ITEM], "allows": ["sharing", "use"],
        "method": "由授予机关报送", "scope": "在本市公共信用信息系统内使用", "rights_told": True, "given_by": "self",
        "means": "paper", "document_number": "同意〔2026〕1号", "given_on": today(), "valid_from": today(),
        "valid_until": today() + timedelta(days=365),
    }  # fmt: skip
    return Terms(**{**asked, **changes})  # type: ignore[arg-type]


def consent(person: Person = ADULT, agency: Agency | None = None, **changes: object) -> Consent:
    return services.register_consent(agency=agency or people.agency(), person=person, terms=terms(**changes))


def to_publication(person: Person = ADULT, **changes: object) -> Consent:
    return consent(person, kind="publication", allows=[], document_number="单独同意〔2026〕1号", **changes)


def fields(person: Person = ADULT, *, number: str = "鹤市监表彰〔2026〕1号") -> dict[str, str]:
    unit = people.agency()
    return {
        "RY_XDR_MC": person.name, "RY_XDR_LB": "自然人", "RY_XDR_ZJLX": person.document_kind, "RY_XDR_ZJHM": person.document,
        "RY_WSH": number, "RY_MC": "鹤岗市诚信示范个人", "RY_NR": "拾金不昧", "RY_JB": "市级", "RY_JDRQ": "2026-05-11",
        "RY_YXQZ": "2031-05-10", "RY_JG": unit.name, "RY_JGDM": unit.uscc, "RY_LYDW": unit.name, "RY_LYDWDM": unit.uscc,
    }  # fmt: skip


def honour(person: Person = ADULT, *, number: str = "鹤市监表彰〔2026〕1号") -> CreditRecord:
    return records.accept_record(
        agency=people.agency(), item_code=ITEM, fields=fields(person, number=number), channel=Channel.FORM
    )
