"""The tasks that were started from the page, and those of others that bring something new."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from desktop_app.monitor.rows import FINISHED, RUNNING, TaskRow
from desktop_app.services.shown import told
from desktop_app.views.insights.acts import OF_A_COMPANY, OF_ALL, Act


@dataclass(frozen=True, slots=True)
class Ended:
    """A task of ours that is over; ``problem`` is empty where it succeeded."""

    act: Act
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a batch told: our tasks that ended, and whether anything new may be stored."""

    ended: tuple[Ended, ...]
    news: bool


_NEWS: Final = OF_A_COMPANY | OF_ALL
_NAMED: Final = re.compile(r"'tickers?': \[?'")
_REASONS: Final = {"REVOKED": "It was cancelled.", "REJECTED": "The worker did not take it."}


class Following:
    """No Qt. What is done with the news is the page's business."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Act, str]] = {}

    def begin(self, task_id: str, act: Act) -> None:
        self._open[task_id] = (act, "waiting")

    @property
    def words(self) -> str:
        """What is under way: ``Forecast: running``; empty where nothing is."""
        return " · ".join(f"{act.words}: {state}" for act, state in self._open.values())

    def is_open(self, act: Act) -> bool:
        return any(one == act for one, _ in self._open.values())

    def take(self, tasks: Iterable[TaskRow], symbols: Collection[str]) -> Heard:
        """Follow what became known of tasks. Those of others matter where they may be of one of
        the ``symbols``."""
        ended: list[Ended] = []
        news = False
        for row in tasks:
            if (ours := self._open.get(row.uuid)) is not None:
                news |= self._follow(row, ours[0], ended)
            elif row.state == "SUCCESS" and row.name in _NEWS:
                told = row.kwargs or ""
                # Without names a task was of all; a shortened text may have lost the name.
                named = _NAMED.search(told) and "…" not in told and "..." not in told
                mine = any(f"'{symbol}'" in told for symbol in symbols)
                news |= row.name in OF_ALL or mine or not named
        return Heard(tuple(ended), news)

    def _follow(self, row: TaskRow, act: Act, ended: list[Ended]) -> bool:
        if row.state not in FINISHED:
            running = row.state in RUNNING
            self._open[row.uuid] = (act, row.stage or "running" if running else "waiting")
            return False
        del self._open[row.uuid]
        done = row.state == "SUCCESS"
        ended.append(Ended(act, "" if done else _why(row)))
        return done


def _why(row: TaskRow) -> str:
    """The reason as the task gave it, without the name of the exception around it."""
    said = _REASONS.get(row.state) or row.exception or "It failed."
    words = told(said)
    return said if words == said else words.partition(": ")[2]
