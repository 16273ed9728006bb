"""Listing cases of the demo, one at each step, through the real services. A second call adds nothing.

The days lie back from today, so that windows are over where a case is further on; every party is invented.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from agencies.models import Agency, Officer
from blacklist import services
from blacklist.choices import Outcome, ServiceKind
from blacklist.hints import hints_for
from blacklist.models import CaseStep, ListCase
from blacklist.services import Actor, DecisionText, by_officer
from common.clock import today
from records.models import CreditRecord

AGENCY: Final = "hg-shijian"
WHERE: Final = "信用中国（黑龙江鹤岗）“严重失信名单—提出意见”"
CLAUSE: Final = "总局令第44号第五条第（二）项"
FACTS: Final = (
    "当事人在一年内两次因销售超过保质期的食品受到行政处罚，责令改正后仍不改正，"
    "性质恶劣、情节严重、社会危害较大。"
)
REMEDIES: Final = (
    "对本决定不服的，可以自收到决定书之日起六十日内依法申请行政复议，"
    "也可以自收到决定书之日起六个月内依法向人民法院提起行政诉讼。"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """The two who work the demo's cases."""

    handler: Actor
    chief: Actor


Part = Callable[[Desk, ListCase, date], object]


def load_listing(officers: Mapping[str, Officer]) -> int:
    """Open the cases that are missing; returns how many were."""
    agency = Agency.objects.get(code=AGENCY)
    if ListCase.objects.filter(agency=agency).exists():
        return 0
    desk = Desk(by_officer(officers["shijian-luru"]), by_officer(officers["shijian-shenhe"]))
    records = (
        CreditRecord.objects.filter(
            provider=agency, item_code="xzcf", ended_on__isnull=True, subject__kind="organisation"
        )
        .exclude(subject__uscc="")
        .filter(decision_date__lte=today() - timedelta(days=70), shared_until__gte=today())
        .select_related("subject")
        .order_by("-decision_date", "id")
    )
    picked = list({row.subject_id: row for row in records[:200]}.values())
    for (back, parts), record in zip(CASES, picked, strict=False):
        _case(desk, agency, record, today() - timedelta(days=back), parts)
    return min(len(CASES), len(picked))


def _case(desk: Desk, agency: Agency, record: CreditRecord, on: date, parts: tuple[Part, ...]) -> None:
    case = services.open_case(
        actor=desk.handler,
        agency=agency,
        scheme_code="spaq",
        record=record,
        facts=FACTS,
        basis_clause=CLAUSE,
        on=on,
    )
    for part in parts:
        part(desk, case, on)


def _notice(desk: Desk, case: ListCase, on: date) -> object:
    return services.give_notice(actor=desk.handler, case_id=case.pk, where=WHERE, on=on)


def _serve(desk: Desk, case: ListCase, on: date) -> object:
    return services.record_service(
        actor=desk.handler,
        case_id=case.pk,
        service_kind=ServiceKind.DIRECT,
        proof="送达回证，当事人工作人员签收",
        on=on,
    )


def _object(desk: Desk, case: ListCase, on: date) -> object:
    text = "第二次处罚的食品已经下架待退货，没有销售，请核对当天的销售记录。"
    return services.speak(case_id=case.pk, text=text, objects=True, on=on)


def _answer(desk: Desk, case: ListCase, on: date) -> object:
    services.verify(
        actor=desk.handler, case_id=case.pk, findings="调取收银记录和现场照片，当日仍有销售。", on=on
    )
    return services.answer_objection(
        actor=desk.handler,
        case_id=case.pk,
        outcome=Outcome.REJECTED,
        reasons="经核对当日收银记录，同批次食品售出三件，与处罚决定认定的事实一致。",
        on=on,
    )


def _suspend(desk: Desk, case: ListCase, on: date) -> object:
    return services.suspend(
        actor=desk.chief,
        case_id=case.pk,
        outcome=Outcome.RECONSIDERATION,
        reason="所依据的处罚决定正在行政复议",
        on=on + timedelta(days=1),
    )


def _after_window(case: ListCase) -> date:
    window = CaseStep.objects.filter(case=case, window_until__isnull=False).latest("id").window_until
    assert window is not None, "the notice was served"
    return window + timedelta(days=1)


def _review(desk: Desk, case: ListCase, on: date) -> object:
    return services.review(
        actor=desk.chief,
        case_id=case.pk,
        outcome=Outcome.LIST,
        minutes="局负责人、分管负责人、法制机构负责人参加，一致同意列入。",
        on=_after_window(case),
    )


def _decide(desk: Desk, case: ListCase, on: date) -> object:
    day = _after_window(case)
    codes = [hint.code for hint in hints_for("spaq", case.subject.kind, day)]
    return services.decide(
        actor=desk.chief,
        case_id=case.pk,
        text=DecisionText(
            reason=FACTS,
            basis_text=f"{case.scheme.basis}{case.scheme.basis_clause}；{CLAUSE}",
            removal_text=f"{case.scheme.removal_text}。符合条件的向本局申请；期限届满的自动移出。",
            remedies=REMEDIES,
            measure_codes=codes,
            no_measures=not codes,
        ),
        on=day,
    )


def _close(desk: Desk, case: ListCase, on: date) -> object:
    return services.close_case(
        actor=desk.chief,
        case_id=case.pk,
        reasons="当事人已经整改，危害后果轻微，不符合情节严重的认定标准。",
        on=_after_window(case),
    )


# The ones most worth looking at first: a small demo has fewer records than cases.
CASES: Final[tuple[tuple[int, tuple[Part, ...]], ...]] = (
    (45, (_notice, _serve, _review, _decide)),
    (4, (_notice, _serve, _object)),
    (1, (_notice, _serve)),
    (28, (_notice, _serve, _review)),
    (2, ()),
    (3, (_notice,)),
    (6, (_notice, _serve, _object, _answer)),
    (30, (_notice, _serve, _suspend)),
    (40, (_notice, _serve, _close)),
    (60, (_notice, _serve, _object, _answer, _review, _decide)),
    (25, (_notice, _serve)),
)
