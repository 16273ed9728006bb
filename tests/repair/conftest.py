"""Property tests without a clock: a busy machine is no counter-example; CREDIT_REPAIR_EXAMPLES=5000 is the long form."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, settings

settings.register_profile(
    "repair",
    deadline=None,
    max_examples=int(os.environ.get("CREDIT_REPAIR_EXAMPLES", "80")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("repair")


@pytest.fixture(autouse=True)
def _own_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
