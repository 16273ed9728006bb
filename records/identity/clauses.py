"""What a merger, a split or another name in the wrong form is sent back by."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第4条（1）：一口采集、充分共享")
