"""Early pytest plugin: throw-away PostgreSQL and Valkey, unless both addresses are given."""

import os
from contextlib import ExitStack

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    # Before pytest-django reads the settings; xdist workers inherit the variables and so start nothing.
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    from hegang_credit.devstack import throw_away_stack

    servers = ExitStack()
    early_config.add_cleanup(servers.close)
    os.environ.update(servers.enter_context(throw_away_stack()))
