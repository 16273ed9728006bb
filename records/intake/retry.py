"""Doing a transaction again when another one stored the same subject or record in the same moment."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import IntegrityError, OperationalError
from psycopg2 import errors

_ATTEMPTS: Final = 8
_T = TypeVar("_T")


def again_on_collision(work: Callable[[], _T]) -> _T:
    """Call `work` (a transaction of its own) until it meets nobody; raises the last collision after eight attempts."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return work()
        except (IntegrityError, OperationalError) as error:
            if attempt == _ATTEMPTS or not isinstance(
                error.__cause__, errors.UniqueViolation | errors.DeadlockDetected
            ):
                raise
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")  # pragma: no cover
