from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.views.queues import QueuesPage
from tests.ui.queues.bench import Bench, choose, message, press, shown_ids, until, words

KEY = Qt.Key
QUALITY = "data_processing.data_quality_check"


async def filled(bench: Bench, many: int = 4) -> QueuesPage:
    bench.fill("billing", *(message(f"b{n}", {"amount": n}) for n in range(many)))
    bench.fill("mail")
    bench.tell("billing", "mail")
    return await bench.open()


async def test_selected_messages_are_deleted_after_a_preview_and_put_back_by_undo(
    bench: Bench,
) -> None:
    page = await filled(bench)
    choose(page, 1, 2)
    press(page.messages, "Delete…")
    assert "Delete 2 messages from billing?" in words(page.messages.ask)
    assert "billing.charge ×2" in words(page.messages.ask)
    press(page.messages.ask, "Delete 2 messages")
    await bench.quiet()
    assert bench.ids("billing") == ["b0", "b3"]
    assert shown_ids(page) == ["b0", "b3"]
    assert bench.said() == ["Deleted 2 messages from billing."]
    undo = bench.last().action
    assert undo is not None
    undo.callback()
    await bench.quiet()
    assert bench.ids("billing") == ["b0", "b1", "b2", "b3"]
    assert shown_ids(page) == ["b0", "b1", "b2", "b3"]


async def test_escape_leaves_the_messages_where_they_are(bench: Bench) -> None:
    page = await filled(bench)
    choose(page, 1)
    page.messages.table.setFocus()
    QTest.keyClick(page.messages.table, KEY.Key_Delete)
    assert page.messages.ask.isVisible()
    QTest.keyClick(page.messages.ask.no, KEY.Key_Escape)
    assert not page.messages.ask.isVisible()
    assert len(bench.ids("billing")) == 4


async def test_what_a_worker_took_meanwhile_is_told(bench: Bench) -> None:
    page = await filled(bench)
    choose(page, 0, 1)
    press(page.messages, "Delete…")
    bench.redis.rpop("billing")
    press(page.messages.ask, "Delete 2 messages")
    await bench.quiet()
    assert bench.ids("billing") == ["b2", "b3"]
    assert "1 was not there any more: a worker was quicker." in bench.said()[0]


async def test_on_production_the_number_must_be_typed(bench: Bench) -> None:
    page = await filled(bench)
    page.set_production(True)
    press(page.messages, "Purge…")
    ask = page.messages.ask
    assert not ask.yes.isEnabled()
    QTest.keyClicks(ask.typed, "5")
    assert not ask.yes.isEnabled()
    QTest.keyClick(ask.typed, KEY.Key_Backspace)
    QTest.keyClicks(ask.typed, "4")
    assert ask.yes.isEnabled()
    QTest.keyClick(ask.typed, KEY.Key_Return)
    await bench.quiet()
    assert bench.redis.exists("billing") == 0
    assert bench.said() == ["Purged 4 messages from billing."]


async def test_a_purge_can_be_put_back_from_the_list_of_what_was_removed(bench: Bench) -> None:
    page = await filled(bench)
    press(page.messages, "Purge…")
    press(page.messages.ask, "Purge 4 messages")
    await bench.quiet()
    page.tabs.setCurrentIndex(2)
    await bench.quiet()
    page.removed.table.selectRow(0)
    QTest.keyClick(page.removed.table, KEY.Key_Return)
    await bench.quiet()
    assert bench.ids("billing") == ["b0", "b1", "b2", "b3"]
    assert page.removed.model.rowCount() == 0


async def test_messages_are_moved_to_a_chosen_queue(bench: Bench) -> None:
    page = await filled(bench)
    choose(page, 0, 3)
    press(page.messages, "Move…")
    bar = page.messages.hands.move_bar
    assert [bar.target.itemData(n) for n in range(bar.target.count())] == ["mail"]
    press(bar, "Move")
    await bench.quiet()
    assert bench.ids("billing") == ["b1", "b2"]
    assert bench.ids("mail") == ["b0", "b3"]
    assert bench.said() == ["Moved 2 messages to mail."]


async def test_on_production_a_move_is_confirmed_by_its_number(bench: Bench) -> None:
    page = await filled(bench)
    page.set_production(True)
    choose(page, 0)
    press(page.messages, "Move…")
    press(page.messages.hands.move_bar, "Move")
    assert not page.messages.ask.yes.isEnabled()
    QTest.keyClicks(page.messages.ask.typed, "1")
    press(page.messages.ask, "Move 1 message")
    await bench.quiet()
    assert bench.ids("mail") == ["b0"]


