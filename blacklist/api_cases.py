"""Cases for the systems of determining bodies: the same services and rules as the workbench, the same refusals.

A client works the cases of its own agency; others do not exist for it. Files belong to the workbench; a proof of service is
named here by its reference in the agency's own system.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypedDict

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_clients import client_of
from agencies.choices import Scope
from agencies.idempotency import idempotent
from agencies.models import ApiClient
from blacklist import documents, services, standing
from blacklist import selectors_cases as cases
from blacklist.choices import Channel, Outcome, Phase, ServiceKind, StepKind
from blacklist.clauses import refuse
from blacklist.models import CaseStep, ListCase
from blacklist.rules import procedure
from blacklist.services import Actor, DecisionText, Underlying, by_client
from blacklist.services.cases import CaseChanged, context_of, unchanged_since, version_of
from common.api import StrictQuery, body_object, matched_version, query_choice, query_limit
from common.clock import today
from common.documents import PDF_TYPE, WORD_TYPE
from common.gates import Refused
from common.identifiers import normalise_code
from common.openapi import NOT_FOUND, PAGING, page_of, problem
from common.pagination import keyset_page
from common.problems import FieldProblem, Problem, validation_problem
from records.models import CreditRecord, Subject
from records.rules.subjects import person_key

_PROBLEM: Final = "application/problem+json"
REFUSED: Final = {
    (400, _PROBLEM): problem("请求内容不正确"),
    (401, _PROBLEM): problem("没有访问令牌或者令牌无效"),
    (403, _PROBLEM): problem("没有 lists:decide 权限"),
    (422, _PROBLEM): problem("不符合认定程序；errors 逐项给出代码、说明和依据"),
}
_CHANGED: Final = {(412, _PROBLEM): problem("案件已有新的步骤（version_changed）；请重新查询后再办")}
_IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="办理所依据的版本，即查询案件时返回的 ETag；案件此后有新步骤的，不办理，返回 412",
)
IDEMPOTENCY: Final = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="同一键和内容重复提交只办理一次"
)


class CaseSubjectSerializer(serializers.Serializer[object]):
    """Organisations by code, persons by number of the identity card."""

    uscc = serializers.CharField(required=False, max_length=18)
    id_number = serializers.CharField(required=False, max_length=18)


class CaseDocumentSerializer(serializers.Serializer[object]):
    kind = serializers.CharField(max_length=100, help_text="文书种类")
    number = serializers.CharField(max_length=128, help_text="文书号")
    date = serializers.DateField(help_text="文书日期")
    issuer = serializers.CharField(max_length=200, help_text="作出文书的单位")


class CaseRequestSerializer(serializers.Serializer[object]):
    scheme = serializers.CharField(max_length=40, help_text="名单代号")
    facts = serializers.CharField(allow_blank=True, help_text="事由")
    basis_clause = serializers.CharField(allow_blank=True, max_length=300, help_text="适用的情形和条款")
    record = serializers.IntegerField(
        required=False, help_text="所依据的信用记录；与 subject、document 二选一"
    )
    subject = CaseSubjectSerializer(required=False)
    document = CaseDocumentSerializer(required=False)


class StepSerializer(serializers.Serializer[CaseStep]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(StepKind.choices)
    on = serializers.DateField()
    outcome = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_blank=True, help_text="文书号")
    due = serializers.DateField(allow_null=True, help_text="期限届满日")
    window_until = serializers.DateField(allow_null=True, help_text="异议期至")
    has_document = serializers.SerializerMethodField(help_text="是否有可以下载的文书")

    def get_has_document(self, step: CaseStep) -> bool:
        return step.document is not None


class NeedSerializer(serializers.Serializer[procedure.Requirement]):
    label = serializers.CharField()  # type: ignore[assignment]
    met = serializers.BooleanField()
    clause = serializers.CharField(help_text="依据的条款")
    detail = serializers.CharField(allow_blank=True)


class _Terms(TypedDict):
    hearing_due: bool
    rival: procedure.Rival | None


def _terms(case: ListCase) -> _Terms:
    return {"hearing_due": case.scheme.hearing, "rival": cases.rival(case)}


class CaseSerializer(serializers.Serializer[ListCase]):
    """A case, where it stands, what it still needs, and which steps are possible today."""

    id = serializers.CharField(source="public_id")
    number = serializers.CharField()
    scheme = serializers.CharField(source="scheme.code")
    subject = serializers.CharField(source="subject.public_id")
    opened_on = serializers.DateField()
    due = serializers.DateField(allow_null=True)
    phase = serializers.SerializerMethodField()
    possible = serializers.SerializerMethodField(help_text="今天可以办理的步骤")
    missing = serializers.SerializerMethodField(help_text="列入以前需要的事项")
    steps = StepSerializer(many=True, source="all_steps")

    def _standing(self, case: ListCase) -> procedure.Standing:
        return standing.fold(case, getattr(case, "all_steps"))  # noqa: B009 - set by the view

    def get_phase(self, case: ListCase) -> str:
        found: Phase = procedure.phase(self._standing(case), today(), hearing_due=case.scheme.hearing)
        return found.value

    def get_possible(self, case: ListCase) -> list[str]:
        return [kind.value for kind in procedure.possible(self._standing(case), today(), **_terms(case))]

    @extend_schema_field(NeedSerializer(many=True))
    def get_missing(self, case: ListCase) -> list[dict[str, object]]:
        rows = procedure.checklist(self._standing(case), today(), **_terms(case))
        shown = NeedSerializer()
        return [shown.to_representation(row) for row in rows]


class StepRequestSerializer(serializers.Serializer[object]):
    """One step. Which members count depends on `kind`; what is missing is answered with its clause."""

    kind = serializers.ChoiceField(StepKind.choices)
    on = serializers.DateField(required=False, help_text="发生日期；不填为今天")
    text = serializers.CharField(required=False, allow_blank=True, help_text="内容、理由、记录")
    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    service_kind = serializers.ChoiceField(ServiceKind.choices, required=False)
    proof = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="送达凭据")
    wants_hearing = serializers.BooleanField(required=False)
    objection = serializers.IntegerField(required=False, help_text="所答复的异议的步骤 id")
    reason = serializers.CharField(required=False, allow_blank=True, help_text="事由")
    basis_text = serializers.CharField(required=False, allow_blank=True, help_text="依据")
    measures = serializers.ListField(child=serializers.CharField(), required=False, help_text="措施代号")
    no_measures = serializers.BooleanField(required=False, help_text="清单对本名单没有规定措施")
    removal_text = serializers.CharField(required=False, allow_blank=True, help_text="移出条件和程序")
    remedies = serializers.CharField(required=False, allow_blank=True, help_text="救济措施")
    in_underlying = serializers.BooleanField(required=False)
    effective_from = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)


class _ListsView(StrictQuery):
    scope: ClassVar[str] = Scope.LISTS_DECIDE


def _cases_of(client: ApiClient) -> QuerySet[ListCase]:
    rows = ListCase.objects.filter(agency=client.agency)
    return cases.with_rival(rows).select_related("scheme__basis", "agency", "subject", "due_rule")


def _with_steps(case: ListCase) -> ListCase:
    setattr(case, "all_steps", sorted(case.steps.all(), key=lambda row: row.pk))  # noqa: B010
    return case


def _answer(case: ListCase, status: int = 200) -> Response:
    """One case, with its version as ETag."""
    case = _with_steps(case)
    version = version_of(getattr(case, "all_steps"))  # noqa: B009 - just set
    return Response(CaseSerializer(case).data, status=status, headers={"ETag": f'"{version}"'})


def read_body(request: Request, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The validated body; a member nobody knows is a 400, never ignored."""
    body = body_object(request)
    if unknown := sorted(body.keys() - kind().fields.keys()):
        detail = f"请求内容有不认识的成员：{unknown[0][:40]}"
        raise Problem(
            400, "body_malformed", detail, errors=[FieldProblem(f"/{unknown[0]}", "body_malformed", detail)]
        )
    serializer = kind(data=body)
    if not serializer.is_valid():
        raise validation_problem(serializer.errors, refuse)
    values: dict[str, Any] = serializer.validated_data
    return values


