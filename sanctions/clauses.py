"""The clause a question or a report in the wrong form is sent back by, whoever asks: page, interface or file."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第11条：自动比对应用和联合奖惩结果反馈")
