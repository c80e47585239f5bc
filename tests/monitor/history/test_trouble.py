"""A disk, a file and neighbours that do not do as they should."""

import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.monitor.history import History, schema
from desktop_app.monitor.history.pending import Pending
from tests.monitor.conftest import eventually
from tests.monitor.history.conftest import Keeper, row, written

FULL_DISK = """
import resource, sys, time
from pathlib import Path
from desktop_app.monitor.history import History, Limits
from tests.monitor.history.conftest import row

history = History(Path(sys.argv[1]), Limits(days=100_000), list)
history.open(10)
history.start()
history.put([row(0)])
while not history.status.written:
    time.sleep(0.01)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
history.put([row(n, kwargs="x" * 4000) for n in range(1, 1000)])
while history.status.state != "failing":
    time.sleep(0.01)
print(history.status.message)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
while history.status.state != "keeping" or history.status.written < 1000:
    time.sleep(0.01)
print(history.reader.count().value, history.status.lost)
history.stop()
history.join(30)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_full_disk_is_reported_and_nothing_is_missing_once_there_is_room(
    tmp_path: Path,
) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "full.sqlite3")],
        check=True,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=120,
    )
    message, counts = done.stdout.splitlines()
    assert "is not being written" in message
    assert "Make room there" in message
    assert counts == "1000 0"


def test_a_locked_file_is_reported_and_written_once_it_is_free(keeper: Keeper) -> None:
    history = keeper.keep(row(0))
    other = sqlite3.connect(keeper.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    history.put([row(1)])
    eventually(lambda: history.status.state == "failing")
    assert "Another program holds the file" in history.status.message
    other.execute("ROLLBACK")
    other.close()
    eventually(lambda: history.status.state == "keeping")
    written(history, 2)
    assert history.status.message == ""
    assert history.reader.count().value == 2


def test_what_is_no_database_is_set_aside_and_a_new_file_begun(keeper: Keeper) -> None:
    keeper.path.parent.mkdir()
    keeper.path.write_bytes(b"this was a history once " * 1000)
    history = keeper.open()
    assert not keeper.restored
    assert "set aside" in history.status.message
    history.put([row(0)])
    written(history, 1)
    (aside,) = keeper.path.parent.glob("broker.damaged-*.sqlite3")
    assert aside.read_bytes().startswith(b"this was a history once")


def test_a_file_damaged_while_it_is_written_is_replaced_and_filled_from_memory(
    keeper: Keeper,
) -> None:
    keeper.keep(*map(row, range(2000)))
    keeper.close()
    size = keeper.path.stat().st_size
    with keeper.path.open("r+b") as file:
        # All but the first pages, so that it opens, but cannot be written.
        file.seek(16 * 4096)
        file.write(os.urandom(size - 16 * 4096))
    keeper.held = [row(seq) for seq in range(1990, 2010)]
    history = keeper.open()
    history.put([row(seq) for seq in range(2000)])
    eventually(lambda: "set aside" in history.status.message)
    eventually(lambda: history.reader.count().value >= 20)
    assert history.reader.task("uuid-2009") == row(2009)
    assert list(keeper.path.parent.glob("broker.damaged-*.sqlite3"))


def test_a_file_of_a_later_release_is_left_alone(keeper: Keeper) -> None:
    keeper.keep(row(0))
    keeper.close()
    with sqlite3.connect(keeper.path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    history = keeper.open()
    assert history.status.state == "failing"
    assert "A later release" in history.status.message
    assert keeper.before.next_seq > 10**12
    assert not list(keeper.path.parent.glob("*.damaged-*"))


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    keeper = Keeper(tmp_path / "file" / "history.sqlite3")
    history = keeper.open()
    assert history.status.state == "failing"
    history.put([row(0)])
    (tmp_path / "file").unlink()
    eventually(lambda: history.status.state == "keeping")
    written(history, 1)
    keeper.close()


def test_a_second_window_keeps_nothing_and_says_so(keeper: Keeper) -> None:
    first = keeper.keep(row(0))
    second = History(keeper.path, first._limits, list)
    before, _ = second.open(10)
    second.start()
    second.put([row(1)])
    assert second.status.state == "elsewhere"
    assert "Another window" in second.status.message
    assert before.next_seq > 10**12
    assert second.reader.count().value == 1
    second.stop()
    assert second.join(10)


def test_a_file_of_the_first_version_is_brought_up_to_date(keeper: Keeper) -> None:
    keeper.path.parent.mkdir()
    connection = sqlite3.connect(keeper.path, isolation_level=None)
    for statement in schema.MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 1")
    connection.execute(
        "INSERT INTO tasks (seq, uuid, state, name, queue, worker, first_seen, last_seen, retries) "
        "VALUES (41, 'u', 'SUCCESS', 'a.b', 'q', 'w@h', 1.0, 2.0, 0)"
    )
    connection.close()
    history = keeper.open()
    assert [one.uuid for one in keeper.restored] == ["u"]
    assert keeper.before.next_seq == 42
    words = history.reader.vocabulary()
    assert (words.names, words.queues, words.workers) == (["a.b"], ["q"], ["w@h"])


def test_a_writer_that_lags_costs_memory_for_new_tasks_alone() -> None:
    pending = Pending(most=10)
    for state in ("RECEIVED", "STARTED", "SUCCESS"):
        pending.put([row(seq, state) for seq in range(10)], failing=False)
    assert len(pending) == 10
    assert {one.state for one in pending.take(0).rows} == {"SUCCESS"}


def test_what_must_be_let_go_is_counted_and_no_position_hides_it() -> None:
    pending = Pending(most=10)
    pending.mark("position", b"1")
    pending.put(map(row, range(15)), failing=True)
    pending.mark("position", b"2")
    work = pending.take(0)
    assert [one.seq for one in work.rows] == list(range(5, 15))
    assert pending.lost == 5
    assert not work.marks


def test_each_broker_has_a_file_of_its_own(tmp_path: Path) -> None:
    files = {
        schema.file_of(tmp_path, label)
        for label in ("redis://h:1/0 k", "redis://h:1/1 k", "redis://h:1/0  k", "🦊", "")
    }
    assert len(files) == 5
    assert all(file.name.isascii() and len(file.name) < 80 for file in files)
