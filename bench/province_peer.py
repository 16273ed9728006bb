"""The peers of the exchange: how the same is commonly written.

Pull: DRF views with CursorPagination and PageNumberPagination over a ModelSerializer. Push: a Celery task for each event, which reads
the record, posts it with a connection of its own and saves a mark. And a receiver that says yes to everything, small enough
to be no brake. This module is also the Celery application of the worker that runs both kinds of tasks.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hegang_credit.settings")

import django

django.setup()

import httpx2  # noqa: E402
import orjson  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework import generics, pagination, serializers  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402

from agencies.models import Agency  # noqa: E402
from hegang_credit.celery import app  # noqa: E402
from records.models import CreditRecord  # noqa: E402

PAGE = 1000


class _Provider(serializers.ModelSerializer[Agency]):
    class Meta:
        model = Agency
        fields = ("name", "uscc")


class _Record(serializers.ModelSerializer[CreditRecord]):
    provider = _Provider()

    class Meta:
        model = CreditRecord
        fields = ("id", "item_code", "data", "shared_until", "published_until", "ended_on", "provider")


class _Cursor(pagination.CursorPagination):
    page_size = PAGE
    ordering = "id"


class _PageNumber(pagination.PageNumberPagination):
    page_size = PAGE


class CursorView(generics.ListAPIView[CreditRecord]):
    queryset = CreditRecord.objects.select_related("provider").order_by("id")
    serializer_class = _Record
    pagination_class = _Cursor
    renderer_classes = (JSONRenderer,)
    authentication_classes = ()
    permission_classes = ()


class PageNumberView(CursorView):
    pagination_class = _PageNumber


urlpatterns = [
    path("peer/cursor/", CursorView.as_view()),
    path("peer/pages/", PageNumberView.as_view()),
    path("", include("hegang_credit.urls")),
]


class Sent(models.Model):
    """The peer's mark for one record sent."""

    id = models.BigIntegerField(primary_key=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_sent"


@app.task(name="bench.send_one", ignore_result=True)
def send_one(record_id: int, url: str) -> None:
    record = CreditRecord.objects.select_related("provider").get(pk=record_id)
    httpx2.post(url, content=orjson.dumps({"events": [{"event_id": record_id, **_Record(record).data}]}))
    mark = Sent.objects.get(pk=record_id)
    mark.sent_at = timezone.now()
    mark.save()


class Yes(BaseHTTPRequestHandler):
    """Accepts every event of a body."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    counts: ClassVar[dict[str, int]] = {"events": 0}

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_POST(self) -> None:
        events: list[dict[str, Any]] = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))[
            "events"
        ]
        self.counts["events"] += len(events)
        self._answer({"results": [{"event_id": one["event_id"], "status": "accepted"} for one in events]})

    def do_GET(self) -> None:
        self._answer(dict(self.counts))

    def _answer(self, value: object) -> None:
        body = orjson.dumps(value)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Yes).serve_forever()
