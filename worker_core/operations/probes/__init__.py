"""Looking at the parts of a running system, all at once and none for longer than it may take.

A part that hangs costs its own reading alone. Its thread is left behind until its sockets give up;
while it is, the part is not asked again, so that a dead part gathers no threads.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from worker_core.health.findings import Unread, duration
from worker_core.operations.errors import OperationError
from worker_core.storage import StorageError

_LOG_IT = "Report it if it comes again."


@dataclass(frozen=True, slots=True)
class Probe:
    """How to read a part, and how many seconds that may take. ``advice`` is for the case that it
    takes longer."""

    part: str
    read: Callable[[], Any]
    limit_s: float
    advice: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What the probes brought: readings by part, why there is none, and seconds by part."""

    readings: Mapping[str, Any]
    unread: tuple[Unread, ...]
    seconds: Mapping[str, float]


class _Look:
    """One probe under way."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.answer: Any = None
        self.trouble: Unread | None = None
        self.took_s = 0.0
        self.thread = threading.Thread(
            target=self._run, name=f"afi-probe-{probe.part}", daemon=True
        )

    def _run(self) -> None:
        began = time.monotonic()
        try:
            self.answer = self.probe.read()
        except (OperationError, StorageError) as error:
            self.trouble = Unread(self.probe.part, error.message, error.remedy)
        except Exception as error:  # noqa: BLE001 - what one part does must not hide the others
            words = f"It could not be read: {type(error).__name__}: {error}"
            self.trouble = Unread(self.probe.part, words[:500], _LOG_IT)
        finally:
            self.took_s = time.monotonic() - began


_hung: dict[tuple[str, str], _Look] = {}
_changing = threading.Lock()


def take(probes: list[Probe], where: Mapping[str, str]) -> Taken:
    """Run the probes beside each other. ``where`` says of a part what it is asked of, such as an
    address, so that another one is not taken for the one that hangs."""
    looks: dict[str, _Look] = {}
    unread: list[Unread] = []
    seconds: dict[str, float] = {}
    began = time.monotonic()
    for probe in probes:
        key = (probe.part, where.get(probe.part, ""))
        with _changing:
            earlier = _hung.get(key)
            if earlier is not None and earlier.thread.is_alive():
                unread.append(_silent(probe, "still has not answered the last look"))
                continue
            _hung.pop(key, None)
        look = looks[probe.part] = _Look(probe)
        look.thread.start()
    for part, look in looks.items():
        look.thread.join(max(0.0, began + look.probe.limit_s - time.monotonic()))
        if look.thread.is_alive():
            with _changing:
                _hung[(part, where.get(part, ""))] = look
            unread.append(_silent(look.probe, f"took longer than {duration(look.probe.limit_s)}"))
            seconds[part] = look.probe.limit_s
            continue
        seconds[part] = look.took_s
        if look.trouble is not None:
            unread.append(look.trouble)
    readings = {
        part: look.answer
        for part, look in looks.items()
        if not look.thread.is_alive() and look.trouble is None
    }
    return Taken(readings, tuple(unread), seconds)


def _silent(probe: Probe, how: str) -> Unread:
    return Unread(probe.part, f"The look at the {probe.part} {how}.", probe.advice)
