"""What an application, an objection or a step of handling them in the wrong form is sent back by."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第14条、第15条：信用修复机制")
