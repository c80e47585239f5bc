"""What is put is kept, over restarts, kills and second thoughts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from msgspec.structs import replace

from desktop_app.monitor.history import HistoryReader
from desktop_app.monitor.journal import Position
from desktop_app.monitor.query.fulltext import FULLTEXT
from desktop_app.monitor.rows import Found, Gap
from tests.monitor.conftest import eventually
from tests.monitor.history.conftest import BEGAN, Keeper, row, written

WRITER = """
import sys
from pathlib import Path
from desktop_app.monitor.history import History, Limits
from desktop_app.monitor.journal import Position
from tests.monitor.history.conftest import row

history = History(Path(sys.argv[1]), Limits(days=100_000), list)
history.open(10)
history.start()
seq = 0
while True:
    history.put([row(seq + one) for one in range(50)])
    seq += 50
    history.read_up_to(Position(f"{seq}-0", seq, 0.0))
    if history.status.written:
        print(history.status.written, flush=True)
"""


def words(text: str) -> tuple[str, tuple[str]]:
    return f"tasks.rowid IN ({FULLTEXT})", (f'"{text}"',)


def test_a_task_comes_back_as_it_was_after_a_restart(keeper: Keeper) -> None:
    told = row(
        0,
        "FAILURE",
        retries=2,
        redelivered=True,
        traceback="Traceback …",
        root_id="root",
        parent_id="parent",
        progress=0.5,
        stage="reading",
        eta="2026-01-01T00:00:00",
        expires="2026-01-02T00:00:00",
        reason="because",
    )
    keeper.keep(told)
    keeper.close()
    history = keeper.open()
    assert keeper.restored == [told]
    assert keeper.before.next_seq == 1
    assert (keeper.before.succeeded, keeper.before.failed) == (0, 1)
    assert history.reader.task("uuid-0") == told


def test_the_latest_version_of_a_task_replaces_the_earlier(keeper: Keeper) -> None:
    history = keeper.keep(row(0, "STARTED"))
    history.put([row(0, "SUCCESS")])
    written(history, 2)
    assert history.reader.task("uuid-0") == row(0, "SUCCESS")
    assert history.reader.count().value == 1


def test_texts_that_change_after_they_were_indexed_are_found_in_their_new_words_alone(
    keeper: Keeper,
) -> None:
    history = keeper.keep(row(0, "FAILURE", exception="an apple"))
    history.put([row(0, "SUCCESS", exception=None, result="a banana")])
    written(history, 2)
    assert not history.reader.page(words("apple")).rows
    assert [one.seq for one in history.reader.page(words("banana")).rows] == [0]


def test_a_task_that_lasts_is_found_by_its_words_before_it_ends(keeper: Keeper) -> None:
    history = keeper.keep(row(0, "STARTED", kwargs="{'symbol': 'ACME'}"))
    eventually(lambda: history.reader.page(words("ACME")).rows)
    history.put([row(0, "SUCCESS", kwargs="{'symbol': 'ACME'}")])
    written(history, 2)
    assert len(history.reader.page(words("ACME")).rows) == 1


def test_a_task_heard_of_again_after_it_left_memory_keeps_what_was_known(keeper: Keeper) -> None:
    history = keeper.keep(row(0, "SUCCESS"))
    late = row(7, "STARTED", result=None)
    history.put([type(late)(7, "uuid-0", BEGAN + 50, BEGAN + 50, state="STARTED", stage="late")])
    written(history, 2)
    kept = history.reader.task("uuid-0")
    assert kept is not None
    assert (kept.seq, kept.state, kept.result) == (0, "SUCCESS", "'result 0'")
    assert kept.last_seen == BEGAN + 50


def test_only_the_newest_tasks_and_older_ones_that_go_on_are_restored(keeper: Keeper) -> None:
    keeper.keep(row(0), row(1, "STARTED"), *map(row, range(2, 100)))
    keeper.close()
    keeper.open(limit=20)
    assert [one.seq for one in keeper.restored] == [1, *range(81, 100)]
    assert keeper.before.next_seq == 100


def test_a_position_is_kept_together_with_what_was_read_before_it(keeper: Keeper) -> None:
    history = keeper.open()
    history.put([row(0)])
    history.read_up_to(Position("5-0", 5, BEGAN))
    written(history, 1)
    keeper.close()
    keeper.open()
    assert keeper.before.position == Position("5-0", 5, BEGAN)
    assert keeper.before.heard is not None


def test_gaps_are_kept(keeper: Keeper) -> None:
    history = keeper.open()
    gap = Gap(BEGAN, BEGAN + 10, "overflow", 5, "five were left out")
    history.put([], [gap])
    eventually(lambda: history.reader.gaps(BEGAN + 9, BEGAN + 20))
    assert history.reader.gaps(BEGAN, BEGAN + 1) == [gap]
    assert not history.reader.gaps(BEGAN + 11, BEGAN + 20)


def test_what_was_found_out_about_a_gap_is_kept_with_it(keeper: Keeper) -> None:
    history = keeper.open()
    gap = Gap(BEGAN, BEGAN + 10, "disconnected", None, "away")
    found = Found(at=BEGAN + 11, workers=2, asked=9, ended=4, appeared=1, unknown=2, complete=True)
    history.put([], [gap])
    eventually(lambda: history.reader.gaps(BEGAN, BEGAN + 1))
    history.put([], [replace(gap, found=found)])
    eventually(lambda: history.reader.gaps(BEGAN, BEGAN + 1)[0].found)
    keeper.close()
    assert keeper.open().reader.gaps(BEGAN, BEGAN + 1) == [replace(gap, found=found)]


def test_the_tree_that_a_task_belongs_to_is_kept(keeper: Keeper) -> None:
    history = keeper.keep(
        row(0, uuid="root", root_id="root"),
        row(1, uuid="child", root_id="root", parent_id="root"),
        row(2, uuid="other", root_id="other"),
        row(3, uuid="grandchild", root_id="root", parent_id="child"),
    )
    assert [one.uuid for one in history.reader.family("root", 9)] == ["root", "child", "grandchild"]
    assert [one.uuid for one in history.reader.family("root", 2)] == ["root", "grandchild"]
    assert history.reader.family("nobody", 9) == []


def test_texts_that_no_database_expects_are_kept(keeper: Keeper) -> None:
    hostile = [
        row(0, uuid="'; DROP TABLE tasks; --", name='"); DELETE FROM tasks; --'),
        row(1, uuid="\x00\x01", name="null\x00byte", worker="w\x1b[31m@h"),
        row(2, uuid="half \ud83d of a character", args="\udfff"),
        row(3, uuid="🦊" * 60, queue="ключ", kwargs="x" * 10_000_000),
        row(4, uuid="%_\\", retries=2**53, worker=None, sent=None),
    ]
    history = keeper.keep(*hostile)
    found = history.reader.page().rows
    assert [one.seq for one in found] == [4, 3, 2, 1, 0]
    assert found[4] == hostile[0]
    assert found[3] == hostile[1]
    assert found[2].uuid == "half ? of a character"
    assert found[1] == hostile[3]
    assert history.status.state == "keeping"


def test_nothing_committed_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "killed.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    confirmed = 0
    while confirmed < 20_000:
        confirmed = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    keeper = Keeper(path)
    history = keeper.open()
    assert history.status.state == "keeping"
    assert history.reader.count().value >= confirmed
    position = keeper.before.position
    assert position is not None
    assert position.added is not None
    assert 0 < position.added <= keeper.before.next_seq
    newest = HistoryReader(path).page(limit=1).rows[0]
    assert newest.seq + 1 == keeper.before.next_seq == history.reader.count().value
    keeper.close()
