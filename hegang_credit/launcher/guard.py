"""The last to leave: outlives a killed launcher and ends what its services have left running.

Run by path, standard library only. Reads one process group a line from its input, with a minus one that has ended; when
the input ends, the launcher is gone. The kernel has then told the services to stop (``processes.die_with_parent``); a worker that cannot stop,
because its broker went first, or a pool process busy in a long task is killed here after a short grace, whose seconds
are the only argument.
"""

import os
import signal
import sys
import time
from contextlib import suppress


def main() -> None:
    groups: set[int] = set()
    for group in map(int, sys.stdin):
        if group > 0:
            groups.add(group)
        else:
            groups.discard(-group)
    end = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < end and any(_exists(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