async def test_a_message_is_edited_in_its_place(bench: Bench) -> None:
    page = await filled(bench)
    choose(page, 1)
    press(page.messages, "Edit and resend…")
    form = page.drawer.form
    assert '"amount": 1' in form.kwargs.toPlainText()
    form.kwargs.setPlainText('{"amount": 1.5,')
    press(form, "Resend with these")
    assert "this is no JSON" in words(form)
    form.kwargs.setPlainText('["amount"]')
    press(form, "Resend with these")
    assert "JSON object" in words(form)
    form.kwargs.setPlainText('{"amount": 15}')
    press(form, "Resend with these")
    await bench.quiet()
    assert bench.ids("billing") == ["b0", "b1", "b2", "b3"]
    assert page.messages.model.row_at(1).kwargs == {"amount": 15}
    assert page.drawer.isHidden()


async def test_arguments_that_do_not_fit_our_task_are_refused_in_the_form(bench: Bench) -> None:
    bench.fill("data_processing", message("q", {"tickers": ["AAPL"]}, task=QUALITY))
    bench.tell("data_processing")
    page = await bench.open()
    choose(page, 0)
    press(page.messages, "Edit and resend…")
    page.drawer.form.kwargs.setPlainText('{"nonsense": 1}')
    press(page.drawer.form, "Resend with these")
    await bench.quiet()
    assert "nonsense is not an argument of this task" in words(page.drawer.form)
    assert page.messages.model.row_at(0).kwargs == {"tickers": ["AAPL"]}


async def test_an_edit_goes_on_while_the_cursor_moves_and_the_table_is_refreshed(
    bench: Bench,
) -> None:
    page = await filled(bench)
    choose(page, 1)
    press(page.messages, "Edit and resend…")
    page.drawer.form.kwargs.setPlainText("{}")
    page.messages.table.selectRow(2)
    page.messages.look()
    await bench.quiet()
    assert page.drawer.form.kwargs.toPlainText() == "{}"
    assert page.drawer.row is not None
    assert page.drawer.row.task_id == "b1"


async def test_a_message_that_was_taken_before_its_edit_is_told_of(bench: Bench) -> None:
    page = await filled(bench)
    choose(page, 0)
    press(page.messages, "Edit and resend…")
    bench.redis.rpop("billing")
    press(page.drawer.form, "Resend with these")
    await bench.quiet()
    assert bench.said() == ["A worker took the message before it was changed."]


async def test_a_read_only_connection_says_so_and_offers_nothing(bench: Bench) -> None:
    page = await filled(bench)
    choose(page, 0)
    page.set_read_only(True)
    panes: tuple[QWidget, ...] = (
        page.messages.hands.edit,
        page.messages.hands.move_to,
        page.messages.hands.delete,
        page.messages.hands.purge,
        page.removed.put_back,
    )
    for each in panes:
        assert not each.isEnabled()
        assert each.toolTip() == READ_ONLY
    QTest.keyClick(page.messages.table, KEY.Key_Delete)
    assert not page.messages.ask.isVisible()
    page.set_read_only(False)
    assert page.messages.hands.delete.isEnabled()


async def test_a_queue_that_vanishes_meanwhile_is_no_failure(bench: Bench) -> None:
    page = await filled(bench)
    page.messages.table.selectAll()
    press(page.messages, "Delete…")
    bench.redis.delete("billing", "_kombu.binding.billing")
    press(page.messages.ask, "Delete 4 messages")
    await bench.quiet()
    assert "Deleted 0 messages from billing. 4 were not there any more" in bench.said()[0]
    assert shown_ids(page) == []


async def test_a_user_without_rights_gets_a_plain_message(bench: Bench, monkeypatch: Any) -> None:
    from worker_core import settings

    page = await filled(bench)
    command: Any = bench.redis.execute_command
    command("ACL", "SETUSER", "looker", "on", ">pw", "~*", "&*", "+@read", "+ping")
    place = bench.connection.url_label.rpartition("@")[2].removeprefix("redis://")
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis://looker:pw@{place}")
    settings.current.cache_clear()
    try:
        choose(page, 0)
        press(page.messages, "Delete…")
        press(page.messages.ask, "Delete 1 message")
        await bench.quiet()
        assert "Could not delete 1 message: " in bench.said()[0]
        assert "needs more rights" in bench.last().what_to_do
        assert len(bench.ids("billing")) == 4
    finally:
        command("ACL", "DELUSER", "looker")


async def test_a_broker_that_is_gone_is_told_where_the_messages_were(
    bench: Bench, monkeypatch: Any
) -> None:
    from worker_core import settings

    page = await filled(bench)
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    settings.current.cache_clear()
    page.messages.look()
    await bench.quiet()
    await until(lambda: "Not looked at since" in words(page.messages))
    assert shown_ids(page) == ["b0", "b1", "b2", "b3"]
