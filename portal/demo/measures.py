"""A few screenings of the demo with their reports: one applied, one not, so that receipts, figures and tasks can be seen."""

from collections.abc import Mapping
from typing import Final

import orjson

from agencies.models import Officer
from common.clock import today
from records.models import Subject
from records.selectors import used
from records.sharing.selectors import purposes_in_force
from sanctions.models import Screening
from sanctions.screening.service import Question, screen
from sanctions.services import Report, give_feedback

_CLERK: Final = "zhengwu-zhuguan"
_MATTER: Final = "pxpy"
_SAID: Final = ((True, "鹤政务评〔2026〕1号", ""), (False, "", "当事人已撤回申报"))


def load_screenings(officers: Mapping[str, Officer]) -> int:
    """Screen three listed debtors once and report on two of them; a second call adds nothing."""
    officer = officers[_CLERK]
    agency = officer.agency
    if agency is None or Screening.objects.filter(agency=agency).exists():
        return 0
    purpose = purposes_in_force(agency, today()).order_by("id").first()
    records = (
        used(today()).filter(item_code="sxbzxr").exclude(subject__kind="person").exclude(subject__uscc="")
    )
    subjects = list(Subject.objects.filter(pk__in=records.values("subject")).order_by("pk")[:3])
    if purpose is None or not subjects:
        return 0
    question = Question(
        purpose=purpose.code,
        matter=_MATTER,
        subjects={f"申报人{number}": {"uscc": one.uscc} for number, one in enumerate(subjects, 1)},
        application="YS-0001",
    )
    answer = orjson.loads(screen(agency=agency, officer=officer, question=question))
    hits = [
        (key, one["measures"][0]["measure"]["code"])
        for key, one in answer["results"].items()
        if one["measures"]
    ]
    reports = [
        Report(key=key, measure=code, applied=applied, document=document, reason=reason)
        for (key, code), (applied, document, reason) in zip(hits, _SAID, strict=False)
    ]
    if reports:
        give_feedback(agency=agency, officer=officer, screening_id=answer["id"], reports=reports)
    return len(hits)
