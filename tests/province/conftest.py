"""The sandbox as a real process, the ledger over records, and the push pointed at the one from the other."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings

from agencies.models import ApiClient
from hegang_credit.launcher.processes import free_port
from ledger.models import Pending
from ledger.selectors import last_position
from province.models import PushTarget
from tests.province import samples

Get = Callable[..., Any]
CHANGES, RECONCILIATION = "/api/v1/province/changes/", "/api/v1/province/reconciliation/"
SECRET = "sandbox-test-secret-0123456789abcdef"


@dataclass
class Sandbox:
    """A running sandbox and ways to ask it things."""

    url: str
    state_dir: Path
    process: "subprocess.Popen[bytes]"
    http: httpx2.Client

    @property
    def push_url(self) -> str:
        return f"{self.url}/push"

    def state(self, *, full: bool = False) -> dict[str, Any]:
        return dict(self.http.get(f"{self.url}/state{'?full=1' if full else ''}").json())

    def fault(self, mode: str, **more: object) -> None:
        answer = self.http.post(f"{self.url}/faults", content=json.dumps({"mode": mode, **more}))
        assert answer.status_code == 200, answer.text

    def reset(self) -> None:
        self.fault("none")
        self.http.post(f"{self.url}/reset")

    def reconciliation(self) -> list[dict[str, Any]]:
        return list(self.http.get(f"{self.url}/reconciliation").json()["items"])


def start_sandbox(state: Path, secret: str = SECRET) -> Sandbox:
    port = free_port()
    argv = [
        sys.executable,
        "-m",
        "sandbox.province",
        "--port",
        str(port),
        "--state",
        str(state),
        "--secret",
        secret,
    ]
    process = subprocess.Popen(argv, cwd=settings.BASE_DIR)
    sandbox = Sandbox(f"http://127.0.0.1:{port}", state, process, httpx2.Client(timeout=10, trust_env=False))
    for _ in range(200):
        try:
            if sandbox.http.get(f"{sandbox.url}/healthz").status_code == 200:
                return sandbox
        except httpx2.ConnectError:
            time.sleep(0.03)
    raise AssertionError("the sandbox does not answer")


def stop_sandbox(sandbox: Sandbox) -> None:
    sandbox.http.close()
    sandbox.process.kill()
    sandbox.process.wait()


@pytest.fixture(scope="session")
def _one_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    stop_sandbox(sandbox)


@pytest.fixture
def sandbox(_one_sandbox: Sandbox) -> Sandbox:
    """An empty sandbox that works."""
    _one_sandbox.reset()
    return _one_sandbox


@pytest.fixture
def configured(sandbox: Sandbox, settings: Settings) -> Sandbox:
    """The settings name the sandbox as the province."""
    settings.PROVINCE_PUSH_URL = sandbox.push_url
    settings.PROVINCE_PUSH_SECRET = SECRET
    return sandbox


@pytest.fixture
def target(db: None, configured: Sandbox) -> PushTarget:
    """The province, having taken everything that the ledger held before the test."""
    return ready_target()


@pytest.fixture
def committed_target(committed_db: str, configured: Sandbox) -> PushTarget:
    return ready_target()


def ready_target() -> PushTarget:
    # What the reference data wrote is left out: sealing its thousands of events would take longer than the test.
    Pending.objects.all().delete()
    found = PushTarget.objects.get(code="province")
    found.position = last_position()
    found.timeout = 5
    found.save()
    return found


def token(*scopes: str) -> str:
    client = ApiClient.objects.create(
        name="省平台",
        agency=samples.agency(),
        scopes=list(scopes),
        client_type="confidential",
        authorization_grant_type="client-credentials",
        hash_client_secret=False,  # never asked for here, and slow
    )
    issued = AccessToken.objects.create(
        application=client,
        token=f"token-{client.pk}",
        scope=" ".join(scopes),
        expires=timezone.now() + timedelta(hours=1),
    )
    return str(issued.token)


@pytest.fixture
def get(target: PushTarget, client: Client) -> Get:
    """GET as the province's client; `target` has sealed everything before the test."""
    bearer = f"Bearer {token('province:pull')}"
    samples.seal()

    def call(path: str = CHANGES, headers: dict[str, str] | None = None, **query: object) -> Any:
        given = {"Authorization": bearer, **(headers or {})}
        return client.get(path, {key: str(value) for key, value in query.items()}, headers=given)

    return call
