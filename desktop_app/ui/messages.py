"""The one channel of messages to the user. Toasts and the status line listen to it."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from PySide6.QtCore import QObject, Signal

Level = Literal["info", "warn", "error"]

KEPT = 200


@dataclass(frozen=True, slots=True)
class MessageAction:
    """The one thing a message offers to do."""

    label: str
    callback: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """What happened, in ``text``, and what to do next, in ``what_to_do``. ``at`` is seconds since
    1970."""

    level: Level
    text: str
    what_to_do: str = ""
    action: MessageAction | None = None
    at: float = field(default_factory=time.time)
    number: int = field(default_factory=count(1).__next__)


class Messages(QObject):
    """Where everything that the user must be told is said."""

    posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recent: deque[Message] = deque(maxlen=KEPT)

    @property
    def recent(self) -> list[Message]:
        """The last messages, newest first."""
        return list(reversed(self._recent))

    def info(self, text: str, what_to_do: str = "", action: MessageAction | None = None) -> Message:
        return self._post("info", text, what_to_do, action)

    def warn(self, text: str, what_to_do: str = "", action: MessageAction | None = None) -> Message:
        return self._post("warn", text, what_to_do, action)

    def error(
        self, text: str, what_to_do: str = "", action: MessageAction | None = None
    ) -> Message:
        return self._post("error", text, what_to_do, action)

    def _post(
        self, level: Level, text: str, what_to_do: str, action: MessageAction | None
    ) -> Message:
        message = Message(level, text, what_to_do, action)
        self._recent.append(message)
        self.posted.emit(message)
        return message
