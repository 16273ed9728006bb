"""Early pytest plugin: throw-away PostgreSQL and Valkey, unless both addresses are given."""

import os
import sys
from contextlib import ExitStack

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    # The suite starts the platform in some fifty processes; without compiled modules each would compile it anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Before pytest-django reads the settings; xdist workers inherit the variables and so start nothing.
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        _own_cache()
        return
    from hegang_credit.devstack import throw_away_stack
    from hegang_credit.launcher.processes import LauncherError

    servers = ExitStack()
    early_config.add_cleanup(servers.close)
    try:
        os.environ.update(servers.enter_context(throw_away_stack()))
    except LauncherError as error:
        raise pytest.UsageError(str(error)) from error


def _own_cache() -> None:
    """Parallel workers clear the cache between tests: each gets a numbered database of its own on the shared server."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker.isdigit():
        server, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{10 + int(worker) % 6}"
