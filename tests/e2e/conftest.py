"""A whole platform for the browser: web, worker, beat and sandbox as processes of their own on a private database."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hegang_credit.launcher.environment import demo_environments, demo_keys
from hegang_credit.launcher.processes import free_port
from tests.conftest import _admin, _url_for

ROOT = Path(settings.BASE_DIR)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Platform:
    """Where everything listens, and who may sign in."""

    web: str
    sandbox: str
    credentials: dict[str, list[dict[str, object]]]
    database_url: str

    def officer(self, role: str, agency: str = "") -> dict[str, object]:
        """The first demo officer with this role (and agency, where one is named)."""
        return next(
            o
            for o in self.credentials["officers"]
            if role in o["roles"] and (not agency or agency in o["agency"]["name"])  # type: ignore[operator,index]
        )

    def client(self, scope: str) -> dict[str, object]:
        return next(c for c in self.credentials["clients"] if scope in c["scopes"])  # type: ignore[operator]


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture(scope="session")
def platform(django_db_setup: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    var = tmp_path_factory.mktemp("var")
    database = f"{django_db_setup}_e2e"
    _admin(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    _admin(f'CREATE DATABASE "{database}" TEMPLATE "{django_db_setup}" STRATEGY FILE_COPY')
    web_port, sandbox_port = free_port(), free_port()
    web, sandbox = f"http://127.0.0.1:{web_port}", f"http://127.0.0.1:{sandbox_port}"
    servers = {
        "DATABASE_URL": _url_for(database),
        "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/9",
    }
    kinds = demo_environments(
        servers, var=var, web=web, push_url=f"{sandbox}/push", keys=demo_keys(var / "secrets.json")
    )
    processes: list[subprocess.Popen[bytes]] = []

    def start(environment: dict[str, str], log: str, *module: str) -> None:
        with (var / f"{log}.log").open("ab") as out:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", *module],
                    env={**os.environ, **environment},
                    cwd=ROOT,
                    stdout=out,
                    stderr=out,
                )
            )

    def manage(environment: dict[str, str], *argv: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *argv],
            env={**os.environ, **environment},
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    try:
        start(
            kinds.app,
            "sandbox",
            "sandbox.province",
            "--port",
            str(sandbox_port),
            "--state",
            str(var / "sandbox"),
        )
        start(kinds.worker, "worker", "celery", "-A", "hegang_credit", "worker", "--concurrency", "1")
        start(
            kinds.app,
            "beat",
            "celery",
            "-A",
            "hegang_credit",
            "beat",
            "--schedule",
            str(var / "beat"),
            "--pidfile",
            "",
        )
        manage(kinds.worker, "load_demo", "--scale", "120")
        start(kinds.app, "web", "gunicorn", "hegang_credit.wsgi:application", "--workers", "1", "--worker-class", "gthread",
              "--threads", "4", "--no-control-socket", "--bind", f"127.0.0.1:{web_port}")  # fmt: skip
        credentials = var / "credentials.json"
        manage(
            kinds.app, "write_demo_credentials", "--web", web, "--sandbox", sandbox, "--out", str(credentials)
        )
        deadline = time.monotonic() + 60
        while status_of(f"{web}/readyz") != 200:
            assert time.monotonic() < deadline, (var / "web.log").read_text()[-3000:]
            time.sleep(0.2)
        yield Platform(web, sandbox, json.loads(credentials.read_text()), servers["DATABASE_URL"])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except (
                subprocess.TimeoutExpired
            ):  # a worker on a crowded machine; what it was told to finish is thrown away anyway
                process.kill()
                process.wait()
        _admin(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=QUIET
        )
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of its own; nothing may be asked from anywhere but loopback."""
    context = chromium.new_context(locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


_SPENT: dict[str, str] = {}


def one_time_code(secret: str) -> str:
    """A code that was not used before: whoever signs in twice within half a minute has to wait for the next one."""
    while (code := _code_now(secret)) == _SPENT.get(secret):
        time.sleep(0.5)
    _SPENT[secret] = code
    return code


def _code_now(secret: str) -> str:
    """The code of this half minute, as an officer's telephone shows it."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(page: Page, platform: Platform, officer: dict[str, object]) -> None:
    """By keyboard alone, as an officer would: user name, password, one-time code."""
    page.goto(f"{platform.web}/accounts/login/")
    page.locator("input[name=login]").fill(str(officer["username"]))
    page.locator("input[name=password]").fill(str(officer["password"]))
    page.keyboard.press("Enter")
    if officer.get("totp_secret"):
        page.locator("input[name=code]").fill(one_time_code(str(officer["totp_secret"])))
        page.keyboard.press("Enter")
    page.wait_for_url(f"{platform.web}/workbench/**")


@pytest.fixture(scope="session")
def sql(platform: Platform) -> Iterator[object]:
    connection = psycopg2.connect(platform.database_url)
    connection.autocommit = True
    yield connection
    connection.close()
