"""Cases of the demo: applications for repair waiting, supplemented, granted and refused, and an objection that marks its record.

They concern penalties that the market regulator of the demo handed in; all through the real services, once.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Final

from django.core.files.base import ContentFile
from PIL import Image

from agencies.models import Officer
from catalog.choices import SubjectKind
from common.clock import today
from common.files import CheckedFile, check
from records.models import CreditRecord
from records.selectors import published
from repair import documents, services
from repair.choices import Channel, Kind, MaterialKind
from repair.contents import Applicant
from repair.models import Case
from repair.services import Filing, Paper, Verdict
from repair.targets import Target

_AGENCY: Final = "hg-shijian"
_APPLICANTS: Final = ("方静怡", "邵建国", "樊秀兰", "于海峰", "穆晓晨")


def load_cases(officers: Mapping[str, Officer]) -> int:
    """File and handle what is missing; returns how many cases were new."""
    if Case.objects.exists():
        return 0
    clerk, reviewer = officers["shijian-luru"], officers["shijian-shenhe"]
    records = _records(len(_APPLICANTS))
    cases = [_file(record, name, clerk) for record, name in zip(records, _APPLICANTS, strict=False)]
    _handle(cases, reviewer)
    return len(cases)


def _records(count: int) -> Sequence[CreditRecord]:
    """Penalties of organisations whose minimum is over and whose publication is not."""
    on = today()
    rows = published(on).filter(
        item_code="xzcf",
        provider__code=_AGENCY,
        authority_uscc__in=CreditRecord.objects.filter(provider__code=_AGENCY).values("provider__uscc"),
        subject__kind=SubjectKind.ORGANISATION,
        minimum_until__lt=on,
        published_until__gt=on + timedelta(days=20),
    )
    return list(rows.exclude(contested="review").order_by("-decision_date", "id")[:count])


def _photo(name: str) -> CheckedFile:
    """A small picture that stands for a scanned paper."""
    out = BytesIO()
    Image.new("RGB", (640, 400), (244, 246, 250)).save(out, "PNG")
    return check(ContentFile(out.getvalue(), f"{name}.png"))


def _file(record: CreditRecord, name: str, clerk: Officer) -> Case:
    """The last of the names objects, the others ask for repair; one of them at the window."""
    objects = name == _APPLICANTS[-1]
    target = Target(record.subject, record=record)
    papers = [Paper(MaterialKind.IDENTITY, _photo("身份证明"))]
    if not objects:
        papers += [
            Paper(MaterialKind.FULFILMENT, _photo("缴款凭证")),
            Paper(MaterialKind.COMMITMENT, confirmed=documents.commitment_text(target)),
        ]
    filing = Filing(
        kind=Kind.OBJECTION if objects else Kind.REPAIR,
        applicant=Applicant(name, "0468-3300000"),
        text="罚款金额与决定书不一致，请核对。"
        if objects
        else "罚款已经缴清，违法行为已经改正，附缴款凭证。",
        record_id=record.pk,
        papers=papers,
        ground="wrong" if objects else "",
    )
    window = name == _APPLICANTS[1]
    channel = Channel.WINDOW if window else Channel.PORTAL
    return services.file_case(filing=filing, channel=channel, officer=clerk if window else None).case


def _handle(cases: Sequence[Case], reviewer: Officer) -> None:
    """The first waits; the second is to be supplemented; the third is granted, the fourth refused."""
    for number, case in enumerate(cases):
        if number == 1:
            services.return_once(officer=reviewer, case_id=case.pk, missing=["缴款凭证看不清，请重新拍照"])
        if number in (2, 3):
            services.accept(officer=reviewer, case_id=case.pk)
            grant = number == 2
            reasons = (
                "经核实，罚款已经缴清，违法行为已经改正，最短公示期届满，符合修复条件。"
                if grant
                else "经核实，整改现场仍有超过保质期的食品，尚未改正。改正后可以重新申请。"
            )
            services.decide(officer=reviewer, case_id=case.pk, verdict=Verdict(grant, reasons))
