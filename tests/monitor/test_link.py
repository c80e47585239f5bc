"""Broker addresses, and failures in plain words."""

import ssl

import pytest
import redis

from desktop_app.monitor.link import Link, explain


@pytest.mark.parametrize(
    ("url", "label", "db"),
    [
        ("redis://:secret@localhost:6379/3", "redis://localhost:6379/3", 3),
        ("redis://localhost", "redis://localhost", 0),
        ("rediss://u:secret@h:1/0?ssl_cert_reqs=CERT_REQUIRED", "rediss://h:1/0", 0),
        ("redis+socket:///tmp/x.sock?virtual_host=2", "redis+socket:///tmp/x.sock", 2),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, label: str, db: int) -> None:
    link = Link(url)
    assert (link.label, link.db) == (label, db)


@pytest.mark.parametrize(
    "url", ["", "amqp://guest:secret@h//", "redis://:secret@h:port/0", "redis://:secret@[::1"]
)
def test_an_unusable_address_is_refused_in_words_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="redis://") as refused:
        Link(url)
    assert "secret" not in str(refused.value)


def test_a_prefix_with_wildcards_matches_itself_alone() -> None:
    assert Link("redis://h/1", prefix="a*[b]?").pattern() == r"a\*\[b\]\?/1.celeryev/*"


def test_the_address_cannot_lengthen_the_timeouts_that_stopping_relies_on() -> None:
    pool = Link("redis://h/0?socket_timeout=60&socket_connect_timeout=60").client().connection_pool
    assert pool.connection_kwargs["socket_timeout"] <= 5
    assert pool.connection_kwargs["socket_connect_timeout"] <= 2


def test_a_failure_says_what_to_do() -> None:
    link = Link("redis://:secret@h:6379/0")
    wrapped = redis.ConnectionError("Error 1")
    wrapped.__context__ = ssl.SSLError("certificate verify failed")
    assert "certificate" in explain(wrapped, link)
    assert "PSUBSCRIBE" in explain(redis.exceptions.NoPermissionError("NOPERM"), link)
    assert "login" in explain(redis.AuthenticationError("WRONGPASS"), link)
    assert "broke" in explain(ValueError("read of closed file"), link)


def test_a_name_that_does_not_exist_is_told_apart_from_a_broker_that_is_down() -> None:
    link = Link("redis://no-such-host.invalid/0")
    with pytest.raises(redis.ConnectionError) as failed:
        link.subscriber().connect()
    assert "cannot be found" in explain(failed.value, link)
