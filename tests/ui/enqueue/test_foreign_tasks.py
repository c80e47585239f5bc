"""Tasks that the workers know and the catalog does not are offered with a form in JSON."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from desktop_app.services.foreign import foreign_tasks
from desktop_app.ui.background import Background
from desktop_app.views.enqueue import EnqueuePage
from tests.ui.enqueue.doubles import Scenario, SenderDouble, idle
from worker_core.catalog import TASKS

Run = Callable[[Scenario], None]
OURS = "document_processing.process_document"


def offered(page: EnqueuePage) -> list[str]:
    return list(page.chooser.tasks)


async def asked(page: EnqueuePage, background: Background) -> None:
    page.offer.ask()
    await idle(background)


def test_names_come_without_options_and_without_what_is_celerys_own() -> None:
    names = ["shop.pay [rate_limit=10/m]", "celery.chord", "afi.sweep", OURS, "shop.pay"]
    (only,) = foreign_tasks(names)
    assert (only.name, only.title, only.queue) == ("shop.pay", "pay", "")


def test_workers_of_another_application_offer_their_tasks_alone(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    sender.known = frozenset({"shop.pay", "shop.refund", "celery.map"})
    run(asked(page, background))
    assert offered(page) == ["shop.pay", "shop.refund"]
    assert page.chooser.task.name == "shop.pay"
    assert page.offer.summary.text() == "2 of 2 tasks can run, as the workers say"


def test_later_tasks_of_our_own_workers_stand_beside_the_catalog(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    sender.known = frozenset({OURS, "extra.thing"})
    run(asked(page, background))
    assert offered(page) == [*TASKS, "extra.thing"]
    sender.known = frozenset({OURS})
    run(asked(page, background))
    assert offered(page) == list(TASKS)


def test_a_foreign_call_is_checked_as_json_and_sent_to_the_named_queue(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    sender.known = frozenset({"shop.pay"})

    async def fill_in() -> None:
        await asked(page, background)
        rows = page.form.rows
        assert isinstance(rows["kwargs"].editor, QPlainTextEdit)
        rows["kwargs"].set_value('{"order": 7')
        rows["queue"].set_value("payments")
        rows["args"].set_value('["x", null]')
        page._check()
        assert "not JSON" in page.checked.problems["kwargs"]
        rows["kwargs"].set_value("[1]")
        page._check()
        assert page.checked.arguments is None
        rows["kwargs"].set_value('{"order": 7}')
        page._check()
        assert page.foot.said() == "Ready for the queue payments"
        QTest.mouseClick(page.foot.enqueue, Qt.MouseButton.LeftButton)
        await idle(background)

    run(fill_in())
    call = {"queue": "payments", "args": ["x", None], "kwargs": {"order": 7}}
    assert sender.sent == [("shop.pay", call)]


def test_a_foreign_task_of_the_past_is_opened_with_its_call(
    page: EnqueuePage, sender: SenderDouble
) -> None:
    call = {"queue": "payments", "args": [1], "kwargs": {"a": "ü"}}
    page.open({"name": "shop.pay", "call": call})
    assert page.checked.arguments == call
    assert not page.preview.copy_command.isEnabled()


def test_a_foreign_call_to_be_edited_fills_the_form_of_a_task_that_is_listed_already(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    sender.known = frozenset({"shop.pay", "shop.refund"})

    async def edited() -> None:
        await asked(page, background)
        for amount in (1, 2):
            call = {"queue": "payments", "args": [amount], "kwargs": {}}
            page.open({"name": "shop.refund", "call": call})
            assert page.chooser.task.name == "shop.refund"
            assert page.checked.arguments == call

    run(edited())
