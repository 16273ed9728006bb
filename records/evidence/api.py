"""Correcting, withdrawing and marking by machine. A client works on what its own agency handed in; the rest does not exist.

Every change names the version it was made on (`If-Match`, as `ETag` of the record gave it): without it 428, on another
version 412, so that two systems or a system and an officer never overwrite each other unseen.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar, Final, TypeVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from common.api import StrictQuery, body_object, matched_version, query_date
from common.clock import today
from common.gates import Refused
from common.openapi import NOT_FOUND, ON, problem
from common.problems import Problem
from records.api_bodies import IDEMPOTENCY, PROBLEM, WRITE_REFUSALS, cells, document, malformed, text
from records.evidence import selectors, services
from records.evidence.api_schema import (
    AsOfSerializer,
    CorrectionRequestSerializer,
    OutcomeRequestSerializer,
    OwnRecordSerializer,
    ProceedingRequestSerializer,
    ProceedingSerializer,
    VersionsSerializer,
    WithdrawalRequestSerializer,
)
from records.evidence.choices import ProceedingKind
from records.evidence.clauses import refuse
from records.evidence.models import Proceeding
from records.evidence.services import Author, Case, Decision, RecordChanged, Why
from records.models import CreditRecord

_T = TypeVar("_T")

IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="改动所依据的版本，即查询时返回的 ETag",
)
_CHANGE: Final = [IDEMPOTENCY, IF_MATCH]
_REFUSED: Final = {
    **WRITE_REFUSALS,
    **NOT_FOUND,
    (409, PROBLEM): problem("另一条信息已经记录了同一文书、同一主体，或者这一案号已经登记"),
    (412, PROBLEM): problem("记录已被改动（version_changed）；请重新查询后再办"),
    (428, PROBLEM): problem("没有给出 If-Match（precondition_required）"),
}


# --- how a request is read -----------------------------------------------------------------------------


def _own(request: Request, pk: int) -> CreditRecord:
    rows = CreditRecord.objects.select_related("item", "subject", "provider")
    record = rows.filter(provider=client_of(request).agency, pk=pk).first()
    if record is None:
        raise Http404
    return record


def _author(request: Request) -> Author:
    client = client_of(request)
    return Author(client.agency, client=client)


def _version(request: Request) -> int:
    version = matched_version(request)
    if version is None:
        raise Problem(
            428, "precondition_required", "请在 If-Match 请求头中给出所依据的版本（查询时返回的 ETag）"
        )
    return version


def _day(body: Mapping[str, object], name: str, pointer: str = "") -> date | None:
    value = text(body, name, pointer)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        detail = f"{name}应为日期，格式为YYYY-MM-DD"
        raise Refused(refuse("date_invalid", detail, pointer=f"{pointer}/{name}")) from None


def _body(request: Request, known: frozenset[str]) -> dict[str, object]:
    body = body_object(request)
    if unknown := sorted(body.keys() - known):
        raise malformed(f"/{unknown[0]}", f"请求内容有不认识的成员：{unknown[0][:40]}")
    return body


def _member(body: Mapping[str, object], name: str, known: frozenset[str]) -> dict[str, object]:
    """An object inside the body; empty where it is not given."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or value.keys() - known:
        raise malformed(f"/{name}", f"{name}应为对象，成员为{'、'.join(sorted(known))}")
    return value


def _changed(request: Request, pk: int, change: Callable[[CreditRecord, int], _T]) -> _T:
    """Do something to one's own record, on the version that was seen; 412 when there is a newer one by now."""
    record, version = _own(request, pk), _version(request)
    try:
        return change(record, version)
    except RecordChanged as changed:
        detail = f"记录已被改动，现为第{changed.current}版；请重新查询后再办"
        raise Problem(412, "version_changed", detail, headers={"ETag": f'"{changed.current}"'}) from changed


def _answer(record: CreditRecord, status: int = 200) -> Response:
    return Response(OwnRecordSerializer(record).data, status=status, headers={"ETag": f'"{record.version}"'})


class _OwnRecordView(StrictQuery):
    scope: ClassVar[str] = Scope.RECORDS_SUBMIT


# --- reading -------------------------------------------------------------------------------------------


class RecordView(_OwnRecordView):
    @extend_schema(
        operation_id="record",
        summary="本单位报送的一条信息：现行版本和期限",
        tags=["更正和撤回"],
        responses={200: OwnRecordSerializer, **NOT_FOUND},
    )
    def get(self, request: Request, pk: int) -> Response:
        return _answer(_own(request, pk))


class VersionsView(_OwnRecordView):
    @extend_schema(
        operation_id="record_versions",
        summary="一条信息的全部版本，新的在前",
        tags=["更正和撤回"],
        responses={200: VersionsSerializer, **NOT_FOUND},
    )
    def get(self, request: Request, pk: int) -> Response:
        record = _own(request, pk)
        changes = selectors.changes_of(record)
        items = []
        for one in selectors.versions_of(record):
            change = changes.get(one.number)
            items.append(
                {
                    "version": one.number,
                    "since": one.since,
                    "until": one.until,
                    "kind": change.kind if change else "",
                    "ground": change.ground if change else "",
                    "explanation": change.explanation if change else "",
                    "fields": change.fields if change else [],
                }
            )
        return Response(VersionsSerializer({"items": items}).data)


