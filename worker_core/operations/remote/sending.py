"""Handing something in exactly once, over connections that break.

Each intent has a key of its own (Idempotency-Key). What is not known to have arrived is sent again
with the same key, by itself for a while and then whenever the user sends the same once more; the
server does it once.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from uuid import uuid4

import msgspec

from worker_core.operations.remote.errors import PerhapsDone, ServerAway

T = TypeVar("T")

PATIENCE_S: Final = 25.0
_PAUSES_S: Final = (0.3, 0.6, 1.2, 2.5, 4.0)
MOST_OPEN: Final = 1000


def fingerprint(*parts: Any) -> str:
    """The same for the same submission."""
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


class Intents:
    """Keys of what was sent and is not known to have arrived. Any number of threads may share
    it."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turn = threading.Lock()
        self._open: OrderedDict[str, list[str]] = OrderedDict()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Whoever waits for the next attempt waits no longer."""
        self._stopped.set()

    def send(self, what: str, attempt: Callable[[str], T]) -> T:
        """``attempt(key)`` until it is known how it ended, or patience is over. ``what`` stands
        for the content: the same is sent with the same key as long as its outcome is open.

        Raises:
            PerhapsDone: one of the attempts may have arrived, and no later one was answered.
            OperationError: as the attempt raises.
        """
        key = self._take(what)
        over = time.monotonic() + self._patience_s
        perhaps: PerhapsDone | None = None
        for number in range(10_000):
            try:
                done = attempt(key)
            except ServerAway as error:
                if isinstance(error, PerhapsDone):
                    perhaps = error
                pause = error.retry_s or _PAUSES_S[min(number, len(_PAUSES_S) - 1)]
                if time.monotonic() + pause > over or self._stopped.wait(pause):
                    self._settle(what, key, known=perhaps is None)
                    raise (perhaps or error) from error
            except Exception:
                # It was answered: refused. Unless an earlier attempt arrived, nothing is open.
                self._settle(what, key, known=perhaps is None)
                raise
            else:
                self._settle(what, key, known=True)
                return done
        raise AssertionError("patience ends before")

    def _take(self, what: str) -> str:
        with self._turn:
            waiting = self._open.get(what)
            # Two of the same that are sent at once are two.
            return waiting.pop() if waiting else uuid4().hex

    def _settle(self, what: str, key: str, *, known: bool) -> None:
        with self._turn:
            if not known:
                self._open.setdefault(what, []).append(key)
            elif not self._open.get(what):
                self._open.pop(what, None)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)


def headers(key: str) -> Mapping[str, str]:
    return {"Idempotency-Key": key}
