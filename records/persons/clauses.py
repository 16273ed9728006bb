"""What consents, requests for them and changes of them in the wrong form are sent back by."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第13条：采集自然人信息应当征得同意并明确告知")
