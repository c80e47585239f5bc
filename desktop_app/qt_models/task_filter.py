"""Which tasks are wanted."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.monitor.rows import TaskRow


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Conditions that a task must all meet; the default lets everything through.

    Each word of ``text`` must occur, in any case, in the name, the id, the arguments, the worker
    or the error.
    """

    states: frozenset[str] = frozenset()
    text: str = ""
    queue: str | None = None
    worker: str | None = None
    name: str | None = None

    @property
    def everything(self) -> bool:
        return not (self.states or self.text.split()) and (
            self.queue is None and self.worker is None and self.name is None
        )

    def compiled(self) -> Callable[[TaskRow], bool]:
        """The filter as a function made for many calls: conditions not set cost nothing."""
        tests: list[Callable[[TaskRow], bool]] = []
        if self.states:
            states = self.states
            tests.append(lambda row: row.state in states)
        if self.queue is not None:
            tests.append(lambda row: row.queue == self.queue)
        if self.worker is not None:
            tests.append(lambda row: row.worker == self.worker)
        if self.name is not None:
            tests.append(lambda row: row.name == self.name)
        words = self.text.lower().split()
        if words:
            tests.append(lambda row: _contains_all(row, words))
        if len(tests) == 1:
            return tests[0]
        return lambda row: all(test(row) for test in tests)


def _contains_all(row: TaskRow, words: list[str]) -> bool:
    fields = (row.name, row.uuid, row.args, row.kwargs, row.worker, row.exception)
    searched = "\n".join(filter(None, fields)).lower()
    return all(word in searched for word in words)
