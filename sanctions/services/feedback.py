"""What became of a hit: applied by which document, or not and why not; later, lifted. All of one report or nothing of it.

"Applied" is an application of the measure under gate G10 like any other, on the ground that the answer named; if that ground
has ended since, the gate refuses and the caller learns that there is nothing left to apply.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from django.db import transaction

from agencies.models import Agency, ApiClient, Officer
from blacklist.models import ListEntry
from common.clock import today
from common.gates import PLAN, Refusal, Refused
from common.privacy import decrypt_bytes
from common.problems import Problem
from ledger.services import acting
from records.models import CreditRecord
from records.services.common import actor_number
from sanctions import grounds
from sanctions.clauses import refuse
from sanctions.models import AppliedMeasure, Measure, MeasureFeedback, Screening, ScreeningHit
from sanctions.rules import application as rules
from sanctions.services.applying import ApplicationText, apply_measure, lift_measure

BASIS: Final = f"{PLAN} 第11条：实现联合奖惩结果反馈"
_WHY: Final = "依据查询比对结果，在办理事项时依法实施"


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of one measure of one hit."""

    key: str
    measure: str
    applied: bool = False
    lifted: bool = False
    document: str = ""
    reason: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class _Asker:
    agency: Agency
    officer: Officer | None
    client: ApiClient | None
    on: date


def give_feedback(
    *,
    agency: Agency,
    screening_id: str,
    reports: Sequence[Report],
    officer: Officer | None = None,
    client: ApiClient | None = None,
    on: date | None = None,
) -> list[MeasureFeedback]:
    """Take reports on a screening of the agency; saying the same again changes nothing.

    Screening.DoesNotExist; Refused with G10's codes and field_required, pointing into the reports; a 409 problem when
    something else was reported before.
    """
    asker = _Asker(agency, officer, client, on or today())
    screening = Screening.objects.select_related("matter").get(public_id=screening_id, agency=agency)
    places = {key: place for place, key in enumerate(keys_of(screening), start=1)}
    problems: list[Refusal] = []
    done: list[MeasureFeedback] = []
    with (
        transaction.atomic(),
        acting(actor=actor_number(officer, client), action="sanctions.give_feedback", basis=BASIS),
    ):
        hits = {
            hit.ordinal: hit for hit in screening.hit_rows.select_for_update().select_related("screening")
        }
        for report in reports:
            hit = hits.get(places.get(report.key, 0))
            named = [one for one in hit.grounds if one["code"] == report.measure] if hit else []
            if hit is None or not named:
                detail = "这次比对的答复中没有这个主体的这项措施"
                problems.append(refuse("measure_not_listed", detail, pointer=report.pointer))
                continue
            try:
                done.append(_take(asker, screening, hit, named, report))
            except Refused as refused:
                problems += [
                    Refusal(one.code, one.detail, one.basis, f"{report.pointer}{one.pointer}")
                    for one in refused.refusals
                ]
        if problems:
            raise Refused(*problems)
    return done


def keys_of(screening: Screening) -> list[str]:
    """The caller's keys, in the order of the question."""
    keys: list[str] = orjson.loads(decrypt_bytes(screening.keys, context=f"screening:{screening.public_id}"))
    return keys


def _take(
    asker: _Asker, screening: Screening, hit: ScreeningHit, named: list[Mapping[str, Any]], report: Report
) -> MeasureFeedback:
    earlier = (
        MeasureFeedback.objects.filter(hit=hit, measure_code=report.measure).select_related("measure").first()
    )
    if report.lifted:
        return _lift(asker, earlier, report)
    if report.applied and not report.document.strip():
        raise Refused(refuse("field_required", "已实施的，请填写所依据的文书号", pointer="/document"))
    if not report.applied and not report.reason.strip():
        raise Refused(refuse("field_required", "没有实施的，请说明原因", pointer="/reason"))
    if earlier is not None:
        if (earlier.applied, earlier.document_number, earlier.reason) != _words(report):
            raise Problem(409, "state_changed", f"措施“{report.measure}”已经反馈过，内容不同，不能更改")
        return earlier
    applied, document, reason = _words(report)
    return MeasureFeedback.objects.create(
        hit=hit, measure_code=report.measure, applied=applied, document_number=document, reason=reason,
        measure=_applied(asker, screening, named, report) if applied else None,
        officer=asker.officer, client=asker.client,
    )  # fmt: skip


def _words(report: Report) -> tuple[bool, str, str]:
    return (
        report.applied,
        report.document.strip()[:128] if report.applied else "",
        report.reason.strip()[:300],
    )


def _lift(asker: _Asker, earlier: MeasureFeedback | None, report: Report) -> MeasureFeedback:
    if earlier is None or earlier.measure_id is None:
        raise Refused(refuse("measure_not_listed", "这项措施没有反馈过已实施，不需要解除", pointer="/lifted"))
    lift_measure(
        applied_id=earlier.measure_id, on=asker.on, document=report.document, note=report.reason,
        officer=asker.officer, client=asker.client,
    )  # fmt: skip
    return earlier


def _applied(
    asker: _Asker, screening: Screening, named: list[Mapping[str, Any]], report: Report
) -> AppliedMeasure:
    """The application that the report stands for: the one there is, or a new one on the first ground still in force."""
    earlier = AppliedMeasure.objects.filter(
        agency=asker.agency, measure_id=named[0]["measure"], lifted_on__isnull=True
    )
    for one in named:
        if found := earlier.filter(record_id=one["record"], entry_id=one["entry"]).first():
            return found
    rows = [_ground(one) for one in named]
    facts = [grounds.of(row, asker.on) for row in rows]
    place = next((index for index, fact in enumerate(facts) if fact.ground.in_force), 0)
    measure = Measure.objects.get(pk=named[place]["measure"])
    text = ApplicationText(
        document_number=report.document,
        reason=report.reason.strip() or _WHY,
        heavier_why=report.reason,
        starts_on=asker.on,
        ends_on=rules.last_day(grounds.facts(measure, asker.on, listed=True), facts[place].ground, asker.on),
    )
    return apply_measure(
        agency=asker.agency, measure_id=measure.pk, ground=rows[place], text=text, officer=asker.officer,
        client=asker.client, matter=screening.matter, on=asker.on,
    )  # fmt: skip


def _ground(named: Mapping[str, Any]) -> CreditRecord | ListEntry:
    if named["entry"]:
        return ListEntry.objects.select_related("scheme", "subject").get(pk=named["entry"])
    return CreditRecord.objects.select_related("subject", "item", "tier").get(pk=named["record"])
