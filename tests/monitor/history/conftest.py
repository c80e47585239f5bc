"""Tasks to keep, and files to keep them in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.monitor.history import History, Limits
from desktop_app.monitor.rows import TaskRow
from tests.monitor.conftest import eventually

BEGAN = 1_770_000_000.0


def row(seq: int, state: str = "SUCCESS", **told: Any) -> TaskRow:
    """A task that was sent ``seq`` seconds after the first, waited one second and ran two."""
    at = BEGAN + seq
    over = state in {"SUCCESS", "FAILURE"}
    fields: dict[str, Any] = {
        "name": "a.b",
        "queue": "q",
        "state": state,
        "worker": "w@h",
        "args": f"({seq},)",
        "kwargs": "{}",
        "sent": at,
        "received": at + 0.5,
        "started": at + 1,
        "finished": at + 3 if over else None,
        "runtime": 2.0 if over else None,
        "result": f"'result {seq}'" if state == "SUCCESS" else None,
        "exception": f"ValueError('bad {seq}')" if state == "FAILURE" else None,
    }
    fields |= {"seq": seq, "uuid": f"uuid-{seq}", "first_seen": at, "last_seen": at + 3}
    return TaskRow(**fields | told)


class Keeper:
    """Histories over one file, of which each is ended before the next begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.held: list[TaskRow] = []
        self.now = BEGAN + 86_400
        self._open: list[History] = []

    def open(self, limit: int = 1000, **limits: Any) -> History:
        kept = Limits(**{"days": 100_000, "megabytes": 10_000} | limits)
        history = History(self.path, kept, lambda: self.held, lambda: self.now)
        self.before, slices = history.open(limit)
        self.restored = [one for rows in slices for one in rows]
        history.start()
        self._open.append(history)
        return history

    def close(self) -> None:
        for history in self._open:
            history.stop()
            assert history.join(30)
        self._open.clear()

    def keep(self, *rows: TaskRow) -> History:
        """A history that has these in its file."""
        history = self.open()
        history.put(rows)
        written(history, len(rows))
        return history


def written(history: History, count: int) -> None:
    eventually(lambda: history.status.written >= count)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "history" / "broker.sqlite3")
    yield keeper
    keeper.close()
