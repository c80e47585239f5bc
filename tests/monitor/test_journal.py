"""What happened while nobody listened, read from the broker's journal."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop_app.monitor import journal
from desktop_app.monitor.journal import Position
from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.session import Session
from tests.monitor.conftest import Server, envelope, eventually
from worker_core.operations.journal import FIELD, HEADER, KEY

WORKER = "w@h"


def event(kind: str, uuid: str, at: float, **fields: Any) -> dict[str, Any]:
    told = {"type": f"task-{kind}", "uuid": uuid, "hostname": WORKER, "timestamp": at}
    return told | fields


def life(uuid: str) -> list[dict[str, Any]]:
    """A task from its arrival to its success."""
    return [
        event("received", uuid, 10.0, name="a.b", retries=0),
        event("started", uuid, 11.0),
        event("succeeded", uuid, 12.0, runtime=1.0),
    ]


class Kept:
    """Positions in memory."""

    def __init__(self) -> None:
        self.positions: dict[str, Position] = {}

    def read(self, journal: str) -> Position | None:
        return self.positions.get(journal)

    def write(self, journal: str, position: Position) -> None:
        self.positions[journal] = position


def append(server: Server, *events: dict[str, Any], entry_id: str = "*", prefix: str = "") -> None:
    """As a worker of ours: into the journal, then to whoever listens."""
    message = json.loads(envelope(list(events)))
    message["headers"][HEADER] = True
    with server.client() as client:
        client.xadd(f"{prefix}{KEY}", {FIELD: json.dumps(list(events))}, id=entry_id)
        client.publish(f"{prefix}/0.celeryev/task.multi", json.dumps(message))


@pytest.fixture
def watch(server: Server) -> Iterator[Callable[..., Monitor]]:
    monitors = []

    def start(prefix: str = "", **options: Any) -> Monitor:
        monitors.append(Monitor(history_tasks=10_000, **options))
        monitors[-1].start(server.url, prefix)
        return monitors[-1]

    yield start
    for monitor in monitors:
        monitor.stop()


Watch = Callable[..., Monitor]


def succeeded(monitor: Monitor) -> int:
    return monitor.snapshot().counters.succeeded


def following(monitor: Monitor) -> None:
    eventually(lambda: monitor.snapshot().connection.status == "live")
    session = monitor._session
    assert isinstance(session, Session)
    eventually(lambda: session._journal.following)


def cut_off(server: Server) -> None:
    """End every connection but that of the one who asks, as a failing network does."""
    with server.client() as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


def test_what_happened_while_the_window_was_closed_is_there_after_its_start(
    server: Server, watch: Watch
) -> None:
    kept = Kept()
    monitor = watch(positions=kept)
    append(server, *life("before")[:1])
    eventually(lambda: monitor.task("before"))
    monitor.stop()
    append(server, *life("before")[1:])
    append(server, *life("meanwhile"))
    monitor = watch(positions=kept)
    eventually(lambda: succeeded(monitor) == 2)
    for uuid in ("before", "meanwhile"):
        row = monitor.task(uuid)
        assert row is not None
        assert (row.name, row.state, row.runtime) == ("a.b", "SUCCESS", 1.0)
    assert monitor.gaps() == []


def test_a_cut_connection_loses_nothing_and_is_no_gap(server: Server, watch: Watch) -> None:
    append(server, *life("first"))
    monitor = watch()
    following(monitor)
    for number in range(20):
        cut_off(server)
        append(server, *life(str(number)))
    eventually(lambda: succeeded(monitor) == 21)
    following(monitor)
    assert monitor.gaps() == []


def test_an_event_that_comes_both_ways_counts_once(server: Server, watch: Watch) -> None:
    append(server, *life("first"))
    monitor = watch()
    eventually(lambda: succeeded(monitor) == 1)
    following(monitor)
    before = monitor.snapshot().counters.events
    for number in range(50):
        append(server, *life(str(number)))
    eventually(lambda: succeeded(monitor) == 51)
    append(server, event("started", "last", 1.0))
    eventually(lambda: monitor.task("last"))
    assert monitor.snapshot().counters.events == before + 151
    assert sum(stats.received for stats in monitor.stats()) == 51


def test_a_journal_that_begins_while_the_window_listens_is_taken_up(
    server: Server, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LOOK_FOR_SECONDS", 0.05)
    monitor = watch()
    eventually(lambda: server.subscribers() == 1)
    server.publish(*life("plain"))
    eventually(lambda: succeeded(monitor) == 1)
    append(server, *life("a"))
    following(monitor)
    append(server, *life("b"))
    eventually(lambda: succeeded(monitor) == 3)
    assert [stats.succeeded for stats in monitor.stats()] == [3]


def test_senders_without_a_journal_are_heard_beside_it_and_their_gaps_are_told(
    server: Server, watch: Watch
) -> None:
    append(server, *life("ours"))
    monitor = watch()
    following(monitor)
    server.publish(*life("theirs"))
    eventually(lambda: succeeded(monitor) == 2)
    cut_off(server)
    assert [gap.reason for gap in eventually(monitor.gaps)] == ["disconnected"]


def test_what_was_cut_off_while_the_window_was_closed_is_a_gap_with_its_count(
    server: Server, watch: Watch
) -> None:
    kept = Kept()
    append(server, *life("read"))
    monitor = watch(positions=kept)
    eventually(lambda: succeeded(monitor) == 1)
    monitor.stop()
    for number in range(10):
        append(server, *life(str(number)))
    with server.client() as client:
        client.xtrim(KEY, maxlen=3, approximate=False)
    monitor = watch(positions=kept)
    (gap,) = eventually(monitor.gaps)
    assert (gap.reason, gap.dropped) == ("trimmed", 7)
    assert gap.start <= gap.end
    eventually(lambda: succeeded(monitor) == 3)


def test_what_had_been_read_before_it_was_cut_off_is_no_gap(server: Server, watch: Watch) -> None:
    kept = Kept()
    for number in range(10):
        append(server, *life(str(number)))
    monitor = watch(positions=kept)
    eventually(lambda: succeeded(monitor) == 10)
    monitor.stop()
    append(server, *life("last"))
    with server.client() as client:
        client.xtrim(KEY, maxlen=1, approximate=False)
    monitor = watch(positions=kept)
    eventually(lambda: succeeded(monitor) == 1)
    following(monitor)
    assert monitor.gaps() == []


def test_a_long_journal_is_read_in_bites_without_loss(server: Server, watch: Watch) -> None:
    with server.client() as client:
        pipeline = client.pipeline(transaction=False)
        for number in range(3000):
            pipeline.xadd(KEY, {FIELD: json.dumps(life(str(number)))})
        pipeline.execute()
    monitor = watch()
    eventually(lambda: succeeded(monitor) == 3000)
    assert monitor.gaps() == []


def test_a_broker_that_comes_back_empty_is_followed_from_its_new_beginning(
    server: Server, watch: Watch
) -> None:
    append(server, *life("old"))
    monitor = watch()
    following(monitor)
    server.kill()
    server.start()
    for number in range(3):
        append(server, *life(str(number)))
    eventually(lambda: succeeded(monitor) == 4)
    following(monitor)
    append(server, *life("last"))
    eventually(lambda: succeeded(monitor) == 5)
    assert {gap.dropped for gap in monitor.gaps()} == {None}


def test_a_journal_that_is_deleted_is_listened_past_until_it_is_there_again(
    server: Server, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LOOK_FOR_SECONDS", 0.05)
    append(server, *life("old"))
    monitor = watch()
    following(monitor)
    with server.client() as client:
        client.delete(KEY)
    (gap,) = eventually(monitor.gaps)
    assert gap.dropped is None
    append(server, *life("new"))
    eventually(lambda: succeeded(monitor) == 2)
    following(monitor)


def test_the_past_is_placed_in_its_own_time(server: Server, watch: Watch) -> None:
    ago = int(time.time()) - 600
    append(server, *life("a"), entry_id=f"{ago * 1000}-0")
    monitor = watch()
    series = eventually(
        lambda: (
            (found := monitor.snapshot().series) is not None and len(found.times) >= 600 and found
        )
    )
    assert abs(series.times[series.succeeded == 1][0] - ago) <= 1
    assert series.succeeded[:590].sum() == 1
    row = monitor.task("a")
    assert row is not None
    assert abs(row.first_seen - ago) <= 1
    # It worked ten minutes ago, which does not mean that it is there now.
    (worker,) = monitor.snapshot().workers or []
    assert not worker.online


def test_the_key_follows_the_prefix_of_the_broker(server: Server, watch: Watch) -> None:
    append(server, *life("a"), prefix="team:")
    monitor = watch("team:")
    eventually(lambda: succeeded(monitor) == 1)


def test_a_key_of_another_kind_and_entries_of_others_do_no_harm(
    server: Server, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LOOK_FOR_SECONDS", 0.05)
    with server.client() as client:
        client.set(KEY, "not a stream")
        monitor = watch()
        eventually(lambda: server.subscribers() == 1)
        server.publish(*life("a"))
        eventually(lambda: succeeded(monitor) == 1)
        client.delete(KEY)
        client.xadd(KEY, {"other": "x"})
        client.xadd(KEY, {FIELD: "not json"})
    append(server, *life("b"))
    eventually(lambda: succeeded(monitor) == 2)
    eventually(lambda: monitor.snapshot().counters.malformed == 1)


def test_a_user_who_may_not_read_the_journal_listens(server: Server, watch: Watch) -> None:
    append(server, *life("unread"))
    with server.client() as client:
        client.acl_setuser(
            "window", True, passwords=["+pw"], keys=["other"], channels=["*"], categories=["+@all"]
        )
    monitor = Monitor()
    monitor.start(f"redis://window:pw@127.0.0.1:{server.port}/0")
    try:
        eventually(lambda: server.subscribers() == 1)
        append(server, *life("a"))
        eventually(lambda: succeeded(monitor) == 1)
        assert monitor.task("unread") is None
    finally:
        monitor.stop()
