"""Dockerfile and compose file against the code they start: no container engine is needed to keep them honest."""

import fnmatch
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from celery.bin.celery import celery as celery_command
from django.conf import settings
from django.core.management import get_commands
from django.utils.module_loading import import_string
from gunicorn.config import Config

from hegang_credit.launcher.bootstrap import ROOT
from hegang_credit.launcher.postgres import Postgres, _binaries, discard

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()).splitlines()
SETTINGS_READ = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "hegang_credit" / "settings.py").read_text()))


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in DOCKERFILE if line.startswith(name + " ")]


def exec_form(line: str) -> list[str]:
    words: list[str] = yaml.safe_load(line[line.index("[") :])
    return words


def commands() -> Iterator[list[str]]:
    """Every command line that one of our containers runs, shell lines taken apart."""
    yield exec_form(instructions("CMD")[-1])
    for name in OURS:
        words = SERVICES[name].get("command", [])
        if words[:2] == ["sh", "-c"]:
            yield from (part.split() for part in words[2].split(" && "))
        elif words:
            yield words


@pytest.mark.parametrize("name", OURS)
def test_settings_read_every_variable_a_container_is_given(name: str) -> None:
    given = set(SERVICES[name]["environment"])
    assert given <= SETTINGS_READ
    needed = {
        "CREDIT_PRODUCTION",
        "CREDIT_HTTPS",
        "SECRET_KEY",
        "CREDIT_DATA_KEYS",
        "CREDIT_LOOKUP_KEY",
        "ALLOWED_HOSTS",
    }
    assert needed | {"DATABASE_URL", "REDIS_URL"} <= given


def test_settings_read_every_variable_of_the_image() -> None:
    names = {word.split("=")[0] for line in instructions("ENV") for word in line.split()}
    assert {name for name in names if not name.startswith(("PATH", "PYTHON"))} <= SETTINGS_READ


def test_each_container_acts_under_the_role_it_needs() -> None:
    def acts_as(name: str) -> tuple[str, str | None, str | None]:
        environment = SERVICES[name]["environment"]
        login = re.match(r"postgres://(\w+):", environment["DATABASE_URL"])
        assert login
        return login.group(1), environment.get("DATABASE_ROLE"), environment.get("DATABASE_SEALER_ROLE")

    assert acts_as("migrate") == ("credit_owner", None, None)
    assert acts_as("web") == acts_as("beat") == ("credit_app", "credit_app", None)
    assert acts_as("worker") == ("credit_app", "credit_app", "credit_sealer")
    assert "postgres://credit_sealer:" in SERVICES["worker"]["environment"]["DATABASE_SEALER_URL"]


def test_what_has_to_be_filled_in_is_what_the_example_lists() -> None:
    asked = set(
        re.findall(r"\$\{(\w+)", re.sub(r"(?m)^\s*#.*$", "", (ROOT / "docker-compose.yml").read_text()))
    )
    listed = set(re.findall(r"(?m)^(\w+)=", (ROOT / "deploy" / "env.example").read_text()))
    assert asked == listed


def test_nothing_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secret = [
        name for name in re.findall(r"\$\{(\w+)", text) if name.endswith(("_PASSWORD", "_KEY", "_KEYS"))
    ]
    assert secret
    for name in secret:
        assert f"${{{name}:?}}" in text


def test_every_command_refers_to_something_that_exists() -> None:
    for program, *words in commands():
        if program == "python":
            assert words[0] == "manage.py"
            assert words[1] in get_commands()
        elif program == "gunicorn":
            chosen = Config().parser().parse_args(words)
            assert callable(import_string(chosen.args[0].replace(":", ".")))
            assert chosen.control_socket_disable is True
        else:
            assert program == "celery"
            assert words[:2] == ["-A", "hegang_credit"]
            known = {
                option for parameter in celery_command.commands[words[2]].params for option in parameter.opts
            }
            assert {word for word in words[3:] if word.startswith("--")} <= known


def test_the_image_has_a_python_that_the_project_supports_and_runs_as_nobody_special() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    for line in instructions("FROM"):
        version = re.match(r"python:(\d+)\.(\d+)-slim", line)
        assert version
        least = tuple(map(int, wanted.removeprefix(">=").split(".")))
        assert tuple(map(int, version.groups())) >= least
    assert instructions("USER") == ["credit"]
    assert "--require-hashes -r /build/requirements.txt" in " ".join(instructions("RUN"))


