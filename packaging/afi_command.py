"""What the start scripts share: ``afi`` with their arguments, installed or from a checkout."""

import importlib.util
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def run(command: str) -> int:
    """``afi COMMAND`` with this process's arguments; its exit code, or 128 + n after signal n."""
    words = [command, *sys.argv[1:]]
    if importlib.util.find_spec("worker_core") is None:
        # Installs what is missing first.
        start = [sys.executable, str(PROJECT / "dev"), "afi", *words]
        code = subprocess.run(start, check=False).returncode
        return code if code >= 0 else 128 - code
    # In this very process, so that signals of a supervisor reach it.
    from worker_core.cli import cli

    cli(words, prog_name="afi")  # it exits
    return 0
