"""Where a socket was opened, said by the socket itself.

One that is left unclosed is found by the garbage collector in whichever test runs next; its
warning then names the test and the lines that opened it instead of two port numbers.
"""

import os
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Any

DEPTH = 30

_origins: dict[int, str] = {}


class Opened:
    """How many sockets this process has opened since they began to say it."""

    count = 0


def _origin() -> str:
    """The test that runs, and the calls behind the opening, the nearest first, without pytest's."""
    lines = [os.environ.get("PYTEST_CURRENT_TEST", "outside tests")]
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and len(lines) <= DEPTH:
        path = Path(frame.f_code.co_filename)
        if path.parent.name in {"_pytest", "pluggy"}:
            break
        lines.append(f"{path.parent.name}/{path.name}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(lines)


def say_where_they_were_opened() -> None:
    """From now on every socket of this process knows it."""
    opened, described = socket.socket.__init__, socket.socket.__repr__

    def open_and_remember(self: socket.socket, *args: Any, **more: Any) -> None:
        opened(self, *args, **more)
        _origins[id(self)] = _origin()
        Opened.count += 1

    def describe(self: socket.socket) -> str:
        return f"{described(self)} opened in {_origins.get(id(self), 'a place unknown')}"

    for name, method in {"__init__": open_and_remember, "__repr__": describe}.items():
        setattr(socket.socket, name, method)
