"""A clock that can be set while a worker runs."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

true_time = time.time


def follow(file: Path) -> Callable[[], float]:
    """Let every module of this process read a clock that is wrong by the seconds in ``file``;
    the function that does, for modules that are loaded later take it from ``time``.

    Of ``datetime`` the clock stays right, as does the monotonic one, which no jump changes.
    """

    def wrong_time() -> float:
        try:
            return true_time() + float(file.read_text() or 0)
        except (OSError, ValueError):
            return true_time()

    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if value is true_time and module.__name__ != __name__:
                setattr(module, name, wrong_time)
    return wrong_time
