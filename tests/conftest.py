"""Databases for the tests: one migrated database with the reference data in it, and private clones of it.

`db` rolls back as usual. `committed_db` gives a test its own clone (CREATE DATABASE … TEMPLATE), where it may really
commit, from several threads and processes; the clone is dropped afterwards. Nothing is ever flushed, so the ledger's
refusal of TRUNCATE stays on in tests as it is in production.
"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

ALIASES = ("default", "sealer")


def _url_for(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _admin(sql: str) -> None:
    connection = psycopg2.connect(_url_for("postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Creates the test database, adds the reference data once and yields the name of a closed database to clone from.

    Replaces the fixture of pytest-django, which creates only what its own markers ask for: a run of `committed_db` tests
    alone would get no test database and work on the real one.
    """
    with django_db_blocker.unblock():
        prepared = setup_databases(verbosity=0, interactive=False, aliases=["default"])
        call_command("load_reference", verbosity=0)
        name = connections["default"].settings_dict["NAME"]
        for alias in ALIASES:
            connections[alias].close()
    template = f"{name}_tpl"
    _admin(f'DROP DATABASE IF EXISTS "{template}"')
    _admin(f'CREATE DATABASE "{template}" TEMPLATE "{name}" STRATEGY FILE_COPY')
    yield template
    _admin(f'DROP DATABASE "{template}"')
    with django_db_blocker.unblock():
        teardown_databases(prepared, verbosity=0)


@pytest.fixture
def committed_db(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A private database for this test; yields its URL (for other processes)."""
    clone = f"{django_db_setup}_{os.urandom(4).hex()}"
    _admin(f'CREATE DATABASE "{clone}" TEMPLATE "{django_db_setup}" STRATEGY FILE_COPY')
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ALIASES}
    with django_db_blocker.unblock():
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = clone
            settings.DATABASES[alias]["NAME"] = clone
        try:
            yield _url_for(clone)
        finally:
            for alias in ALIASES:
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = before[alias]
                settings.DATABASES[alias]["NAME"] = before[alias]
            _admin(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles and sign-in limits of one test may not reach the next."""
    cache.clear()
    yield
