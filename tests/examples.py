"""How many examples a property tries: few by default, CREDIT_EXAMPLES=100 times as many in the long form."""

import os

TIMES = int(os.environ.get("CREDIT_EXAMPLES", "1"))


def examples(few: int) -> int:
    return few * TIMES
