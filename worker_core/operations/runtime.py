"""Commands that start other parts of this program, also where it is frozen into one folder."""

import sys
from pathlib import Path


def python_command(module: str, *arguments: str) -> list[str]:
    """The words that run ``module`` as a program of its own."""
    switch = "--module" if _frozen() else "-m"
    return [sys.executable, switch, module, *arguments]


def watchdog_command() -> list[str]:
    """The words before a watchdog's own arguments."""
    if _frozen():
        return python_command("worker_core.operations.launch")
    # By path and without site-packages: half the start-up time and no import hooks.
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]


def _frozen() -> bool:
    return bool(getattr(sys, "frozen", False))
