"""How much one may ask: rates, bodies, streams, requests at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import FORECAST, TASKS, TEXT, Desk, bearer
from worker_core.api.app import Api, create
from worker_core.api.context import Receive, Scope, Send
from worker_core.api.limits import AtOnce
from worker_core.api.problems import Problem
from worker_core.api.together import Together
from worker_core.operations.connection import broker_url, client
from worker_core.settings import Settings

UPLOAD = f"{TASKS}/document/upload"


async def asked(api: Api, requests: Sequence[httpx.Request]) -> list[httpx.Response]:
    """The answers to requests that are all sent at once."""
    async with api.routes.router.lifespan_context(api.routes):
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return list(await asyncio.gather(*map(client.send, requests)))


def ask(
    desk: Desk, who: str, path: str = "/api/me", method: str = "GET", **more: Any
) -> httpx.Request:
    headers = {**bearer(desk.tokens[who]), **more.pop("headers", {})}
    return httpx.Request(method, f"http://desk{path}", headers=headers, **more)


def with_limits(desk: Desk, **limits: Any) -> Api:
    """Another process of the API over the same database and broker."""
    return create(desk.settings.model_copy(update=limits))


def one_by_one(api: Api, requests: Sequence[httpx.Request]) -> list[httpx.Response]:
    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return [await client.send(one) for one in requests]

    try:
        return asyncio.run(run())
    finally:
        api.close()


def test_a_rate_is_one_for_all_processes_and_one_for_each_user(desk: Desk) -> None:
    first, second = (with_limits(desk, api_requests_a_minute=4) for _ in range(2))
    for api in (first, second):
        answers = one_by_one(api, [ask(desk, "ann"), ask(desk, "ann")])
        assert [one.status_code for one in answers] == [200, 200]
    (refused,) = one_by_one(second, [ask(desk, "ann")])
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["title"] == "Too Many Requests"
    assert one_by_one(first, [ask(desk, "bob")])[0].status_code == 200


def test_what_the_rates_have_opened_is_closed_with_the_api(desk: Desk) -> None:
    with client(broker_url(desk.settings)) as redis:

        def connected() -> set[str]:
            return {one["id"] for one in redis.client_list()}

        before = connected()
        with TestClient(create(desk.settings)) as asking:
            assert asking.get("/api/me", headers=bearer(desk.tokens["ann"])).status_code == 200
            opened = connected() - before
            assert opened
        over = time.monotonic() + 60.0
        while opened & connected():
            assert time.monotonic() < over
            time.sleep(0.02)


def test_a_burst_takes_exactly_the_places_there_are(desk: Desk) -> None:
    api = with_limits(desk, api_requests_a_minute=7)
    answers = asyncio.run(asked(api, [ask(desk, "olga") for _ in range(40)]))
    assert sorted(one.status_code for one in answers) == [200] * 7 + [429] * 33


def test_without_a_broker_the_rate_is_kept_by_each_process(desk: Desk) -> None:
    api = with_limits(desk, api_requests_a_minute=3, broker_url="redis://127.0.0.1:1/0")
    answers = one_by_one(api, [ask(desk, "root") for _ in range(5)])
    assert [one.status_code for one in answers] == [200] * 3 + [429] * 2


def test_a_flood_of_bad_tokens_does_not_fill_the_audit_log(desk: Desk) -> None:
    api = with_limits(desk, api_denials_a_minute=2)
    before = len(desk.audited("sign-in"))
    bad = httpx.Request("GET", "http://desk/api/me", headers=bearer("afi_x"))
    answers = one_by_one(api, [bad] * 6)
    assert [one.status_code for one in answers] == [401, 401, 429, 429, 429, 429]
    assert len(desk.audited("sign-in")) - before == 2
    # Who has a good token is let in from the same place.
    assert one_by_one(api, [ask(desk, "ann")])[0].status_code == 200


def chunks(size: int) -> AsyncIterator[bytes]:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(size // 512):
            yield b"x" * 512

    return parts()


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("length", ["4096", "1025", "99999999999999999999999999"])
def test_a_body_that_says_it_is_too_large_is_not_read(desk: Desk, length: str) -> None:
    api = with_limits(desk, api_body_kb=1)
    headers = {**JSON, "Content-Length": length}
    (answer,) = one_by_one(api, [ask(desk, "ann", FORECAST, "POST", headers=headers)])
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_a_chunked_body_is_cut_off_where_it_becomes_too_large(desk: Desk) -> None:
    api = with_limits(desk, api_body_kb=1)
    for size, status in ((4096, 413), (512, 422)):
        request = ask(desk, "ann", FORECAST, "POST", headers=JSON, content=chunks(size))
        assert one_by_one(api, [request])[0].status_code == status


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"Content-Type": "text/plain"}, FORECAST),
        ({"Content-Type": "application/xml"}, FORECAST),
        ({}, FORECAST),
        ({**JSON, "Content-Encoding": "gzip"}, FORECAST),
        (JSON, UPLOAD),
        ({"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "br"}, UPLOAD),
    ],
)
def test_only_known_forms_of_bodies_are_read(
    desk: Desk, headers: dict[str, str], path: str
) -> None:
    answer = desk.ask("ann", "POST", path, content=b"{}", headers=headers)
    assert answer.status_code == 415


def test_an_upload_is_bounded_in_files_in_each_file_and_in_all(desk: Desk) -> None:
    api = with_limits(desk, api_upload_files=2, max_document_mb=1, api_upload_mb=2)
    small, large = ("a.txt", b"a"), ("b.txt", bytes(2**20 + 1))

    def upload(*files: tuple[str, bytes]) -> httpx.Request:
        return ask(desk, "ann", UPLOAD, "POST", files=[("file", one) for one in files])

    before = desk.storage.tasks.counts()
    requests = [upload(small, small, small), upload(small, large), upload(large, large)]
    answers = one_by_one(api, requests)
    assert [one.status_code for one in answers] == [400, 413, 413]
    assert "Too many files" in answers[0].json()["detail"]
    assert "b.txt" in answers[1].json()["detail"]
    # One file that is not taken is none that is.
    assert desk.storage.tasks.counts() == before
    assert one_by_one(api, [upload(small, small)])[0].status_code == 202


def test_a_text_is_bounded_like_a_file(desk: Desk) -> None:
    api = with_limits(desk, max_document_mb=1)
    body = {"document_data": {"content": "ü" * 2**19 + "x"}}
    (answer,) = one_by_one(api, [ask(desk, "ann", f"{TASKS}/document/process", "POST", json=body)])
    assert answer.status_code == 413


def test_more_requests_at_once_than_may_be_are_told_to_come_back() -> None:
    inside = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        inside.set()
        await go_on.wait()

    async def run() -> None:
        gate = AtOnce(slow, 1)
        scope: Scope = {"type": "http", "path": "/"}

        async def nothing(*_: Any) -> Any:
            return {}

        first = asyncio.create_task(gate(scope, nothing, nothing))
        await inside.wait()
        with pytest.raises(Problem) as refused:
            await gate(scope, nothing, nothing)
        assert refused.value.status_code == 503
        assert refused.value.headers == {"Retry-After": "1"}
        go_on.set()
        await first
        await gate(scope, nothing, nothing)

    asyncio.run(run())


def test_what_gathers_while_a_batch_is_worked_on_is_the_next_batch() -> None:
    batches: list[list[int]] = []

    def work(items: Sequence[int]) -> list[int | Exception]:
        batches.append(list(items))
        return [ValueError(str(one)) if one == 7 else one * 2 for one in items]

    async def run() -> list[Any]:
        together: Together[int, int] = Together(work, largest=5)
        return await asyncio.gather(*(together(n) for n in range(12)), return_exceptions=True)

    answers = asyncio.run(run())
    assert [one for one in answers if isinstance(one, int)] == [n * 2 for n in range(12) if n != 7]
    assert isinstance(answers[7], ValueError)
    assert [len(one) for one in batches] == [5, 5, 2]


def test_a_batch_that_fails_fails_for_each_and_the_next_one_goes_on() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if 0 in items:
            raise OSError("away")
        return list(items)

    async def run() -> list[Any]:
        together: Together[int, int] = Together(work, largest=2)
        return await asyncio.gather(*(together(n) for n in range(3)), return_exceptions=True)

    answers = asyncio.run(run())
    assert [type(one) for one in answers] == [OSError, OSError, int]


def test_no_more_wait_than_may() -> None:
    async def run() -> list[Any]:
        together: Together[int, int] = Together(list, most_waiting=3)
        return await asyncio.gather(*(together(n) for n in range(9)), return_exceptions=True)

    answers = asyncio.run(run())
    assert answers[:3] == [0, 1, 2]
    assert {one.status_code for one in answers[3:]} == {503}


def test_submissions_at_once_are_each_taken_once_or_told_why_not(desk: Desk) -> None:
    """As many as a test has time for; `./dev bench api --parallel` sends ten thousand."""
    api = with_limits(desk, api_requests_at_once=150)
    before = sum(desk.storage.tasks.counts().values())
    body = {"ticker": "AAPL"}
    answers = asyncio.run(
        asked(api, [ask(desk, "ann", FORECAST, "POST", json=body) for _ in range(400)])
    )
    taken = [one.json()["task_id"] for one in answers if one.status_code == 202]
    assert {one.status_code for one in answers} <= {202, 503}
    assert len(taken) >= 150
    assert len(set(taken)) == len(taken)
    assert sum(desk.storage.tasks.counts().values()) - before == len(taken)


def test_one_key_sent_many_times_at_once_is_one_task(desk: Desk) -> None:
    api, body = with_limits(desk), {"ticker": "MSFT"}
    headers = {"Idempotency-Key": "at-once"}
    answers = asyncio.run(
        asked(
            api,
            [ask(desk, "bob", FORECAST, "POST", json=body, headers=headers) for _ in range(40)],
        )
    )
    assert len({one.json()["task_id"] for one in answers}) == 1
    assert sum(not one.json()["repeated"] for one in answers) == 1


def test_a_user_has_so_many_streams_and_not_more(desk: Desk) -> None:
    from worker_core.api.routes.streams import Open

    streams = Open(2)
    streams.enter("ann")
    streams.enter("ann")
    with pytest.raises(Problem) as refused:
        streams.enter("ann")
    assert refused.value.status_code == 429
    streams.enter("bob")
    streams.leave("ann")
    streams.enter("ann")


def test_a_stream_whose_client_went_away_before_it_began_counts_no_more(desk: Desk) -> None:
    api = with_limits(desk, api_streams_a_user=1)
    task_id = desk.submit("bob")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"{TASKS}/task/{task_id}/events",
        "raw_path": b"",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {desk.tokens['bob']}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("desk", 80),
    }
    heard: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def gone(message: Any) -> None:
        heard.append(message.get("status"))
        raise OSError("the client went away")

    async def run() -> None:
        for _ in range(2):
            await api(dict(scope), receive, gone)

    asyncio.run(run())
    assert heard == [200, 200]


@pytest.fixture
def astray(desk: Desk) -> Api:
    """An API whose database cannot be reached."""
    known = desk.settings
    return create(
        Settings(
            data_dir=known.data_dir,
            broker_url=known.broker_url,
            database="postgresql://nobody@127.0.0.1:1/none",
        )
    )


def test_without_a_database_everything_says_so_and_names_no_server(desk: Desk, astray: Api) -> None:
    body = {"ticker": "AAPL"}
    ready = httpx.Request("GET", "http://desk/readyz")
    answers = one_by_one(astray, [ask(desk, "ann", FORECAST, "POST", json=body), ready])
    for answer in answers:
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "127.0.0.1" not in answer.text
        assert "database" in answer.json()["detail"]
    alive = httpx.Request("GET", "http://desk/healthz")
    assert one_by_one(astray, [alive])[0].status_code == 200


def test_without_a_broker_tasks_are_kept_and_delivered_later(desk: Desk) -> None:
    from worker_core.operations.connection import client
    from worker_core.operations.queues import find
    from worker_core.operations.sweep import sweep

    away = with_limits(desk, broker_url="redis://127.0.0.1:1/0")
    requests = [
        ask(desk, "ann", FORECAST, "POST", json={"ticker": "IBM"}),
        ask(desk, "ann", f"{TASKS}/document/process", "POST", json=TEXT),
    ]
    answers = one_by_one(away, requests)
    assert [one.status_code for one in answers] == [202, 202]
    assert [one.json()["delivered"] for one in answers] == [False, False]
    task_id = answers[0].json()["task_id"]
    status = one_by_one(away, [ask(desk, "ann", f"{TASKS}/task/{task_id}/status")])[0]
    assert status.json()["status"] == "waiting"
    assert one_by_one(away, [ask(desk, "ann", f"{TASKS}/queues/lengths")])[0].status_code == 503
    sweep(desk.settings.model_copy(update={"sweep_grace_s": 0.001}))
    assert desk.settings.broker_url
    with client(desk.settings.broker_url) as redis:
        assert find(redis, task_id, ["forecasting"])


def test_a_task_that_was_never_sent_is_cancelled_without_a_broker(desk: Desk) -> None:
    away = with_limits(desk, broker_url="redis://127.0.0.1:1/0")
    (told,) = one_by_one(away, [ask(desk, "ann", FORECAST, "POST", json={"ticker": "IBM"})])
    path = f"{TASKS}/task/{told.json()['task_id']}"
    (answer,) = one_by_one(away, [ask(desk, "ann", path, "DELETE")])
    assert answer.json()["outcome"] == "never sent"
    (status,) = one_by_one(away, [ask(desk, "ann", f"{path}/status")])
    assert status.json()["status"] == "cancelled"


def test_many_who_look_at_once_look_once(desk: Desk) -> None:
    looked: list[int] = []

    def look() -> int:
        looked.append(1)
        return len(looked)

    async def run() -> list[int]:
        services = create(desk.settings).services
        return await asyncio.gather(*(services.glance("x", look) for _ in range(50)))

    assert asyncio.run(run()) == [1] * 50
