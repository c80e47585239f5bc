"""What an operator presses in the window, over an application that is not ours: each press is
looked for in the broker or at the worker."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from desktop_app.views.enqueue import EnqueuePage
from desktop_app.views.queues import QueuesPage
from desktop_app.views.tasks import TasksPage
from tests.applications import application
from tests.foreign.conftest import NODE, Shop
from tests.window import Window, windows, words_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PARKED = "parked"


@pytest.fixture
def window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Window]]:
    monkeypatch.setenv("AFI_LEDGER", "0")
    yield from windows(qapp, tmp_path, monkeypatch)


class Hands:
    """The operator: what is pressed, and the other side to which it must come."""

    def __init__(self, window: Window, shop: Shop, app: Celery) -> None:
        self.window, self.server, self.app = window, shop.server, app
        self.redis = shop.server.client()

    async def begin(self) -> None:
        await self.window.heard_by(self.server)
        self.app.control.enable_events()
        await self.window.says("workers", NODE)

    async def until(self, met: Callable[[], Any], what: QWidget | None = None) -> None:
        await self.window.until(lambda: bool(met()), what)

    def send(self, name: str, *args: Any, queue: str = "orders") -> str:
        return str(self.app.send_task(f"shop.{name}", args, queue=queue).id)

    def waiting(self, queue: str = PARKED) -> int:
        count: Any = self.redis.llen(queue)
        return int(count)

    async def press(self, where: QWidget, text: str) -> None:
        """Click the button of that text once it can be clicked."""

        def found() -> QPushButton | None:
            ready = (
                one
                for one in where.findChildren(QPushButton)
                if one.text() == text and one.isVisible() and one.isEnabled()
            )
            return next(ready, None)

        await self.until(found, where)
        button = found()
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def tasks(self, query: str, count: int) -> TasksPage:
        """The Tasks page on what a search finds."""
        page = self.window.shell.show_page("tasks")
        assert isinstance(page, TasksPage)
        page.query.set_text(query)
        # Before the search is applied there may be as many tasks by chance.
        await self.until(
            lambda: not page.model.filter.everything and page.model.shown == count, page
        )
        return page

    async def opened(self, query: str) -> TasksPage:
        page = await self.tasks(query, 1)
        row = next(n for n in range(page.model.rowCount()) if page.model.gap_at(n) is None)
        page.table.selectRow(row)
        QTest.keyClick(page.table, Qt.Key.Key_Space)
        await self.until(lambda: not page.drawer.isHidden(), page)
        return page

    async def queue(self, name: str, count: int) -> QueuesPage:
        """The Queues page on the messages of a queue."""
        page = self.window.shell.show_page("queues")
        assert isinstance(page, QueuesPage)
        await self.until(lambda: name in page.queues.names(), page)
        page.open({"queue": name})
        page.messages.look()
        await self.until(lambda: len(page.messages.model.rows) == count, page)
        return page


@pytest.fixture(scope="module", autouse=True)
def _arguments_are_kept_with_results() -> Iterator[None]:
    """As many who run Celery have it. By default a task's arguments are gone when it has ended."""
    patch = pytest.MonkeyPatch()
    patch.setenv("SHOP_EXTENDED", "1")
    yield
    patch.undo()


Drive = Callable[..., None]


@pytest.fixture
def drive(shop: Shop, window: Callable[[str], Window]) -> Iterator[Drive]:
    ours = shop.server.url

    def driven(scenario: Callable[[Hands], Any], url: str = ours) -> None:
        one = window(url)
        with application("other-hands", broker=ours, backend=ours) as app:
            hands = Hands(one, shop, app)

            async def whole() -> None:
                await hands.begin()
                await scenario(hands)

            try:
                one.run(whole())
            finally:
                hands.redis.close()

    yield driven
    with shop.server.client() as redis:
        redis.delete(PARKED)


def test_a_running_task_is_terminated(drive: Drive) -> None:
    async def scenario(hands: Hands) -> None:
        sleeper = hands.send("sleep", 600)
        page = await hands.opened(f"id:{sleeper} state:started")
        await hands.press(page.drawer, "Terminate")
        await hands.press(page.drawer.ask, "Terminate")
        page.query.set_text(f"id:{sleeper}")
        await hands.until(lambda: hands.app.AsyncResult(sleeper).state == "REVOKED", page)
        await hands.until(lambda: "Revoked" in words_of(page.drawer), page.drawer)
        active = await asyncio.to_thread(hands.app.control.inspect([NODE]).active)
        assert sleeper not in str(active)
        after = hands.send("add", 1, 1)
        await hands.until(lambda: hands.app.AsyncResult(after).state == "SUCCESS", page)

    drive(scenario)


def test_a_task_is_edited_and_sent_again_also_when_the_form_knows_its_name(drive: Drive) -> None:
    async def scenario(hands: Hands) -> None:
        for total in (30, 50):
            first = hands.send("add", 2, 3)
            page = await hands.opened(f"id:{first} state:success")
            await hands.press(page.drawer, "Edit and resend")
            form = hands.window.shell.show_page("enqueue")
            assert isinstance(form, EnqueuePage)
            await hands.until(lambda: "2" in str(form.form.texts().get("args", "")), form)  # noqa: B023
            rows = form.form.rows
            rows["args"].set_value(f"[{total}, 4]")
            rows["queue"].set_value("orders")
            await hands.press(form, form.foot.enqueue.text())
            await hands.tasks(f"name:shop.add result:{total + 4} state:success", 1)

    drive(scenario)


