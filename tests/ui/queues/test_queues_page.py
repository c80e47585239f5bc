import base64
import json
import pickle
import time
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.monitor.rows import Connection, TaskRow
from desktop_app.qt_models.queue_table import Column
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Size
from desktop_app.views.queues import QueuesPage
from tests.ui import accessibility
from tests.ui.queues.bench import Bench, choose, message, press, shown_ids, until, words
from worker_core.operations import queues
from worker_core.operations.messages import Waiting

if TYPE_CHECKING:
    from redis import Redis

KEY = Qt.Key


def column(page: QueuesPage, which: Column) -> list[Any]:
    model = page.queues.model
    return [model.data(model.index(row, which)) for row in range(model.rowCount())]


def empty(widget: Any) -> str:
    [state] = [one for one in widget.findChildren(EmptyState) if one.isVisibleTo(widget)]
    return words(state)


async def test_the_fullest_queue_is_looked_into_and_nothing_is_taken(bench: Bench) -> None:
    bench.fill("mail", message("m1"))
    bench.fill("billing", *(message(f"b{n}", {"amount": n}) for n in range(3)))
    bench.tell("mail", "billing")
    page = await bench.open()
    assert page.messages.queue == "billing"
    assert shown_ids(page) == ["b0", "b1", "b2"]
    assert page.tabs.tabText(0) == "Waiting  3"
    assert bench.ids("billing") == ["b0", "b1", "b2"]


async def test_a_queue_without_workers_is_called_out_in_words(bench: Bench) -> None:
    bench.fill("billing", message("b"))
    bench.tell("billing", "idle", consumers=0)
    page = await bench.open()
    assert column(page, Column.CONDITION) == ["unserved", "unattended"]
    assert "1 queue with tasks that no worker takes" in words(page.queues)


async def test_a_filter_narrows_the_queues_and_escape_widens_them(bench: Bench) -> None:
    bench.tell("billing", "mail", "mail.slow")
    page = await bench.open()
    page.search()
    QTest.keyClicks(page.queues.field, "MAIL")
    assert column(page, Column.NAME) == ["mail", "mail.slow"]
    assert "2 of 3 queues" in words(page.queues)
    QTest.keyClicks(page.queues.field, "x")
    assert "No queue of that name" in empty(page.queues)
    QTest.keyClick(page.queues.field, KEY.Key_Escape)
    assert len(column(page, Column.NAME)) == 3


async def test_what_is_selected_and_in_sight_stays_while_workers_serve(bench: Bench) -> None:
    bench.fill("billing", *(message(f"b{n:02}") for n in range(40)))
    bench.tell("billing")
    page = await bench.open()
    table = page.messages.table
    choose(page, 6)
    table.verticalScrollBar().setValue(5 * Size.ROW + 7)
    bench.redis.rpop("billing", 3)
    bench.fill("billing", message("new"))
    page.messages.look()
    await bench.quiet()
    assert shown_ids(page)[0] == "b03"
    assert [row.task_id for row in page.messages.chosen()] == ["b06"]
    assert table.verticalScrollBar().value() == 2 * Size.ROW + 7


async def test_a_long_queue_is_shown_in_parts(bench: Bench) -> None:
    bench.fill("billing", *(message(f"b{n}") for n in range(120)))
    bench.tell("billing")
    page = await bench.open()
    assert len(shown_ids(page)) == 50
    assert "The next 50 of 120" in words(page.messages)
    press(page.messages, "Show more")
    await bench.quiet()
    assert len(shown_ids(page)) == 120
    assert "All 120" in words(page.messages)


