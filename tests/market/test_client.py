"""How sources are asked: paced, retried, bounded, and with keys that nobody sees."""

import logging
import traceback
from collections.abc import Iterator

import httpx
import pytest

from tests.market.conftest import KEY, Clock, Reply, Source
from worker_core.market.providers.client import Access, Client
from worker_core.market.providers.pace import LocalPace
from worker_core.market.providers.protocol import ProviderError, Rate

PAGE = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>"


def failure(client: Client, path: str = "/x") -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        client.json(path)
    return caught.value


def test_a_good_answer_comes_at_the_first_try(client: Client, source: Source) -> None:
    source.replies([1, 2])
    assert client.json("/x", a="b") == [1, 2]
    (asked,) = source.asked
    assert (asked.path, asked.parameters) == ("/x", {"a": "b", "apikey": KEY})
    assert asked.headers["Authorization"] == f"Token {KEY}"


def test_trouble_that_passes_is_waited_out(client: Client, source: Source, clock: Clock) -> None:
    source.replies(Reply(status=503), Reply(status=502), [1])
    assert client.json("/x") == [1]
    assert len(source.asked) == 3
    assert 0.25 <= clock.slept[0] <= 0.5 <= clock.slept[1] <= 1.0


def test_it_waits_as_long_as_it_is_told_to(client: Client, source: Source, clock: Clock) -> None:
    source.replies(Reply(status=429, headers={"Retry-After": "17"}), [1])
    assert client.json("/x") == [1]
    assert clock.slept == [17.0]


def test_a_date_to_wait_for_is_measured_by_the_clock_of_the_source(
    client: Client, source: Source, clock: Clock
) -> None:
    # Whatever the clock of this computer says.
    headers = {
        "Date": "Wed, 01 Jan 2020 00:00:00 GMT",
        "Retry-After": "Wed, 01 Jan 2020 00:00:09 GMT",
    }
    source.replies(Reply(status=429, headers=headers), [1])
    assert client.json("/x") == [1]
    assert clock.slept == [9.0]


def test_a_limit_for_an_hour_is_not_waited_out_but_told(
    client: Client, source: Source, clock: Clock
) -> None:
    source.replies(Reply(status=429, headers={"Retry-After": "3600"}))
    error = failure(client)
    assert (error.code, error.transient, error.retry_after_s) == ("rate_limited", True, 3600.0)
    assert "in 60 minutes" in error.remedy
    assert len(source.asked) == 1
    assert clock.slept == []


def test_trouble_without_end_is_given_up_within_its_budget(
    client: Client, source: Source, clock: Clock
) -> None:
    source.replies(Reply(status=429))
    assert failure(client).transient
    assert len(source.asked) == 5
    assert clock.now - 1000.0 < client.access.budget_s


@pytest.mark.parametrize(
    ("reply", "code", "transient", "tries"),
    [
        (Reply(PAGE, headers={"Content-Type": "text/html"}), "bad_answer", True, 5),
        (Reply(PAGE), "bad_answer", True, 5),
        (Reply(PAGE, status=404), "unknown_symbol", False, 1),
        (Reply(b'[{"date": "2024-01-0'), "bad_answer", True, 1),
        (Reply(b'{"close": NaN}'), "bad_answer", True, 1),
        (Reply(b'{"close": Infinity}'), "bad_answer", True, 1),
        (Reply(b""), "bad_answer", True, 1),
        (Reply(b"\xff\xfe\x00"), "bad_answer", True, 1),
        (Reply(b"[1]", cut=True), "unreachable", True, 5),
        (Reply({"detail": "Invalid token."}, status=401), "refused", False, 1),
        (Reply({}, status=403), "refused", False, 1),
        (Reply({}, status=418), "bad_answer", False, 1),
        (
            Reply({}, status=302, headers={"Location": "http://127.0.0.1:1/"}),
            "bad_answer",
            False,
            1,
        ),
        (Reply(b"[" + b"0," * 200_000 + b"0]"), "too_large", False, 1),
    ],
)
def test_what_is_no_answer_is_told_apart(
    client: Client, source: Source, reply: Reply, code: str, transient: bool, tries: int
) -> None:
    source.replies(reply)
    error = failure(client)
    assert (error.code, error.transient, len(source.asked)) == (code, transient, tries)
    assert "test" in error.message