def test_waiting_messages_are_deleted_moved_and_purged_and_come_back(drive: Drive) -> None:
    async def scenario(hands: Hands) -> None:
        for number in range(6):
            hands.send("add", number, 0, queue=PARKED)
        page = await hands.queue(PARKED, 6)
        shell = hands.window.shell
        page.messages.table.selectRow(0)
        await hands.press(page, "Delete…")
        await hands.press(page, "Delete 1 message")
        await hands.until(lambda: hands.waiting() == 5, page)
        await hands.press(shell, "Undo")
        await hands.until(lambda: hands.waiting() == 6, page)
        await hands.queue(PARKED, 6)

        moved = page.messages.model.row_at(0).task_id
        page.messages.table.selectRow(0)
        await hands.press(page, "Move…")
        target = page.messages.hands.move_bar.target
        target.setCurrentIndex(target.findData("orders"))
        await hands.press(page.messages.hands.move_bar, "Move")
        await hands.until(lambda: hands.waiting() == 5, page)
        await hands.until(lambda: hands.app.AsyncResult(moved).state == "SUCCESS", page)

        await hands.queue(PARKED, 5)
        await hands.press(page, "Purge…")
        await hands.press(page, "Purge 5 messages")
        await hands.until(lambda: hands.waiting() == 0, page)
        page.tabs.setCurrentIndex(2)
        await hands.until(page.removed.isVisible, page)
        await hands.until(lambda: page.removed.model.rowCount() > 0, page.removed)
        page.removed.table.selectRow(0)
        await hands.press(page.removed, "Put back")
        await hands.until(lambda: hands.waiting() == 5, page)

    drive(scenario)


def test_a_waiting_message_is_edited_where_it_stands_and_runs_with_what_was_typed(
    drive: Drive,
) -> None:
    async def scenario(hands: Hands) -> None:
        sent = [hands.send("add", number, 0, queue=PARKED) for number in range(3)]
        page = await hands.queue(PARKED, 3)
        page.messages.table.selectRow(1)
        await hands.press(page.messages, "Edit and resend…")
        form = page.drawer.form
        await hands.until(form.args.isVisible, page)
        for typed in ("[40,", "[40, 2]"):
            form.args.setFocus()
            QTest.keyClick(form.args, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(form.args, typed)
            await hands.press(form, "Resend with these")
            if typed == "[40,":
                assert "this is no JSON" in words_of(form)
        await hands.until(page.drawer.isHidden, page)
        await hands.until(lambda: page.messages.model.row_at(1).args == [40, 2], page)
        # It kept its place and its id.
        assert [row.task_id for row in page.messages.model.rows] == sent
        page.messages.table.selectRow(1)
        await hands.press(page, "Move…")
        target = page.messages.hands.move_bar.target
        target.setCurrentIndex(target.findData("orders"))
        await hands.press(page.messages.hands.move_bar, "Move")
        edited = hands.app.AsyncResult(sent[1])
        await hands.until(lambda: edited.state == "SUCCESS", page)
        assert edited.result == 42
        assert hands.waiting() == 2

    drive(scenario)


def test_the_selected_and_then_all_that_match_are_retried(drive: Drive) -> None:
    async def scenario(hands: Hands) -> None:
        failed = [hands.send("fail", f"many-{number}") for number in range(5)]
        query = "name:shop.fail state:failed many"
        page = await hands.tasks(query, 5)
        rows = [n for n in range(page.model.rowCount()) if page.model.gap_at(n) is None]
        flags = QItemSelectionModel.SelectionFlag
        chosen = page.table.selectionModel()

        def two_chosen() -> bool:
            # A search that is applied a moment later lets go of what was chosen before.
            for row in rows[:2]:
                chosen.select(page.model.index(row, 0), flags.Select | flags.Rows)
            return not page.bulk.isHidden()

        await hands.until(two_chosen, page)
        await hands.press(page.bulk, "Retry 2")
        await hands.press(page.bulk.ask, "Retry 2 tasks")
        await hands.until(lambda: page.model.shown == 7, page)
        page.table.setFocus()
        await hands.until(page.bulk.isHidden, page)
        QTest.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        await hands.press(page.bulk, "Retry 7")
        await hands.press(page.bulk.ask, "Retry 7 tasks")
        await hands.until(lambda: page.model.shown == 14, page)
        assert len(failed) == 5

    drive(scenario)


def test_on_production_nothing_is_removed_before_its_number_is_typed(
    drive: Drive, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_ENVIRONMENT", "production")

    async def scenario(hands: Hands) -> None:
        for number in range(3):
            hands.send("add", number, 0, queue=PARKED)
        page = await hands.queue(PARKED, 3)
        names = {one.accessibleName() for one in hands.window.shell.findChildren(QAbstractButton)}
        assert "Production environment production" in names
        await hands.press(page, "Purge…")
        ask = page.messages.hands.ask
        await hands.until(ask.typed.isVisible, page)
        assert not ask.yes.isEnabled()
        QTest.keyClicks(ask.typed, "2")
        assert not ask.yes.isEnabled()
        QTest.mouseClick(ask.yes, Qt.MouseButton.LeftButton)
        await asyncio.sleep(0.3)
        assert hands.waiting() == 3
        ask.typed.clear()
        QTest.keyClicks(ask.typed, "3")
        await hands.press(ask, "Purge 3 messages")
        await hands.until(lambda: hands.waiting() == 0, page)

    # As if it were reached over the network: with a user and by another name than localhost.
    with shop.server.client() as redis:
        redis.execute_command("ACL", "SETUSER", "ops", "on", ">pw", "~*", "&*", "+@all")
    drive(scenario, shop.server.url.replace("redis://", "redis://ops:pw@"))