async def test_the_details_show_all_of_a_message_and_follow_the_cursor(bench: Bench) -> None:
    note = "<b>&\u202e\x00"
    now = time.time()
    bench.fill(
        "billing",
        message("b0", {"amount": 5, "note": note}, afi_enqueued_at=now - 1800),
        message("b1", {"deep": {"a": [1, None]}}, eta="2030-01-01T00:00:00"),
    )
    bench.tasks = [TaskRow(1, "b1", now - 7200, now)]
    bench.tell("billing")
    page = await bench.open()
    page.messages.table.selectRow(0)
    QTest.keyClick(page.messages.table, KEY.Key_Space)
    text = words(page.drawer)
    assert "billing.charge" in text
    assert '"amount": 5' in text
    assert "\u202e" not in text
    assert "30m" in text
    QTest.keyClick(page.messages.table, KEY.Key_Down)
    assert '"a": [' in words(page.drawer)
    assert "2030-01-01" in words(page.drawer)
    # Its sender did not tell; its events did.
    await until(lambda: "2h 00m" in words(page.drawer))
    went: list[tuple[str, object]] = []
    page.navigate.connect(lambda where, detail: went.append((where, detail)))
    press(page.drawer, "Show the task")
    assert went == [("tasks", {"uuid": "b1"})]
    QTest.keyClick(page.messages.table, KEY.Key_Escape)
    assert page.drawer.isHidden()


async def test_hostile_messages_are_rows_that_say_what_they_are(bench: Bench) -> None:
    trap = pickle.dumps({"never": "loaded"})
    pickled = json.loads(message("p", kind="application/x-python-serialize"))
    pickled["body"] = base64.b64encode(trap).decode()
    bench.fill(
        "billing",
        b"\x80\x04 binary \xff\x00",
        json.dumps(pickled),
        b'{"headers": "' + b"x" * 10_000_000 + b'"}',
        message("n", task="evil\r\n\u202egnp"),
        b"[]",
        b"[]",
    )
    bench.tell("billing")
    page = await bench.open()
    assert len(shown_ids(page)) == 6
    for row, said in enumerate(("not JSON", "not opened", "too large to show")):
        page.messages.table.selectRow(row)
        QTest.keyClick(page.messages.table, KEY.Key_Space)
        assert said in words(page.drawer)
        assert not page.drawer.edit.isEnabled()
    await until(lambda: "10.0 MB" in words(page.drawer))
    model = page.messages.model
    assert model.data(model.index(3, 0)) == "evil���gnp"


async def test_a_key_that_is_no_queue_is_told_plainly(bench: Bench) -> None:
    bench.redis.hset("unacked", "tag", "{}")
    bench.tell("unacked")
    page = await bench.open()
    assert "This queue cannot be looked into" in empty(page.messages.table)
    assert "something else under this name" in empty(page.messages.table)
    assert not page.messages.hands.purge.isEnabled()


async def test_what_workers_hold_is_listed_with_the_time_that_is_left(bench: Bench) -> None:
    now = time.time()
    for tag, ago in (("t1", 590), ("t2", 10), ("t3", 900)):
        body = json.loads(message(tag, redelivered=tag == "t2"))
        bench.redis.hset("unacked", tag, json.dumps([body, "billing", "billing"]))
        bench.redis.zadd("unacked_index", {tag: now - ago})
    bench.tasks = [TaskRow(1, "t1", now, now, state="STARTED", worker="w1@host")]
    bench.tell("billing")
    page = await bench.open()
    page.tabs.setCurrentIndex(1)
    await bench.quiet()
    lines = page.held.table
    lines.selectAll()
    text = lines.selected_text()
    rows = [line.split("\t") for line in text.split("\n")[1:]]
    assert [row[0] for row in rows] == ["billing.charge"] * 3
    assert rows[0][4] == "overdue"
    assert rows[1][2] == "w1@host"
    assert rows[2][5] == "redelivered"
    went: list[object] = []
    page.navigate.connect(lambda _where, detail: went.append(detail))
    lines.selectRow(1)
    QTest.keyClick(lines, KEY.Key_Return)
    assert went == [{"uuid": "t1"}]


