"""What tasks of one's own logged."""

import msgspec

from tests.api.conftest import TASKS, Desk
from worker_core.operations.connection import broker_url, client
from worker_core.operations.task_log import LogLine, log_key

FAILED = 'It failed.\nTraceback (most recent call last):\n  File "/srv/inside/x.py", line 1'


def logged(desk: Desk, task_id: str, *lines: LogLine) -> None:
    """As a worker leaves it."""
    redis = client(broker_url(desk.settings))
    try:
        redis.rpush(log_key(task_id, desk.settings.key_prefix), *map(msgspec.json.encode, lines))
    finally:
        redis.close()


def test_an_owner_reads_lines_and_only_operators_what_is_inside(desk: Desk) -> None:
    lines = (
        LogLine(1_700_000_000.25, "INFO", "worker_core.x", "Read 3 files."),
        LogLine(1_700_000_001.0, "DEBUG", "worker_core.x", "/srv/inside"),
        LogLine(1e300, "ERROR", "worker_core.x", FAILED),
    )
    own, operators = desk.submit("ann"), desk.submit("olga")
    for task_id in (own, operators):
        logged(desk, task_id, *lines)
    told = desk.ask("ann", "GET", f"{TASKS}/task/{own}/log").json()
    assert [one["text"] for one in told["lines"]] == ["Read 3 files.", "It failed."]
    assert told["lines"][0]["at"] == "2023-11-14T22:13:20.250000Z"
    assert told["cut"] is False
    assert "inside" not in str(told)
    for who, task_id in (("olga", operators), ("root", own)):
        found = desk.ask(who, "GET", f"{TASKS}/task/{task_id}/log").json()["lines"]
        assert [one["text"] for one in found] == [one.text for one in lines]


def test_lines_of_anothers_task_are_none_of_ones_own(desk: Desk) -> None:
    task_id = desk.submit("ann")
    logged(desk, task_id, LogLine(1.0, "INFO", "x", "Hers."))
    for who in ("bob", "olga"):
        assert desk.ask(who, "GET", f"{TASKS}/task/{task_id}/log").status_code == 404
    assert desk.ask("ann", "GET", f"{TASKS}/task/never-was/log").status_code == 404


def test_a_task_that_logged_nothing_has_no_lines(desk: Desk) -> None:
    task_id = desk.submit("ann")
    answer = desk.ask("ann", "GET", f"{TASKS}/task/{task_id}/log").json()
    assert answer == {"lines": [], "cut": False}
