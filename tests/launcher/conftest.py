"""What several tests of the launcher need."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest


@pytest.fixture
def own_database() -> Iterator[str]:
    """The address of an empty database that nobody else writes to."""
    server, name = urlsplit(os.environ["DATABASE_URL"]), f"launcher_{uuid.uuid4().hex[:12]}"
    with closing(psycopg2.connect(server.geturl())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            yield server._replace(path=f"/{name}").geturl()
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
