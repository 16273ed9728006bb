"""The addresses `bench screening` measures: the platform, an empty view, and the same question in plain DRF, under one roof.

The peer does what a straightforward program does: a serializer, ORM queries with select_related, one answer per subject, from the same
grounds as ours and with the same result, which the measurement checks. It says less about a hit and registers nothing.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_clients import client_of
from agencies.choices import Scope
from blacklist import selectors as blacklist
from common.clock import today
from hegang_credit import urls
from records import selectors as records
from records.models import Subject
from records.sharing.models import DutyPurpose
from sanctions import selectors
from sanctions.choices import MeasureClass
from sanctions.models import Matter, Measure


@csrf_exempt
def empty(request: HttpRequest) -> JsonResponse:
    """What the server can do at all, under an address of machines like the others."""
    return JsonResponse({})


class _Measure(serializers.ModelSerializer[Measure]):
    class Meta:
        model = Measure
        fields = ("code", "name", "content", "executing_body", "basis_clause", "period_text")


class Naive(APIView):
    """One identifier or many, each by itself: under the purpose, by the measures of the matter, what stands on lists, records and
    decisions."""

    scope = Scope.SCREENING_QUERY

    def post(self, request: Request) -> Response:
        body: dict[str, Any] = dict(request.data)
        on = today()
        DutyPurpose.objects.get(
            code=body["purpose"], agency=client_of(request).agency, approved_at__isnull=False,
            withdrawn_at__isnull=True, valid_from__lte=on, valid_until__gte=on,
        )  # fmt: skip
        matter = Matter.objects.get(code=body["matter"])
        return Response({key: self._one(one["uscc"], matter) for key, one in body["subjects"].items()})

    def _one(self, uscc: str, matter: Matter) -> dict[str, object]:
        on = today()
        subject = Subject.objects.filter(uscc=uscc).first()
        if subject is None:
            return {"status": "unknown_subject"}
        measures = [
            one
            for one in selectors.standing(on).filter(code__in=matter.measure_codes)
            if subject.kind in one.subject_kinds
        ]
        automatic = [one for one in measures if not one.by_decision]
        grounds: list[Measure] = []
        for entry in blacklist.in_force(on).filter(subject=subject):
            grounds += [one for one in automatic if entry.scheme.code in one.scheme_codes]
        items = {item for one in automatic for item in one.item_codes}
        for record in records.used(on).filter(subject=subject, item_code__in=items):
            grounds += [one for one in automatic if record.item_code in one.item_codes]
        for applied in selectors.applied(on).filter(subject=subject, ordered=True):
            grounds += [one for one in measures if one.code == applied.measure.code]
        found = [_Measure(one).data for one in grounds if one.measure_class != MeasureClass.INCENTIVE]
        return {"status": "hit" if found else "clear", "measures": found}


urlpatterns = [
    path("api/v1/empty/", empty),
    path("naive/", Naive.as_view()),
    path("", include(urls.urlpatterns)),
]
handler500 = "common.problems.server_error"
