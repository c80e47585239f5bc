"""Commands to so many messages that one sees them go on."""

import threading
from collections.abc import Iterator

import pytest

from desktop_app.views.queues import QueuesPage
from tests.ui import accessibility
from tests.ui.queues.bench import Bench, message, press, shown_ids, until, words
from worker_core.operations import queue_control, removal


class Turnstile:
    """Lets through as many parts of a command as it was told to."""

    def __init__(self) -> None:
        self._free = threading.Semaphore(0)
        self._shut = threading.Event()

    def pass_on(self, parts: int) -> None:
        self._free.release(parts)

    def open(self) -> None:
        self._shut.set()
        self._free.release(1000)

    def __call__(self, *_: object) -> None:
        assert self._free.acquire(timeout=60)


@pytest.fixture
def turnstile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Turnstile]:
    """Tasks are marked as cancelled two at a time, each pair when it is let through."""
    one = Turnstile()
    monkeypatch.setattr(queue_control, "SETTLED_AT_ONCE", 2)
    monkeypatch.setattr(removal, "settle_removed", one)
    yield one
    one.open()


async def begun(bench: Bench, turnstile: Turnstile) -> QueuesPage:
    """Ten messages, of which four are through."""
    bench.fill("billing", *(message(f"b{n}") for n in range(10)))
    bench.tell("billing")
    page = await bench.open()
    press(page.messages, "Purge…")
    press(page.messages.ask, "Purge 10 messages")
    turnstile.pass_on(2)
    await until(lambda: "Purging from billing: 4 of 10" in words(page), "it said how far it is")
    return page


async def test_a_purge_says_how_far_it_is_and_nothing_when_it_is_over(
    bench: Bench, turnstile: Turnstile
) -> None:
    page = await begun(bench, turnstile)
    assert page.course.bar.value() == 400
    assert page.course.bar.maximum() == 1000
    assert not page.messages.hands.purge.isEnabled()
    assert accessibility.nameless(page) == []
    turnstile.open()
    await bench.quiet()
    assert page.course.isHidden()
    assert bench.said() == ["Purged 10 messages from billing."]


async def test_stopped_it_says_how_many_are_removed_and_only_these_are_put_back_by_undo(
    bench: Bench, turnstile: Turnstile
) -> None:
    page = await begun(bench, turnstile)
    assert "put back to where it stood" in page.course.stop.toolTip()
    press(page.course, "Stop")
    assert "4 of 10, stopping…" in words(page.course)
    assert not page.course.stop.isEnabled()
    turnstile.pass_on(1)
    await bench.quiet()
    assert bench.said() == [
        "Purged 6 messages from billing. Stopped before the other 4, which wait as before."
    ]
    assert shown_ids(page) == bench.ids("billing") == ["b6", "b7", "b8", "b9"]
    undo = bench.last().action
    assert undo is not None
    undo.callback()
    await bench.quiet()
    assert bench.ids("billing") == [f"b{n}" for n in range(10)]
    assert bench.said()[0] == "Put back 6 messages."


async def test_putting_many_back_says_how_far_it_is_and_offers_no_stop(
    bench: Bench, turnstile: Turnstile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "reopen", turnstile)
    page = await begun(bench, turnstile)
    turnstile.pass_on(3)
    await bench.quiet()
    undo = bench.last().action
    assert undo is not None
    undo.callback()
    turnstile.pass_on(1)
    await until(lambda: "Putting back: 2 of 10" in words(page), "it said how far it is")
    assert page.course.stop.isHidden()
    turnstile.open()
    await bench.quiet()
    assert page.course.isHidden()
    assert len(bench.ids("billing")) == 10


async def test_a_purge_under_way_ends_with_the_window_and_loses_nothing(
    bench: Bench, turnstile: Turnstile
) -> None:
    await begun(bench, turnstile)
    await bench.background.close()
    turnstile.open()
    await until(lambda: bench.ids("billing") == ["b6", "b7", "b8", "b9"], "the rest was put back")
