"""Two rows of one body: 鹤岗市青松岭农机销售有限公司, once known by its registration number, now by its unified code."""

from datetime import date

from agencies.choices import Role
from agencies.models import Officer
from common.text import bigrams, normalise_name, pinyin_key
from records.identity import services
from records.identity.choices import Ground
from records.identity.models import IdentityChange
from records.identity.rules import Evidence
from records.models import Subject
from tests import people
from tests.factories import make_subject

OLD_CODE = "230402100001234"
BASIS = "《市场主体登记管理条例》第二十四条"


def old_row(name: str = "鹤岗市青松岭农机销售中心", code: str = OLD_CODE) -> Subject:
    """The row that came in under the registration number."""
    return Subject.objects.create(
        key=f"reg:{code}",
        kind="organisation",
        name=name,
        shown_name=name,
        codes={"gszc": code},
        region="230402",
        normal_name=normalise_name(name),
        grams=bigrams(name),
        pinyin=pinyin_key(name),
    )


def new_row(name: str = "鹤岗市青松岭农机销售有限公司", *, states_old_code: bool = True) -> Subject:
    subject = make_subject(name)
    if states_old_code:
        subject.codes = {"gszc": OLD_CODE}
        subject.save(update_fields=["codes"])
    return subject


def by_code(reason: str = "换发营业执照前后为同一单位") -> Evidence:
    return Evidence(Ground.IDENTIFIER, reason, BASIS)


def by_document(kept: str, other: str, *, on: date = date(2016, 3, 1)) -> Evidence:
    return Evidence(
        Ground.DOCUMENT, "变更登记", BASIS, "准予变更登记通知书", "（鹤）登字〔2016〕第12号", "鹤岗市市场监督管理局", on, kept, other
    )  # fmt: skip


def reviewer() -> Officer:
    found = Officer.objects.filter(username="reviewer-hg-shijian").first()
    return found or people.officer(Role.REVIEWER)


def chief() -> Officer:
    found = Officer.objects.filter(username="authority-hg-yingshang").first()
    return found or people.officer(Role.AUTHORITY)


def merged(kept: Subject, other: Subject) -> IdentityChange:
    """Proposed by the reviewer, granted by the credit authority."""
    change = services.propose_merge(
        officer=reviewer(), kept_id=kept.pk, other_id=other.pk, evidence=by_code()
    )
    done = services.decide_change(officer=chief(), change_id=change.pk, grant=True)
    other.refresh_from_db()
    return done
