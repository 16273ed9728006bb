"""Second half of ``./dev``, inside the virtual environment: hand the command to its function."""

import sys

from . import checks, running, suites, up
from .processes import LauncherError

COMMANDS = {
    "up": up.main,
    "manage": running.manage,
    "test": suites.test,
    "e2e": suites.e2e,
    "bench": suites.bench,
    "check": checks.main,
    "openapi": checks.write_openapi,
}


def main(argv: list[str]) -> int:
    try:
        return COMMANDS[argv[0]](argv[1:])
    except LauncherError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
