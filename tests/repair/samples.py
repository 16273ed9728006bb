"""Cases for tests: 青松岭农机公司 and its penalty, 经办人李春梅, the market regulator's officers, the credit authority."""

import itertools
from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from agencies.choices import Role
from agencies.models import Officer
from blacklist.models import ListEntry, ListScheme
from common.clock import today
from common.documents import OfficialDocument, Paragraph, as_pdf
from common.files import CheckedFile, check
from records.models import CreditRecord, Subject
from repair import services
from repair.choices import Channel, Kind, MaterialKind
from repair.contents import Applicant
from repair.models import Case
from repair.services import Filed, Filing, Paper, Verdict
from tests import people
from tests.factories import make_penalty, make_subject

APPLICANT = Applicant("李春梅", "13904680000")
_numbers = itertools.count(1)


def png(name: str = "凭证.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def pdf(name: str = "缴款凭证.pdf") -> SimpleUploadedFile:
    paper = OfficialDocument(
        "缴款凭证", "鹤财〔2026〕1号", "", [Paragraph("罚款已经缴清。")], "银行", date(2026, 8, 1)
    )
    return SimpleUploadedFile(name, as_pdf(paper), "application/pdf")


def checked(name: str = "凭证.png") -> CheckedFile:
    return check(png(name))


def papers(*kinds: MaterialKind) -> list[Paper]:
    wanted = kinds or (MaterialKind.COMMITMENT, MaterialKind.IDENTITY, MaterialKind.FULFILMENT)
    return [
        Paper(kind, confirmed="本单位承诺材料真实。")
        if kind == MaterialKind.COMMITMENT
        else Paper(kind, checked())
        for kind in wanted
    ]


def ripe_penalty(subject: Subject | None = None, **wanted: object) -> CreditRecord:
    """A penalty whose minimum period is over and whose publication is not, on whatever day the tests run."""
    return make_penalty(subject or make_subject(), decision_date=today() - timedelta(days=200), **wanted)  # type: ignore[arg-type]


def listed(subject: Subject | None = None, *, days: int = 400, scheme: str = "tqnmggz") -> ListEntry:
    """An entry handed in from elsewhere, decided by the market regulator."""
    since = today() - timedelta(days=days)
    return ListEntry.objects.create(
        scheme=ListScheme.objects.filter(code=scheme).latest("effective_from"),
        subject=subject or make_subject(),
        authority=people.agency(),
        authority_name=people.agency().name,
        origin="imported",
        decision_number=f"鹤市监列〔2026〕{next(_numbers)}号",
        decided_on=since,
        reason="拖欠农民工工资，经责令限期支付逾期未支付",
        basis_text="《保障农民工工资支付条例》第四十八条",
        source=f"test:{next(_numbers)}",
        effective_from=since,
        ends_on=since + timedelta(days=1095),
    )


def officer(role: Role, code: str = "", username: str = "") -> Officer:
    name = username or f"{role.value}-{code or people.HOME[role]}"
    found = Officer.objects.filter(username=name).first()
    return found or people.officer(role, code=code, username=name)


def reviewer() -> Officer:
    return officer(Role.REVIEWER)


def chief() -> Officer:
    return officer(Role.AUTHORITY)


def file(record: CreditRecord | ListEntry, kind: Kind = Kind.REPAIR, **wanted: object) -> Filed:
    """Filed on the portal, with all its materials."""
    of = {"record_id": record.pk} if isinstance(record, CreditRecord) else {"entry_id": record.pk}
    given: dict[str, object] = {
        "kind": kind,
        "applicant": APPLICANT,
        "text": "罚款已经缴清，违法行为已经改正。",
        "papers": papers(*_PAPERS[kind]),
        **of,
    }
    if kind == Kind.OBJECTION:
        given["ground"] = "wrong"
    return services.file_case(filing=Filing(**{**given, **wanted}), channel=Channel.PORTAL)  # type: ignore[arg-type]


_PAPERS = {
    Kind.REPAIR: (),
    Kind.OBJECTION: (MaterialKind.IDENTITY,),
    Kind.REVIEW: (MaterialKind.IDENTITY,),
    Kind.REORGANISATION: (MaterialKind.IDENTITY, MaterialKind.COURT_ORDER),
}


def accepted(record: CreditRecord | ListEntry, kind: Kind = Kind.REPAIR, **wanted: object) -> Case:
    filed = file(record, kind, **wanted)
    return services.accept(officer=by_unit(filed.case), case_id=filed.case.pk)


def by_unit(case: Case) -> Officer:
    """An officer who may decide in the unit that has the case."""
    return chief() if case.agency.is_credit_authority else officer(Role.REVIEWER, case.agency.code)


def decided(case: Case, grant: bool = True, reasons: str = "义务已经履行，违法行为已经改正。") -> Case:
    return services.decide(officer=by_unit(case), case_id=case.pk, verdict=Verdict(grant, reasons))
