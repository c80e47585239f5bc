"""A row of the tray follows its file from the drop to the result, whatever the events' order."""

from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest

from desktop_app.services.tray import Phase, Tray, TrayItem


@dataclass(frozen=True)
class Told:
    """What became known of a task."""

    uuid: str
    state: str
    progress: float | None = None
    stage: str | None = None
    exception: str | None = None


def submitted() -> tuple[Tray, TrayItem]:
    tray = Tray()
    item = tray.add(Path("filing.html"), "filing.html")
    return tray, tray.submitted(item.key, "read", ("score", "summarise"))


def test_a_file_waits_until_a_worker_takes_it() -> None:
    tray, item = submitted()
    assert item.phase is Phase.WAITING
    assert tray.apply([Told("read", "RECEIVED")]) == []


def test_progress_moves_forward_only() -> None:
    tray, _ = submitted()
    (half,) = tray.apply([Told("read", "PROGRESS", 0.5, "Reading")])
    assert (half.phase, half.stage) == (Phase.RUNNING, "Reading")
    (late,) = tray.apply([Told("read", "PROGRESS", 0.1, "Fetching")])
    assert late.fraction == half.fraction


@pytest.mark.parametrize("order", list(permutations(["read", "score", "summarise"])))
def test_a_file_is_done_when_all_its_tasks_are_in_whatever_order(order: tuple[str, ...]) -> None:
    tray, item = submitted()
    for uuid in order[:-1]:
        tray.apply([Told(uuid, "SUCCESS")])
        assert tray[item.key].phase is not Phase.DONE
    tray.apply([Told(order[-1], "SUCCESS")])
    done = tray[item.key]
    assert (done.phase, done.fraction) == (Phase.DONE, 1.0)
    assert done.open, "what the store knows of it is still to be read"


def test_the_same_news_twice_changes_nothing() -> None:
    tray, _ = submitted()
    assert len(tray.apply([Told("read", "SUCCESS")])) == 1
    assert tray.apply([Told("read", "SUCCESS")]) == []


@pytest.mark.parametrize("task", ["read", "score", "summarise"])
def test_one_failed_task_fails_the_file_with_its_reason(task: str) -> None:
    tray, _ = submitted()
    (failed,) = tray.apply([Told(task, "FAILURE", exception="the reason")])
    assert (failed.phase, failed.message) == (Phase.FAILED, "the reason")
    assert tray.apply([Told("read", "SUCCESS")]) == []


def test_a_cancelled_file_says_how_to_go_on() -> None:
    tray, _ = submitted()
    (cancelled,) = tray.apply([Told("read", "REVOKED")])
    assert cancelled.phase is Phase.FAILED
    assert "Drop the file again" in cancelled.remedy


def test_news_of_other_tasks_are_left_alone() -> None:
    tray, _ = submitted()
    assert tray.apply([Told("another", "FAILURE")]) == []


def test_a_refused_file_is_settled_and_nothing_more_is_expected_of_it() -> None:
    tray = Tray()
    item = tray.add(Path("empty.html"), "empty.html")
    refused = tray.refuse(item.key, "It is empty.", "Save it again.")
    assert refused.settled
    assert tray.open == []
