import asyncio
import logging
from collections.abc import Iterator

import pytest
import qasync
import shiboken6
from PySide6.QtCore import QObject

from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages


class RefusedError(Exception):
    """An error that knows what to do next."""

    remedy = "Start the broker."


@pytest.fixture
def messages(qapp: object) -> Messages:
    return Messages()


@pytest.fixture
def background(messages: Messages, loop: qasync.QEventLoop) -> Iterator[Background]:
    background = Background(messages)
    yield background
    loop.run_until_complete(background.close())


async def give(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def fail(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


async def forever() -> None:
    await asyncio.Event().wait()


def told(messages: Messages) -> list[tuple[str, str, str]]:
    return [(message.level, message.text, message.what_to_do) for message in messages.recent]


def test_a_result_comes_back(background: Background, loop: qasync.QEventLoop) -> None:
    got: list[object] = []

    async def scenario() -> None:
        await background.run(
            give(7), "count", on_success=got.append, on_end=lambda: got.append("end")
        )

    loop.run_until_complete(scenario())
    assert got == [7, "end"]


def test_a_failure_is_told_with_what_to_do_next(
    background: Background, messages: Messages, loop: qasync.QEventLoop
) -> None:
    async def scenario() -> None:
        await background.run(fail(RefusedError("the broker is gone")), "retry 12 tasks")

    loop.run_until_complete(scenario())
    assert told(messages) == [
        ("error", "Could not retry 12 tasks: the broker is gone", "Start the broker.")
    ]


def test_an_error_without_words_is_told_by_its_name(
    background: Background, messages: Messages, loop: qasync.QEventLoop
) -> None:
    async def scenario() -> None:
        await background.run(fail(TimeoutError()), "connect")

    loop.run_until_complete(scenario())
    ((level, text, what_to_do),) = told(messages)
    assert (level, text) == ("error", "Could not connect: TimeoutError")
    assert what_to_do


def test_a_failure_that_is_handled_is_not_told(
    background: Background, messages: Messages, loop: qasync.QEventLoop
) -> None:
    caught: list[Exception] = []

    async def scenario() -> None:
        await background.run(fail(RefusedError("no")), "connect", on_failure=caught.append)

    loop.run_until_complete(scenario())
    assert [str(error) for error in caught] == ["no"]
    assert told(messages) == []


def test_the_end_comes_after_a_cancellation_too(
    background: Background, messages: Messages, loop: qasync.QEventLoop
) -> None:
    ended: list[str] = []

    async def scenario() -> None:
        task = background.run(
            forever(),
            "wait",
            on_success=lambda _: ended.append("success"),
            on_failure=lambda _: ended.append("failure"),
            on_end=lambda: ended.append("end"),
        )
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    loop.run_until_complete(scenario())
    assert ended == ["end"]
    assert told(messages) == []


def test_one_that_is_cancelled_before_it_began_leaves_no_warning(
    background: Background, loop: qasync.QEventLoop
) -> None:
    async def scenario() -> None:
        background.run(forever(), "wait").cancel()
        await background.close()

    loop.run_until_complete(scenario())
    assert background.busy == 0


@pytest.mark.parametrize("outcome", ["result", "error"])
def test_an_owner_that_is_gone_is_not_called(
    background: Background, loop: qasync.QEventLoop, outcome: str
) -> None:
    owner = QObject()
    called: list[object] = []

    async def scenario() -> None:
        task = background.run(
            give(1) if outcome == "result" else fail(RefusedError()),
            "count",
            on_success=called.append,
            on_failure=called.append,
            on_end=lambda: called.append("end"),
            owner=owner,
        )
        shiboken6.delete(owner)
        await task

    loop.run_until_complete(scenario())
    assert called == []


def test_the_failure_of_an_owner_that_is_gone_is_told_all_the_same(
    background: Background, messages: Messages, loop: qasync.QEventLoop
) -> None:
    owner = QObject()

    async def scenario() -> None:
        task = background.run(fail(RefusedError("no")), "save", owner=owner)
        shiboken6.delete(owner)
        await task

    loop.run_until_complete(scenario())
    assert [text for _, text, _ in told(messages)] == ["Could not save: no"]


def test_an_error_in_what_follows_a_success_does_not_end_unseen(
    background: Background,
    messages: Messages,
    loop: qasync.QEventLoop,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_: int) -> None:
        raise KeyError("row")

    async def scenario() -> None:
        task = background.run(give(1), "count", on_success=broken)
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0)

    with caplog.at_level(logging.ERROR):
        loop.run_until_complete(scenario())
    assert [level for level, _, _ in told(messages)] == ["error"]
    assert "count" in caplog.text


def test_how_much_is_under_way_is_told(background: Background, loop: qasync.QEventLoop) -> None:
    counts: list[int] = []
    background.busy_changed.connect(counts.append)

    async def scenario() -> None:
        one, two = background.run(give(1), "a"), background.run(give(2), "b")
        assert background.busy == 2
        await asyncio.gather(one, two)

    loop.run_until_complete(scenario())
    assert counts == [1, 2, 1, 0]


def test_closing_leaves_nothing_under_way(background: Background, loop: qasync.QEventLoop) -> None:
    async def scenario() -> None:
        tasks = [background.run(forever(), f"wait {number}") for number in range(5)]
        await asyncio.sleep(0)
        await background.close()
        assert all(task.cancelled() for task in tasks)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    loop.run_until_complete(scenario())
    assert background.busy == 0


def test_without_a_running_loop_nothing_is_begun(messages: Messages) -> None:
    operation = give(1)
    with pytest.raises(RuntimeError, match="no running event loop"):
        Background(messages).run(operation, "count")
    operation.close()
