"""What a correction, a withdrawal or a proceeding in the wrong form is sent back by."""

from typing import Final

from common.gates import PLAN, Refuse, refusing

refuse: Final[Refuse] = refusing(f"{PLAN} 第2条、第4条（1）：谁产生、谁负责、谁提供")