def test_one_port_everywhere() -> None:
    (exposed,) = instructions("EXPOSE")
    assert f":{exposed}/healthz" in instructions("HEALTHCHECK")[0]
    bind = exec_form(instructions("CMD")[-1])
    assert bind[bind.index("--bind") + 1] == f"0.0.0.0:{exposed}"
    assert [entry.rsplit(":", 1)[1] for entry in SERVICES["web"]["ports"]] == [exposed]
    assert all(entry.startswith("127.0.0.1:") for entry in SERVICES["web"]["ports"])
    # the health check asks for 127.0.0.1, and may do so over plain http
    assert SERVICES["web"]["environment"]["ALLOWED_HOSTS"].endswith(",127.0.0.1")
    assert any(re.match(pattern, "healthz") for pattern in settings.SECURE_REDIRECT_EXEMPT)


def test_everything_long_running_restarts_and_is_watched() -> None:
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped"
        assert name == "web" or service["healthcheck"]["test"]
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[name]["read_only"] is True


def test_the_image_holds_what_runs_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]

    def left_out(path: str) -> bool:
        parts = Path(path).parts
        return any(fnmatch.fnmatch("/".join(parts[: i + 1]), p) for i in range(len(parts)) for p in patterns)

    own = {path.parent.name for path in ROOT.glob("*/__init__.py")} & {
        app.split(".")[0] for app in settings.INSTALLED_APPS
    }
    needed = [
        *own,
        "manage.py",
        "templates",
        "static",
        "requirements.txt",
        "hegang_credit/settings.py",
        "hegang_credit/wsgi.py",
    ]
    assert not [path for path in needed if left_out(path)]
    unwanted = (
        "var",
        ".venv",
        ".git",
        ".env",
        "tests",
        "sandbox",
        "hegang_credit/launcher/up.py",
        "requirements-dev.txt",
    )
    assert all(left_out(path) for path in unwanted)
    assert all(
        (ROOT / source).exists()
        for line in instructions("COPY")
        if "--from" not in line
        for source in line.split()[:-1]
    )


def test_static_files_can_be_hashed_as_the_image_does(tmp_path: Path) -> None:
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    environment = {**os.environ, "STATIC_HASHED": "1", "STATIC_ROOT": str(tmp_path / "static")}
    done = subprocess.run(collect, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


@pytest.fixture
def container_cluster(tmp_path: Path) -> Iterator[str]:
    """A cluster of its own, prepared by the very script that the database container runs; yields its address."""
    server = Postgres(tmp_path, throw_away=True)
    address = server.start()
    password, port = re.fullmatch(r"postgres://postgres:(.+)@127\.0\.0\.1:(\d+)/credit", address).groups()  # type: ignore[union-attr]
    words = {f"CREDIT_{name}_PASSWORD": f"{name.lower()}-口令" for name in ("OWNER", "APP", "SEALER")}
    environment = {**os.environ, **words, "POSTGRES_USER": "postgres", "POSTGRES_DB": "credit"}
    environment |= {"PGHOST": "127.0.0.1", "PGPORT": port, "PGPASSWORD": password}
    environment["PATH"] = f"{_binaries(server.account)}:{environment['PATH']}"
    try:
        subprocess.run([str(ROOT / "deploy" / "postgres-roles.sh")], env=environment, check=True, cwd="/")
        yield f"127.0.0.1:{port}/credit"
    finally:
        server.stop()
        discard(tmp_path)


RIGHTS = """
select (select array_agg((rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolinherit)::text order by rolname)
        from pg_roles where rolname in ('credit_owner', 'credit_app', 'credit_sealer')),  -- tests beside this one make others
       (select array_agg((granted, admin)::text order by granted)
        from (select roleid::regrole::text as granted, bool_or(admin_option) as admin from pg_auth_members
              where member = 'credit_owner'::regrole and roleid in ('credit_app'::regrole, 'credit_sealer'::regrole)
              group by roleid) member),
       (select nspowner::regrole::text from pg_namespace where nspname = 'public'),
       (select datdba::regrole::text from pg_database where datname = current_database())
"""


def asked(address: str, sql: str) -> Any:
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_the_owner_of_the_containers_may_what_the_owner_of_the_tests_may(
    container_cluster: str, committed_db: str
) -> None:
    """All tests run on what an owner without superpowers migrated: here it is shown to be the one of production."""
    owner = f"postgres://credit_owner:owner-口令@{container_cluster}"
    assert asked(owner, RIGHTS)[:3] == asked(committed_db, RIGHTS)[:3]
    assert asked(owner, RIGHTS)[3] == "credit_owner"
    assert asked(owner, "select rolsuper from pg_roles where rolname = current_user") == (False,)
    tables = "select array_agg(distinct tableowner::text) from pg_tables where schemaname = 'public'"
    assert asked(committed_db, tables) == (["credit_owner"],)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        asked(committed_db, "set role credit_app; delete from ledger_event returning 1")
