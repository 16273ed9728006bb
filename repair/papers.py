"""Which papers a case has at a moment, for the applicant's page and the officer's alike."""

from collections.abc import Callable
from typing import Final, NamedTuple

from django.urls import reverse

from common.documents import OfficialDocument
from repair import codes, documents
from repair.choices import Kind, State
from repair.models import Case

# Turns a path into the address printed on paper, as `request.build_absolute_uri` does.
Absolute = Callable[[str], str]


class PaperKind(NamedTuple):
    name: str
    make: Callable[[Case, Absolute], OfficialDocument]
    exists: Callable[[Case], bool]


def _certificate(case: Case, absolute: Absolute) -> OfficialDocument:
    assert case.decided_on is not None, "a granted repair was decided"
    query = f"?number={case.number}&code={codes.check_code(case.number, case.decided_on)}"
    return documents.certificate(case, absolute(reverse("portal:repair-verify") + query))


def _receipt(case: Case, absolute: Absolute) -> OfficialDocument:
    return documents.receipt(case, "", absolute(reverse("portal:progress")))


PAPERS: Final[dict[str, PaperKind]] = {
    "receipt": PaperKind("申请回执", _receipt, lambda case: True),
    "missing": PaperKind(
        "补正材料告知书", lambda case, _: documents.missing_list(case), lambda case: bool(case.missing)
    ),
    "decision": PaperKind(
        "决定书", lambda case, _: documents.decision(case), lambda case: case.decided_on is not None
    ),
    "certificate": PaperKind(
        "信用修复证明",
        _certificate,
        lambda case: case.kind == Kind.REPAIR and case.state == State.GRANTED,
    ),
}


def papers_of(case: Case) -> list[tuple[str, str]]:
    """(key, name) of every paper the case has now."""
    return [(key, paper.name) for key, paper in PAPERS.items() if paper.exists(case)]
