"""A token that the server refuses while the client is in use."""

import threading
from collections.abc import Iterator

import pytest

from tests.remote.stub import TOKEN, Answer, Request, Stub, stubbed, told
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import SignInAgain
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place

OTHER = TOKEN[:-1] + "T"
REFUSED = told({"detail": "no"}, 401)
QUEUES = told({"queues": {}, "held": 0})


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stubbed() as stub:
        yield stub


@pytest.fixture
def api(stub: Stub) -> Iterator[Api]:
    api = Api(Line(Place(stub.url, TOKEN)))
    yield api
    api.close()


def test_nothing_is_sent_with_a_token_that_was_refused_until_there_is_another(
    stub: Stub, api: Api
) -> None:
    heard: list[int] = []
    api.line.on_refused = lambda: heard.append(1)
    stub.says(REFUSED)
    for attempt in (
        api.queues,
        api.me,
        lambda: api.submit("forecasting.generate_stock_forecast", {"ticker": "AAPL"}),
        lambda: list(api.stream("t1")),
    ):
        with pytest.raises(SignInAgain, match="expired, or was revoked"):
            attempt()
    assert (len(stub.seen), heard) == (1, [1])
    with pytest.raises(SignInAgain, match="not a whole token"):
        api.line.renew(TOKEN[:-1])
    stub.says(QUEUES)
    api.line.renew(OTHER)
    api.queues()
    assert api.line.refused is None
    assert stub.seen[-1].headers["Authorization"] == f"Bearer {OTHER}"


def test_a_stream_that_is_refused_signs_out_as_any_request_does(stub: Stub, api: Api) -> None:
    stub.says(REFUSED)
    with pytest.raises(SignInAgain):
        list(api.stream("t1"))
    assert api.line.refused is not None


def test_a_late_answer_to_the_token_before_says_nothing_of_the_one_in_use(
    stub: Stub, api: Api
) -> None:
    arrived, let_go = threading.Event(), threading.Event()

    def answer(request: Request) -> Answer:
        if request.headers["Authorization"].endswith(OTHER):
            return QUEUES
        arrived.set()
        let_go.wait(60)
        return REFUSED

    stub.answer = answer
    raised: list[Exception] = []

    def ask() -> None:
        try:
            api.queues()
        except SignInAgain as error:
            raised.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert arrived.wait(60)
    api.line.renew(OTHER)
    let_go.set()
    asking.join(60)
    assert len(raised) == 1
    assert api.line.refused is None
    api.queues()
