"""Commands that start other parts of this program, also where it is frozen into one folder; and
what this kind of system lets a local process do."""

import sys
from pathlib import Path


def frozen() -> bool:
    """Whether this is the packaged program, which has no interpreter to call."""
    return bool(getattr(sys, "frozen", False))


def python_command(module: str, *arguments: str) -> list[str]:
    """The words that run ``module`` as a program of its own."""
    switch = "--module" if frozen() else "-m"
    return [_program(), switch, module, *arguments]


def watchdog_command() -> list[str]:
    """The words before a watchdog's own arguments."""
    if frozen():
        return python_command("worker_core.operations.launch")
    # By path and without site-packages: half the start-up time and no import hooks.
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]


def signals_ask() -> bool:
    """Whether a signal asks a process to end. On Windows it ends it at once, so that a worker is
    asked through the broker there."""
    return sys.platform != "win32"


def _program() -> str:
    if frozen() and sys.platform == "win32":
        # The window's own program has no console, and its children would have no output.
        beside = Path(sys.executable).with_name("afi.exe")
        if beside.is_file():
            return str(beside)
    return sys.executable