class AsOfView(_OwnRecordView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"on"})

    @extend_schema(
        operation_id="record_as_of",
        summary="某日情形：当日结束时是哪一版，是否公示、共享、使用",
        tags=["更正和撤回"],
        parameters=[ON],
        responses={200: AsOfSerializer, **NOT_FOUND},
    )
    def get(self, request: Request, pk: int) -> Response:
        on = min(query_date(request, "on") or today(), today())
        found = selectors.record_on(_own(request, pk), on)
        if found is None:
            raise Http404
        state = found.state
        body = {"on": on, "version": found.standing.number, "published": state.published}
        return Response(AsOfSerializer({**body, "shared": state.shared, "used": state.used}).data)


# --- changing ------------------------------------------------------------------------------------------


class CorrectionsView(_OwnRecordView):
    @extend_schema(
        operation_id="record_correct",
        summary="更正本单位报送的一条信息",
        description="与报送同一套规则，另加更正的规则；更正前的版本保留。退回时 errors 给出全部问题。",
        tags=["更正和撤回"],
        parameters=_CHANGE,
        request=CorrectionRequestSerializer,
        responses={200: OwnRecordSerializer, **_REFUSED},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        body = _body(request, frozenset({"ground", "explanation", "fields", "document", "basis_document"}))
        basis = _member(body, "basis_document", frozenset({"number", "date"}))
        why = Why(
            text(body, "ground"),
            text(body, "explanation"),
            text(basis, "number", "/basis_document"),
            _day(basis, "date", "/basis_document"),
        )
        said = cells(body.get("fields", {})), document(body.get("document"))
        return _answer(
            _changed(
                request,
                pk,
                lambda record, version: services.correct_record(
                    author=_author(request),
                    record_id=record.pk,
                    version=version,
                    why=why,
                    fields=said[0],
                    document=said[1],
                ),
            )
        )


class WithdrawalView(_OwnRecordView):
    @extend_schema(
        operation_id="record_withdraw",
        summary="撤回本单位报送的一条信息",
        description="即时停止公示、共享和使用。文书被撤销、变更的，请登记处理结果。",
        tags=["更正和撤回"],
        parameters=_CHANGE,
        request=WithdrawalRequestSerializer,
        responses={200: OwnRecordSerializer, **_REFUSED},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        body = _body(request, frozenset({"reason", "explanation"}))
        why = Why(text(body, "reason"), text(body, "explanation"))
        return _answer(
            _changed(
                request,
                pk,
                lambda record, version: services.withdraw_record(
                    author=_author(request), record_id=record.pk, version=version, why=why
                ),
            )
        )


_OUTCOME: Final = frozenset({"outcome", "document", "decided_on"})


def _decision(body: Mapping[str, object], pointer: str = "") -> Decision:
    return Decision(
        text(body, "outcome", pointer), text(body, "document", pointer), _day(body, "decided_on", pointer)
    )


class ProceedingsView(_OwnRecordView):
    @extend_schema(
        operation_id="record_proceeding",
        summary="登记复议、诉讼，或者连同结果登记自行纠正",
        tags=["更正和撤回"],
        parameters=_CHANGE,
        request=ProceedingRequestSerializer,
        responses={201: ProceedingSerializer, **_REFUSED},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        known = frozenset({"kind", "organ", "case_number", "since", "basis", "outcome"})
        body = _body(request, known)
        case = Case(
            text(body, "kind"),
            text(body, "organ"),
            text(body, "case_number"),
            _day(body, "since"),
            text(body, "basis"),
        )
        own = case.kind == ProceedingKind.SUPERVISION
        if not own and "outcome" in body:
            raise malformed("/outcome", "复议、诉讼的结果请在结果出来以后另行登记")
        decision = _decision(_member(body, "outcome", _OUTCOME), "/outcome") if own else None

        def enter(record: CreditRecord, version: int) -> Proceeding:
            author = _author(request)
            if decision is None:
                return services.mark_proceeding(
                    author=author, record_id=record.pk, version=version, case=case
                )
            return services.note_own_correction(
                author=author, record_id=record.pk, version=version, case=case, decision=decision
            )

        return Response(ProceedingSerializer(_changed(request, pk, enter)).data, status=201)


class OutcomeView(_OwnRecordView):
    @extend_schema(
        operation_id="record_proceeding_outcome",
        summary="登记复议、诉讼的结果",
        tags=["更正和撤回"],
        parameters=_CHANGE,
        request=OutcomeRequestSerializer,
        responses={200: ProceedingSerializer, **_REFUSED},
    )
    @idempotent
    def post(self, request: Request, pk: int, number: int) -> Response:
        body = _body(request, _OUTCOME)
        decision = _decision(body)

        def end(record: CreditRecord, version: int) -> Proceeding:
            if not record.proceedings.filter(pk=number).exists():
                raise Http404
            return services.note_outcome(
                author=_author(request), proceeding_id=number, version=version, decision=decision
            )

        return Response(ProceedingSerializer(_changed(request, pk, end)).data)