def test_an_answer_that_never_ends_is_given_up_within_its_budget(clock: Clock) -> None:
    def drip(_request: httpx.Request) -> httpx.Response:
        def parts() -> Iterator[bytes]:
            for _ in range(1000):
                clock.now += 10.0
                yield b"0"
            pytest.fail("the answer was read for hours")

        return httpx.Response(200, content=parts())

    client = Client(Access("test", "http://test"), LocalPace(clock), clock, clock.sleep)
    client.close()
    client._http = httpx.Client(transport=httpx.MockTransport(drip))
    error = failure(client)
    assert (error.code, error.transient) == ("unreachable", True)
    assert "did not finish its answer" in error.message
    assert clock.now - 1000.0 <= client.access.budget_s + client.access.timeout_s + 10.0
    client.close()


def test_a_source_that_is_not_there_is_unreachable(clock: Clock) -> None:
    client = Client(Access("gone", "http://127.0.0.1:1"), LocalPace(clock), clock, clock.sleep)
    error = failure(client)
    assert (error.code, error.transient) == ("unreachable", True)
    client.close()


def test_no_key_is_seen_in_an_error_a_log_or_a_repr(
    client: Client, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = f"We have detected your API key as {KEY} and our limit is 25 requests a day"
    replies = (
        Reply({"Information": said}, status=403),
        Reply({"x": said}, status=429),
        Reply(f"<html>{said}".encode()),
        Reply(f"{{{said}".encode()),
        Reply(b"", cut=True),
    )
    for reply in replies:
        source.replies(reply)
        with pytest.raises(ProviderError) as caught:
            client.json("/x")
        text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert KEY not in text
    # What these libraries would write at their most talkative.
    assert logging.getLogger("httpx").level >= logging.WARNING
    assert KEY not in caplog.text
    assert KEY not in repr(client) + repr(client.access) + str(client.access)


def test_a_next_page_on_another_host_is_not_asked_for(client: Client) -> None:
    # The key would go with the request.
    assert "another host" in failure(client, "http://evil.example/next").message


def test_the_limit_of_a_source_holds_over_all_that_share_the_pace(
    source: Source, clock: Clock
) -> None:
    source.replies([1])
    pace = LocalPace(clock)
    rates = (Rate(2, 10.0),)
    clients = [
        Client(Access("one", source.url, rates=rates), pace, clock, clock.sleep) for _ in range(2)
    ]
    for client in (*clients, *clients, clients[0]):
        assert client.json("/x") == [1]
    assert clock.slept == [10.0, 10.0]
    for client in clients:
        client.close()


def test_a_turn_that_is_too_far_away_is_not_taken(source: Source, clock: Clock) -> None:
    source.replies([1])
    access = Access("day", source.url, rates=(Rate(1, 86_400.0),))
    client = Client(access, LocalPace(clock), clock, clock.sleep)
    assert client.json("/x") == [1]
    for _ in range(3):
        error = failure(client)
        assert (error.code, error.retry_after_s) == ("rate_limited", 86_400.0)
        assert "24.0 hours" in error.remedy
    assert len(source.asked) == 1
    client.close()


def test_several_rates_hold_together(clock: Clock) -> None:
    pace = LocalPace(clock)
    rates = (Rate(2, 1.0), Rate(3, 60.0))
    assert [pace.turn("s", rates, 100.0) for _ in range(5)] == [0, 0, 1.0, 60.0, 60.0]
    assert pace.turn("other", rates, 100.0) == 0
