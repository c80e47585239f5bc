"""What the steps of a verification share."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

USER = "analyst"
HANDED_OVER = "/opt"
"""Where the package lies inside the bare system: every Debian has it, and apt may read there."""
HOME = f"/home/{USER}"
DATA = f"{HOME}/.local/share/afi-desk"
PATIENCE_S = 240.0
DISPLAY = ":97"


class StepFailedError(Exception):
    """A step did not come out as it must."""


def until(probe: Callable[[], Any], process: "subprocess.Popen[Any] | None" = None) -> Any:
    """What ``probe`` answers once it is not None.

    Raises:
        StepFailedError: it took too long, or ``process`` ended before.
    """
    over = time.monotonic() + PATIENCE_S
    while time.monotonic() < over:
        found = probe()
        if found is not None:
            return found
        if process is not None and process.poll() is not None:
            raise StepFailedError(f"it ended with exit code {process.returncode}")
        time.sleep(0.1)
    raise StepFailedError(f"waited {PATIENCE_S:.0f} s in vain")


def words_of(error: Exception) -> str:
    """What happened, with the last words of a command that failed."""
    said = str(getattr(error, "stderr", "") or "")
    return f"{error} {said.strip()[-400:]}".strip()
