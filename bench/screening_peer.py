"""The addresses `bench screening` measures: the platform, an empty view, and the same question in plain DRF, under one roof.

The peer does what a straightforward program does: a serializer, ORM queries with select_related, one answer per subject,
nothing registered.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.choices import Scope
from blacklist import selectors as blacklist
from common.clock import today
from hegang_credit import urls
from records.models import Subject
from sanctions import selectors
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
    """One identifier or many, each by itself."""

    scope = Scope.SCREENING_QUERY

    def post(self, request: Request) -> Response:
        body: dict[str, Any] = dict(request.data)
        matter = Matter.objects.get(code=body["matter"])
        return Response({key: self._one(one["uscc"], matter) for key, one in body["subjects"].items()})

    def _one(self, uscc: str, matter: Matter) -> dict[str, object]:
        on = today()
        subject = Subject.objects.filter(uscc=uscc).first()
        if subject is None:
            return {"status": "unknown_subject"}
        found = []
        for entry in blacklist.in_force(on).filter(subject=subject):
            for measure in selectors.standing(on).filter(code__in=matter.measure_codes):
                if entry.scheme.code in measure.scheme_codes and subject.kind in measure.subject_kinds:
                    found.append(_Measure(measure).data)
        return {"status": "hit" if found else "clear", "measures": found}


urlpatterns = [
    path("api/v1/empty/", empty),
    path("naive/", Naive.as_view()),
    path("", include(urls.urlpatterns)),
]
handler500 = "common.problems.server_error"