async def test_each_emptiness_carries_its_next_step(bench: Bench) -> None:
    bench.connection = Connection("idle", "", time.time())
    page = await bench.open()
    assert "Not connected to a broker" in empty(page.queues)
    assert "Choose a queue" in empty(page.messages.table)
    bench.connection = replace(bench.connection, status="live")
    bench.tell()
    await until(lambda: "No queue is declared yet" in empty(page.queues))
    bench.tell("billing")
    await until(lambda: page.messages.queue == "billing")
    await bench.quiet()
    assert "Nothing waits in billing" in empty(page.messages.table)
    page.tabs.setCurrentIndex(1)
    await bench.quiet()
    assert "No worker holds a message" in empty(page.held.table)
    page.tabs.setCurrentIndex(2)
    await bench.quiet()
    assert "Nothing to put back" in empty(page.removed.table)


async def test_a_hidden_page_looks_at_nothing(bench: Bench) -> None:
    bench.fill("billing", message("b"))
    bench.tell("billing")
    page = await bench.open()
    page.hidden()
    page.messages.look()
    page.held.look()
    page.removed.look()
    assert bench.background.busy == 0


async def test_everything_that_is_operated_has_a_name(bench: Bench) -> None:
    bench.fill("billing", message("b"))
    bench.tell("billing")
    page = await bench.open()
    nameless = accessibility.nameless(page)
    assert nameless == [], "\n".join(nameless)


async def test_another_page_can_open_a_queue_that_the_filter_hides(bench: Bench) -> None:
    bench.tell("billing", "mail")
    page = await bench.open()
    QTest.keyClicks(page.queues.field, "bill")
    page.open({"queue": "mail"})
    assert page.messages.queue == "mail"
    assert page.queues.field.text() == ""


async def test_large_messages_are_not_fetched_again_and_again(bench: Bench) -> None:
    bench.fill("billing", *(message(f"b{n}", {"blob": "x" * 1_500_000}) for n in range(3)))
    bench.tell("billing")
    page = await bench.open()
    assert "looked at again only with F5" in words(page.messages)
    bench.redis.rpop("billing")
    page.messages.table.setFocus()
    QTest.keyClick(page.messages.table, KEY.Key_F5)
    await until(lambda: shown_ids(page) == ["b1", "b2"])


async def test_a_paused_window_looks_only_when_asked(bench: Bench) -> None:
    bench.fill("billing", message("b0"), message("b1"))
    bench.tell("billing")
    page = await bench.open()
    bench.bridge.pause()
    bench.redis.rpop("billing")
    page.messages._look_by_itself()
    assert bench.background.busy == 0
    page.messages.look()
    await until(lambda: shown_ids(page) == ["b1"])


async def test_after_a_change_of_brokers_the_old_queue_is_let_go(bench: Bench) -> None:
    bench.fill("billing", message("b0"))
    bench.tell("billing")
    page = await bench.open()
    bench.fill("elsewhere", message("e0"))
    bench.tell("elsewhere")
    await until(lambda: page.messages.queue == "elsewhere")
    await until(lambda: shown_ids(page) == ["e0"])


async def test_a_name_with_control_characters_is_made_fit_wherever_it_stands(
    bench: Bench,
) -> None:
    odd = "bill\u202eing\r\n<b>"
    bench.fill(odd, message("b0"))
    bench.tell(odd)
    page = await bench.open()
    assert column(page, Column.NAME) == ["bill�ing��<b>"]
    choose(page, 0)
    press(page.messages, "Delete…")
    assert "bill�ing��<b>" in words(page.messages.ask)
    press(page.messages.ask, "Delete 1 message")
    await bench.quiet()
    assert bench.said() == ["Deleted 1 message from bill�ing��<b>."]


async def test_what_went_while_it_looked_is_not_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    peek = queues.peek

    def peek_late(redis: "Redis", name: str, *args: Any, **kwargs: Any) -> list[Waiting]:
        if redis.llen(name) == 3:
            redis.rpop(name)
        return peek(redis, name, *args, **kwargs)

    monkeypatch.setattr(queues, "peek", peek_late)
    bench.fill("billing", *(message(f"b{n}") for n in range(3)))
    bench.tell("billing")
    page = await bench.open()
    assert shown_ids(page) == ["b1", "b2"]
    press(page.messages, "Purge…")
    assert "Purge billing, about 2 messages?" in words(page.messages)
