"""Commands through the API, before a server that answers as a test says."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from datetime import date
from typing import Any, TypeVar

import pytest

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import ReadOnly
from desktop_app.services.served_commands import CommandsInUse, ServedCommands
from tests.remote.stub import TOKEN, Answer, Request, Stub, stubbed, told
from worker_core import settings
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import NotOffered, Refused
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place

T = TypeVar("T")
FORECAST = "forecasting.generate_stock_forecast"
SUBMITTED = {"task_id": "new", "task": FORECAST, "queue": "forecasting"}


class Hands:
    """The commands, what the server was told, and how often somebody was told to look."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.looks = 0
        self.blocking = Blocking(4, "test")
        self.api = Api(Line(Place(stub.url, TOKEN)))
        self.given = ServedCommands(self.blocking, self.api, self._look)
        self.commands = CommandsInUse(self.blocking)
        self.commands.use(self.given)

    def _look(self) -> None:
        self.looks += 1

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(coroutine)

    def sent(self, method: str) -> list[Request]:
        return [one for one in self.stub.seen if one.method == method]


@pytest.fixture
def hands() -> Iterator[Hands]:
    with stubbed() as stub:
        hands = Hands(stub)
        yield hands
        hands.api.close()
        hands.blocking.close()
    settings.override({})


def test_a_task_is_handed_in_under_one_key_however_often_the_answer_is_lost(hands: Hands) -> None:
    hands.stub.says(Answer(cut=True), Answer(cut=True), told(SUBMITTED, 202))
    arguments = {"ticker": "AAPL", "as_of": date(2026, 1, 2)}
    done = hands.run(hands.commands.enqueue(FORECAST, arguments))
    assert (done.task_id, hands.looks) == ("new", 1)
    sent = hands.sent("POST")
    assert len(sent) == 3
    assert len({one.headers["Idempotency-Key"] for one in sent}) == 1
    assert json.loads(sent[-1].body) == {"ticker": "AAPL", "as_of": "2026-01-02"}


def test_each_of_many_is_sent_again_with_its_own_arguments(hands: Hands) -> None:
    def answer(request: Request) -> Answer:
        if request.path.endswith("/arguments"):
            number = request.path.split("/")[-2]
            return told({"task": FORECAST, "arguments": {"ticker": number}})
        return told(SUBMITTED, 202)

    hands.stub.answer = answer

    async def all_of_them() -> None:
        await asyncio.gather(*(hands.commands.retry(f"t{number}") for number in range(8)))

    hands.run(all_of_them())
    tickers = sorted(json.loads(one.body)["ticker"] for one in hands.sent("POST"))
    assert tickers == [f"t{number}" for number in range(8)]


def test_a_task_is_cancelled_and_ended_by_the_same_request(hands: Hands) -> None:
    hands.stub.says(told({"task_id": "t", "outcome": "removed"}))
    hands.run(hands.commands.cancel("t", "forecasting"))
    hands.run(hands.commands.terminate("t", "w@h"))
    paths = [one.path for one in hands.sent("DELETE")]
    assert paths == ["/api/background-tasks/task/t"] * 2
    hands.stub.says(told({"detail": "The task has ended already: failed."}, 409))
    with pytest.raises(Refused, match="ended already"):
        hands.run(hands.commands.cancel("t", ""))


def test_a_read_only_connection_sends_nothing(hands: Hands) -> None:
    settings.override({"read_only": True})
    for attempt in (
        hands.commands.enqueue(FORECAST, {"ticker": "AAPL"}),
        hands.commands.cancel("t", ""),
        hands.commands.terminate("t"),
        hands.commands.retry("t"),
    ):
        with pytest.raises(ReadOnly):
            hands.run(attempt)
    assert hands.stub.seen == []


def test_what_the_api_does_not_offer_is_said(hands: Hands) -> None:
    with pytest.raises(NotOffered, match="other applications"):
        hands.run(hands.commands.call("shop.order", {"queue": "orders"}))
    assert FORECAST in hands.run(hands.commands.registered())
    assert hands.stub.seen == []


def test_what_a_task_logged_is_read(hands: Hands) -> None:
    line = {"at": "2026-01-02T03:04:05.5Z", "level": "INFO", "logger": "a.b", "text": "Read."}
    hands.stub.says(told({"lines": [line], "cut": True}))
    log = hands.run(hands.commands.log("t"))
    assert log.cut
    assert [(one.at, one.level, one.text) for one in log.lines] == [(1767323045.5, "INFO", "Read.")]
