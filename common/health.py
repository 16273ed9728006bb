"""Is the process alive (/healthz), can it serve (/readyz)? For load balancers and people on duty.

Ready means database, broker, no migration outstanding and reference data loaded. Reasons stay in the log: the
answer is public and names parts, not addresses or errors.
"""

import logging
from collections.abc import Callable
from functools import cache

import orjson
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

# By table name, because this room may not import the rooms whose data it looks for.
_REFERENCE_TABLE = "catalog_catalogedition"
_TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
_SOURCES, _DELIVERIES = "blacklist_importsource", "blacklist_listdelivery"
_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return _answer(200, {"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when everything a request needs is there, else 503; each part by name, true or false."""
    parts = {name: _holds(name, check) for name, check in _CHECKS.items()}
    ready = all(parts.values())
    body: dict[str, object] = {
        "status": "ready" if ready else "not_ready",
        "parts": parts,
        "lists_fresh": _holds("lists", _lists),
    }
    return _answer(200 if ready else 503, body)


def _answer(status: int, body: dict[str, object]) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        logger.warning("not ready: %s (%s)", name, type(error).__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0])


@cache
def _broker_client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def _broker() -> bool:
    return bool(_broker_client(settings.CELERY_BROKER_URL).ping())


def _migrations() -> bool:
    """Whether no migration is outstanding; once true it stays true for the life of the process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _reference_data() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{_REFERENCE_TABLE}")')  # noqa: S608 - a constant
        return bool(cursor.fetchone()[0])


def _lists() -> bool:
    """Whether every list decided elsewhere came within its rhythm. Told, not decisive: a stale list must be seen and
    renewed, but the site that shows it is as able to answer as before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT NOT EXISTS (SELECT FROM "{_SOURCES}" s WHERE s.active AND {_TODAY} > s.rhythm_days + coalesce(
                (SELECT max(d.finished_at AT TIME ZONE 'Asia/Shanghai')::date FROM "{_DELIVERIES}" d WHERE d.source_id = s.id AND d.status = 'applied'),
                s.expected_from))"""  # noqa: S608 - constants
        )
        return bool(cursor.fetchone()[0])


_CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "broker": _broker,
    "migrations": _migrations,
    "reference_data": _reference_data,
}
