"""Early pytest plugin: a throw-away PostgreSQL and Redis-protocol server unless both addresses are given."""

import os
import tempfile
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    # Before pytest-django reads the settings; xdist workers inherit the variables.
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    from hegang_credit.devstack import DevStack

    stack = DevStack(Path(tempfile.mkdtemp(prefix="credit-test-")), ephemeral=True)
    early_config.add_cleanup(stack.stop)
    stack.start_postgres()
    stack.start_redis()
