"""What a look-up, a purpose or an export in the wrong form is sent back by."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第4条（1）、第12条：信息查询使用登记和审查")
