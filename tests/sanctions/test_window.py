"""The government-service platform in the sandbox, over real HTTP: application, screening, measure, feedback, repair approved, lifting."""

import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.conf import LazySettings

from agencies.choices import Scope
from agencies.models import ApiClient
from agencies.services import create_api_client
from common.clock import today
from hegang_credit.wsgi import application
from sanctions.models import AppliedMeasure, Measure
from sandbox.service_window import Platform, PlatformError, Window, serve
from tests import people
from tests.factories import make_subject
from tests.repair.samples import accepted, decided, listed
from tests.sanctions.samples import platform


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests speak for themselves."""


@pytest.fixture
def window(committed_db: str) -> Iterator[Window]:
    platform()
    client, secret = create_api_client(
        name="政务服务一体化平台", agency=people.agency("hg-zhengwu"), scopes=[Scope.SCREENING_QUERY]
    )
    assert isinstance(client, ApiClient)
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield Window(Platform(f"http://127.0.0.1:{server.server_port}", client.client_id, secret))
    server.shutdown()
    server.server_close()


def test_the_whole_loop_by_interface_and_by_page(
    window: Window, settings: LazySettings, tmp_path: Path
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    entry = listed()
    page = serve(window, 0)
    threading.Thread(target=page.serve_forever, args=(0.05,), daemon=True).start()
    address = f"http://127.0.0.1:{page.server_port}"

    def send(path: str, **form: str) -> str:
        data = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(f"{address}{path}", data, timeout=30) as answer:
            return str(answer.read().decode())

    try:
        assert "没有适用的措施" in send("/apply", name="甲公司", uscc=make_subject().uscc, matter="zfcg")
        assert "有适用的措施" in send("/apply", name="乙公司", uscc=entry.subject.uscc, matter="zfcg")
        assert "请说明原因" in send("/decide", place="1", document="", reason="")
        assert "已反馈" in send("/decide", place="1", document="鹤采退〔2026〕3号", reason="")
        assert AppliedMeasure.objects.get().entry == entry
        decided(accepted(entry))  # the party applied, the unit approved: nobody tells the room of measures
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert "终止" in answer.read().decode()
        assert "已解除并反馈" in send("/lift", place="0", document="鹤采解〔2026〕1号")
        assert AppliedMeasure.objects.get().lifted_on == today() and window.platform.lift_tasks() == []
        assert "没有适用的措施" in send("/apply", name="乙公司", uscc=entry.subject.uscc, matter="zfcg")
    finally:
        page.shutdown()
        page.server_close()


def test_a_platform_that_cannot_answer_takes_nothing_in(window: Window) -> None:
    Measure.objects.filter(code="crj-12").delete()
    with pytest.raises(PlatformError) as refused:
        window.apply("甲公司", make_subject().uscc, "zfcg")
    assert refused.value.code == "list_unavailable" and window.applications == []
