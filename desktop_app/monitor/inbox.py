"""The bounded queue between the thread that reads and the thread that understands."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import msgspec

from desktop_app.monitor.rows import Gap

MAX_MESSAGES: Final = 50_000
MAX_BYTES: Final = 64 * 1024 * 1024

Note = TypeVar("Note")


class Message(msgspec.Struct, frozen=True, gc=False):
    """A raw event message and when it was read, by this computer's clock. ``bare``, it is the
    body alone, read from the journal, and ``received_at`` is when it was put there."""

    received_at: float
    data: bytes
    bare: bool = False


class Inbox(Generic[Note]):
    """Messages in order of arrival, with notes (``Note``, never dropped) between them.

    When full it drops what arrives, counts that, and puts a ``Gap`` behind what it holds: memory
    stays bounded and the loss is known. Redis would otherwise cut off a reader that waits.
    """

    def __init__(
        self,
        now: Callable[[], float],
        max_messages: int = MAX_MESSAGES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._now = now
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._changed = threading.Condition()
        self._items: deque[Message | Note | Gap] = deque()
        self._messages = 0
        self._bytes = 0
        self._dropped = 0
        self._dropping_since: float | None = None
        self._closed = False

    def put(self, message: Message) -> None:
        """Add ``message``, or drop and count it. Never waits."""
        with self._changed:
            # One message is always let in, so that one larger than the bound gets through.
            room = self._messages < self._max_messages and (
                not self._messages or self._bytes + len(message.data) <= self._max_bytes
            )
            if self._dropping_since is not None or not room:
                if self._dropping_since is None:
                    self._dropping_since = message.received_at
                self._dropped += 1
                return
            self._items.append(message)
            self._messages += 1
            self._bytes += len(message.data)
            if len(self._items) == 1:
                self._changed.notify()

    def has_room(self) -> bool:
        """Whether it is less than half full, for a sender that can wait."""
        with self._changed:
            return self._messages < self._max_messages / 2 and self._bytes < self._max_bytes / 2

    def note(self, note: Note) -> None:
        """Add ``note`` behind all messages so far."""
        with self._changed:
            self._items.append(note)
            self._changed.notify()

    def drain(self, timeout: float) -> deque[Message | Note | Gap]:
        """Everything there is; waits up to ``timeout`` seconds for something."""
        with self._changed:
            if not self._items and not self._closed:
                self._changed.wait(timeout)
            items, self._items = self._items, deque()
            self._messages = self._bytes = 0
            if self._dropping_since is not None:
                items.append(self._overflow(self._dropping_since))
                self._dropping_since, self._dropped = None, 0
            return items

    def close(self) -> None:
        """From now on ``drain`` does not wait."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _overflow(self, since: float) -> Gap:
        return Gap(
            start=since,
            end=self._now(),
            reason="overflow",
            dropped=self._dropped,
            message=f"{self._dropped} event messages came faster than this computer could read "
            "them and were left out. Tasks that they were about are checked again.",
        )
