"""What the steps of a selftest share: their form, their patience, a folder of their own."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from worker_core import settings

STEP_LIMIT_S = 120.0
LOOK_EVERY_S = 0.05

T = TypeVar("T")

Say = Callable[[str], None]
Step = Callable[[], str]
"""Answers a line of what was seen, or raises."""


def until(what: str, probe: Callable[[], T | None]) -> T:
    """What ``probe`` answers, once it does.

    Raises:
        TimeoutError: it did not.
    """
    over = time.monotonic() + STEP_LIMIT_S
    while time.monotonic() < over:
        found = probe()
        if found is not None:
            return found
        time.sleep(LOOK_EVERY_S)
    raise TimeoutError(f"waited {STEP_LIMIT_S:.0f} s, but not: {what}")


def timed(name: str, step: Step) -> dict[str, Any]:
    """Take a step; how it went, as JSON."""
    start = time.monotonic()
    try:
        message, ok = step(), True
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is what this reports
        message, ok = f"{type(error).__name__}: {error}", False
    seconds = round(time.monotonic() - start, 3)
    return {"name": name, "ok": ok, "seconds": seconds, "message": message}


def line(step: dict[str, Any]) -> str:
    """The same for people."""
    mark = "ok    " if step["ok"] else "FAILED"
    return f"{mark} {step['name']:<12} {step['seconds']:6.2f} s  {step['message']}"


@contextmanager
def own_folder() -> Iterator[settings.Settings]:
    """Settings that know nothing of the user's own broker, database and files."""
    own = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "AFI_DATABASE_URL", "AFI_ARTIFACTS_URL")
    before = {name: os.environ.get(name) for name in (*own, "AFI_DATA_DIR")}
    with tempfile.TemporaryDirectory(prefix="afi-selftest-") as folder:
        # Empty stands above the settings file; workers inherit the environment.
        os.environ |= dict.fromkeys(own, "") | {"AFI_DATA_DIR": str(Path(folder))}
        settings.current.cache_clear()
        try:
            yield settings.current()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
            settings.current.cache_clear()