class CasesView(_ListsView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="list_cases",
        summary="本单位的名单认定案件",
        tags=["名单"],
        parameters=PAGING,
        responses={200: page_of("ListCasePage", CaseSerializer), **REFUSED},
    )
    def get(self, request: Request) -> Response:
        shown = CaseSerializer()
        return Response(
            keyset_page(
                _cases_of(client_of(request)).prefetch_related("steps"),
                order=("-id",),
                cursor=request.query_params.get("cursor"),
                limit=query_limit(request),
                serialize=lambda case: shown.to_representation(_with_steps(case)),
            )
        )

    @extend_schema(
        operation_id="list_case_open",
        summary="立案",
        description="依据平台内的信用记录，或者依据其他生效文书对平台已知的主体立案。",
        tags=["名单"],
        parameters=[IDEMPOTENCY],
        request=CaseRequestSerializer,
        responses={201: CaseSerializer, **REFUSED},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body, client = read_body(request, CaseRequestSerializer), client_of(request)
        record = None
        if "record" in body:
            owned = CreditRecord.objects.filter(provider=client.agency).select_related("subject")
            record = owned.filter(pk=body["record"]).first()
            if record is None:
                raise Refused(refuse("document_missing", "本单位没有这条信用记录", pointer="/record"))
        document = body.get("document")
        case = services.open_case(
            actor=by_client(client),
            agency=client.agency,
            scheme_code=body["scheme"],
            facts=body["facts"],
            basis_clause=body["basis_clause"],
            record=record,
            subject=_subject(body.get("subject")) if record is None else None,
            document=Underlying(document["kind"], document["number"], document["date"], document["issuer"])
            if document
            else None,
        )
        return _answer(_cases_of(client).get(pk=case.pk), 201)


def _subject(asked: dict[str, str] | None) -> Subject | None:
    """Exact identifiers alone; None when the platform does not know the subject."""
    if not asked:
        return None
    if uscc := normalise_code(asked.get("uscc", "")):
        return Subject.objects.filter(uscc=uscc).first()
    if number := normalise_code(asked.get("id_number", "")):
        return Subject.objects.filter(key=person_key("身份证", number)).first()
    return None


class CaseView(_ListsView):
    @extend_schema(
        operation_id="list_case",
        summary="一个案件",
        tags=["名单"],
        responses={200: CaseSerializer, **REFUSED, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str) -> Response:
        case = get_object_or_404(_cases_of(client_of(request)), public_id=public_id)
        return _answer(case)


class CaseStepsView(_ListsView):
    @extend_schema(
        operation_id="list_case_step",
        summary="办理一步",
        description="与工作台同一套规则。不能办理时返回 422，errors 逐项说明缺什么、依据哪一条。",
        tags=["名单"],
        parameters=[IDEMPOTENCY, _IF_MATCH],
        request=StepRequestSerializer,
        responses={201: CaseSerializer, **REFUSED, **NOT_FOUND, **_CHANGED},
    )
    @idempotent
    def post(self, request: Request, public_id: str) -> Response:
        client = client_of(request)
        case = get_object_or_404(_cases_of(client), public_id=public_id)
        body = read_body(request, StepRequestSerializer)
        try:
            with unchanged_since(case.pk, matched_version(request)):
                _take(request, by_client(client), case, body)
        except CaseChanged as changed:
            current = f'"{changed.step.pk if changed.step else 0}"'
            detail = "案件已有新的步骤，没有办理；请重新查询后再办"
            raise Problem(412, "version_changed", detail, headers={"ETag": current}) from changed
        return _answer(get_object_or_404(_cases_of(client), public_id=public_id), 201)


_WORDS: Final[dict[StepKind, tuple[Callable[..., CaseStep], str]]] = {
    StepKind.VERIFIED: (services.verify, "findings"),
    StepKind.HEARING: (services.record_hearing, "minutes"),
    StepKind.REVIEW: (services.review, "minutes"),
    StepKind.SUSPENDED: (services.suspend, "reason"),
    StepKind.RESUMED: (services.resume, "reason"),
    StepKind.CLOSED: (services.close_case, "reasons"),
    StepKind.REOPENED: (services.reopen_case, "reason"),
}
_WITH_OUTCOME: Final = {StepKind.HEARING, StepKind.REVIEW, StepKind.SUSPENDED}


def _take(request: Request, actor: Actor, case: ListCase, body: dict[str, Any]) -> None:
    """Hand the step to its service; which members it needs is the service's word."""
    kind, text = body["kind"], body.get("text", "")
    base: dict[str, Any] = {"actor": actor, "case_id": case.pk, "on": body.get("on")}
    outcome = Outcome(body.get("outcome", ""))
    if kind in _WORDS:
        service, argument = _WORDS[StepKind(kind)]
        extra = {"outcome": outcome} if kind in _WITH_OUTCOME else {}
        service(**base, **{argument: text}, **extra)
    elif kind == StepKind.NOTICE:
        where = request.build_absolute_uri(reverse("portal:list-statement"))
        services.give_notice(**base, where=where)
    elif kind in {StepKind.SERVED, StepKind.DECISION_SERVED}:
        serve = services.record_service if kind == StepKind.SERVED else services.serve_decision
        if "service_kind" not in body:
            raise Refused(refuse("field_required", "请说明送达方式", pointer="/service_kind"))
        serve(**base, service_kind=ServiceKind(body["service_kind"]), proof=body.get("proof", ""))
    elif kind in {StepKind.STATEMENT, StepKind.OBJECTION}:
        entered = Actor(client=actor.client, channel=Channel.API)
        hears = body.get("wants_hearing", False)
        objects = kind == StepKind.OBJECTION
        services.speak(**base | {"actor": entered}, text=text, objects=objects, wants_hearing=hears)
    elif kind == StepKind.ANSWER:
        services.answer_objection(**base, outcome=outcome, reasons=text, objection_id=body.get("objection"))
    else:
        services.decide(**base, text=_decision(body))


def _decision(body: dict[str, Any]) -> DecisionText:
    return DecisionText(
        reason=body.get("reason", ""),
        basis_text=body.get("basis_text", ""),
        removal_text=body.get("removal_text", ""),
        remedies=body.get("remedies", ""),
        measure_codes=body.get("measures", []),
        no_measures=body.get("no_measures", False),
        in_underlying=body.get("in_underlying", False),
        effective_from=body.get("effective_from"),
        ends_on=body.get("ends_on"),
    )


class CaseDocumentView(_ListsView):
    query_parameters: ClassVar[frozenset[str]] = frozenset({"format"})

    @extend_schema(
        operation_id="list_case_document",
        summary="案件文书",
        description="事先告知书、答复书、决定书，PDF 或者 Word。",
        tags=["名单"],
        parameters=[OpenApiParameter("format", str, enum=["pdf", "docx"], description="默认 pdf")],
        responses={(200, PDF_TYPE): OpenApiTypes.BINARY, **REFUSED, **NOT_FOUND},
    )
    def get(self, request: Request, public_id: str, step: int) -> HttpResponse:
        case = get_object_or_404(_cases_of(client_of(request)), public_id=public_id)
        row = case.steps.filter(pk=step, document__isnull=False).first()
        if row is None or row.document is None:
            raise Http404
        ending = query_choice(request, "format", frozenset({"pdf", "docx"}), default="pdf")
        content = documents.unseal(row.document, context=context_of(case))
        answer = HttpResponse(
            documents.render(content, ending), content_type=PDF_TYPE if ending == "pdf" else WORD_TYPE
        )
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
