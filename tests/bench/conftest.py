"""Measurements at a small scale: that they run, and that what they compare is right. Figures are not judged here."""

import os
import subprocess
import sys


def bench(*argv: str) -> subprocess.CompletedProcess[str]:
    """`python -m bench …` as `./dev bench` calls it, on the servers of the tests."""
    command = [sys.executable, "-m", "bench", *argv]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=os.environ, check=False)
