"""Databases for the tests: one migrated database with the reference data in it, and private clones of it.

Parallel workers share that template; the process that starts them makes it while they collect.

`db` rolls back as usual. `committed_db` gives a test its own clone (CREATE DATABASE … TEMPLATE), where it may really
commit, from several threads and processes; the clone is dropped afterwards. Nothing is ever flushed, so the ledger's
refusal of TRUNCATE stays on in tests as it is in production.
"""

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from functools import cache as cache_forever
from importlib import import_module
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg2
import pytest
from _pytest.unraisableexception import gc_collect_iterations_key
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.template import Context, Template
from django.test.utils import instrumented_test_render
from django.utils.safestring import SafeString
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key
from whitenoise.middleware import WhiteNoiseMiddleware

import agencies.areas
import common.selectors
import records.search
from tests import emptied
from tests.examples import examples
from tests.migrating import quick_states

ALIASES = ("default", "sealer")
OWNER = "credit_owner"
# What deploy/postgres-roles.sh prepares for the owner, without logins; the test of the containers compares the two.
_ROLES = f"""
do $$
declare wanted text;
begin
    foreach wanted in array array['{OWNER}', 'credit_app', 'credit_sealer'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
    grant credit_app, credit_sealer to {OWNER} with admin option;
end $$"""
# How long an example takes says something of the machine, not of the rule: a busy one must not fail a property.
# A developer's runs try new examples each time; CI tries the same, so that a change is judged by itself and not by chance.
hypothesis.settings.register_profile(
    "credit",
    deadline=None,
    max_examples=examples(60),
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("credit")


def _keep_files(read: Callable[[WhiteNoiseMiddleware], None]) -> Callable[[WhiteNoiseMiddleware], None]:
    kept: dict[str, object] = {}

    def add(middleware: WhiteNoiseMiddleware) -> None:
        if not kept:
            read(middleware)
            kept.update(middleware.files)
        middleware.files.update(kept)

    return add


# Passwords and secrets are made by the hundred and a real hash takes a quarter of a second. That the platform keeps them
# by its own is asked where they are the subject (tests/reference/test_officers.py).
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Every client reads the list of static files for itself, a thirtieth of the run; they are the same throughout.
WhiteNoiseMiddleware.add_files_from_finders = _keep_files(WhiteNoiseMiddleware.add_files_from_finders)


# What a process keeps for a minute or ten is read again by whoever comes next, and the number of statements that this one needs
# would depend on the clock.
CALENDAR_KEPT = common.selectors._KEEP_SECONDS
common.selectors._KEEP_SECONDS = agencies.areas._KEEP_SECONDS = records.search._STATISTICS_SECONDS = 86_400.0  # type: ignore[misc]


_rendering: ContextVar[bool] = ContextVar("rendering", default=False)


def _note_pages_only(template: Template, context: Context) -> SafeString:
    """In place of what the test client notes for `answer.context`: the page's templates, not each widget's and include's as well.

    Every note copies the whole context, a page has dozens of them, and nobody looks at any but the first.
    """
    if _rendering.get():
        return template.nodelist.render(context)
    before = _rendering.set(True)
    try:
        return instrumented_test_render(template, context)
    finally:
        _rendering.reset(before)


@pytest.fixture(scope="session", autouse=True)
def _fewer_notes(django_test_environment: None) -> None:
    Template._render = _note_pages_only


def _url_for(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _admin(sql: str, database: str = "postgres") -> None:
    connection = psycopg2.connect(_url_for(database))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


emptied.watch()
_ahead = pytest.StashKey[multiprocessing.process.BaseProcess]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[gc_collect_iterations_key] = 1  # at the end, for five times find nothing that one does not
    os.environ.setdefault("CREDIT_TEST_RUN", os.urandom(4).hex())  # parallel workers inherit it
    if config.getoption("tx", None) and not config.option.collectonly:  # about to start workers
        child = multiprocessing.get_context("fork").Process(
            target=_make_ahead, args=[config.stash[blocking_manager_key]], daemon=True
        )
        child.start()
        config.stash[_ahead] = child


def _make_ahead(blocker: DjangoDbBlocker) -> None:
    """Should this fail, a worker tries again and reports what is wrong."""
    sys.settrace(None)  # measuring it would take as long again, and what it runs is tested by itself
    with blocker.unblock():
        _make_template()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """What collecting makes stays to the end: looked through for garbage again and again it costs a tenth of the run.

    And what a request makes is gone with it; Python would look for garbage among it every seven hundred objects.
    """
    gc.disable()
    try:
        if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
            _read_from_the_end(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000)
        gc.enable()


def _read_from_the_end(config: pytest.Config) -> None:
    """Workers collect the same modules at the same time, and where none is compiled yet each would compile all of them. Meeting in
    the middle each finds what the other has done. What cannot be read is reported when it is collected.
    """
    folders = [folder for one in config.args if (folder := config.invocation_params.dir / one).is_dir()]
    for folder in folders:
        for file in sorted(folder.rglob("test_*.py"), reverse=True):
            if "e2e" not in file.parts:
                with suppress(Exception):
                    import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the long ones over the first half: at the end everybody would wait for the last of them."""
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        items[:] = [item for item in items if item not in long]
        step = 1 + len(items) // 2 // len(long)
        for place, item in enumerate(long):
            items.insert(place * step, item)


def pytest_unconfigure(config: pytest.Config) -> None:
    if (ahead := config.stash.get(_ahead, None)) and ahead.is_alive():
        ahead.kill()
    if not hasattr(config, "workerinput") and "DATABASE_URL" in os.environ:
        with suppress(psycopg2.OperationalError):  # a throw-away server may be gone already
            for name in (_template(), _half()):
                _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _template() -> str:
    return f"test_credit_{os.environ['CREDIT_TEST_RUN']}"


def _half() -> str:
    return f"{_template()}_half"


def _make_template() -> None:
    """Migrate and fill the template as its owner, once for all parallel workers: whoever comes first does it, the others wait."""
    lock = psycopg2.connect(_url_for("postgres"))
    lock.autocommit = True
    with closing(lock), lock.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [_template()])
        cursor.execute("select exists (select from pg_database where datname = %s)", [_template()])
        if cursor.fetchone() == (True,):
            return
        half = _half()
        _admin(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
        _admin(_ROLES)
        _admin(f'CREATE DATABASE "{half}" OWNER {OWNER}')
        _admin(f"ALTER SCHEMA public OWNER TO {OWNER}", half)
        _point_at(half)
        gc.disable()  # the states of the migrations are made in their hundreds
        with _acting_as_owner(), quick_states():
            call_command("migrate", verbosity=0, interactive=False)
            call_command("load_reference", verbosity=0)
        gc.enable()
        _point_at("")
        _admin(f'ALTER DATABASE "{half}" RENAME TO "{_template()}"')


@contextmanager
def _acting_as_owner() -> Iterator[None]:
    """As in production: an owner without superpowers migrates, so that what it may not do fails here already."""
    before = {alias: connections[alias].settings_dict["OPTIONS"] for alias in ALIASES}
    for alias, options in before.items():
        connections[alias].settings_dict["OPTIONS"] = {"options": f"{options['options']} -c role={OWNER}"}
    yield
    for alias, options in before.items():
        connections[alias].close()
        connections[alias].settings_dict["OPTIONS"] = options


def _point_at(name: str) -> None:
    """Let both connections of this process use the database `name`."""
    for alias in ALIASES:
        connections[alias].close()
        for given in (connections[alias].settings_dict, settings.DATABASES[alias]):
            given.update(NAME=name, HOST=_host())


@cache_forever
def _host() -> str:
    """The socket that a throw-away server keeps beside its data, if it does."""
    with closing(psycopg2.connect(_url_for("postgres"))) as connection, connection.cursor() as cursor:
        cursor.execute("select current_setting('data_directory'), current_setting('unix_socket_directories')")
        data, sockets = cursor.fetchone()
    return sockets if sockets == data else str(urlsplit(os.environ["DATABASE_URL"]).hostname)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Gives this worker a database of its own and yields the name of the closed one to clone from.

    Replaces the fixture of pytest-django, which creates only what its own markers ask for: a run of `committed_db` tests
    alone would get no test database and work on the real one.
    """
    own = f"{_template()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        _make_template()
        _admin(f'CREATE DATABASE "{own}" TEMPLATE "{_template()}" STRATEGY FILE_COPY')
        _point_at(own)
    yield _template()
    with django_db_blocker.unblock():
        _point_at("")
    _admin(f'DROP DATABASE "{own}" WITH (FORCE)')


@pytest.fixture
def committed_db(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A private database for this test; yields its URL (for other processes)."""
    clone = f"{django_db_setup}_{os.urandom(4).hex()}"
    _admin(f'CREATE DATABASE "{clone}" TEMPLATE "{django_db_setup}" STRATEGY FILE_COPY')
    with django_db_blocker.unblock(), _elsewhere(clone):
        try:
            yield _url_for(clone)
        finally:
            for alias in ALIASES:
                connections[alias].close()
            _admin(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')


@contextmanager
def _elsewhere(name: str) -> Iterator[None]:
    """Both aliases lead to the database `name`. The connections of before stay open: they know their tables and statements, which a
    new one learns over the first hundred of them.
    """
    own = str(settings.DATABASES["default"]["NAME"])
    kept = {alias: connections[alias] for alias in ALIASES}
    for alias in ALIASES:
        del connections[alias]
        settings.DATABASES[alias]["NAME"] = name
    try:
        yield
    finally:
        for alias in ALIASES:
            connections[alias] = kept[alias]
            settings.DATABASES[alias]["NAME"] = own


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles and sign-in limits of one test may not reach the next."""
    emptied.empty()
    yield
