"""Half past midnight on 23 November 2026, when the day before is counted."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

NEXT = datetime(2026, 11, 23, 0, 25, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def after_midnight() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NEXT, tick=False) as traveller:
        yield traveller
