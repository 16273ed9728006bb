"""The clause a step of a list case in the wrong form is sent back by."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第8条：失信主体的认定程序")
