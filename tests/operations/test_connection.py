"""Addresses, and what is said when a broker does not answer."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import (
    DEFAULT_URL,
    broker_url,
    client,
    is_local,
    label,
    ping,
    reaching,
    result_backend_url,
)
from worker_core.operations.errors import BrokerRefused, BrokerUnreachable
from worker_core.settings import Settings

SECRET = "hunter2"
COMMAND = re.compile(rb"\*\d+\r\n")


@pytest.fixture
def stranger() -> Iterator[Callable[[bytes], str]]:
    """A server that gives every command the same answer; returns the address to reach it."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while heard := connection.recv(65_536):
                    connection.sendall(answers[0] * len(COMMAND.findall(heard)))

    thread = threading.Thread(target=serve)
    thread.start()

    def address(answer: bytes) -> str:
        answers.append(answer)
        return f"redis://127.0.0.1:{listener.getsockname()[1]}/0"

    yield address
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_configured_address_stands_above_the_local_broker(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    broker.start()
    configured = Settings(data_dir=data_dir, broker_url="redis://elsewhere:6379/3")
    assert broker_url(configured) == "redis://elsewhere:6379/3"
    assert broker_url(Settings(data_dir=data_dir)) == broker.url


def test_without_configuration_and_local_broker_the_usual_address_is_taken(
    settings: Settings,
) -> None:
    assert broker_url(settings) == DEFAULT_URL


def test_results_are_kept_in_the_broker_unless_another_store_is_configured(data_dir: Path) -> None:
    assert result_backend_url(Settings(data_dir=data_dir)) == DEFAULT_URL
    own = Settings(data_dir=data_dir, result_backend="redis://results/1")
    assert result_backend_url(own) == "redis://results/1"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"redis://:{SECRET}@host:6380/2", "redis://host:6380/2"),
        (
            f"rediss://me:{SECRET}@host/0?ssl_cert_reqs=required&password={SECRET}",
            "rediss://host/0",
        ),
        (f"redis://:{SECRET}@[::1]:6379/0", "redis://[::1]:6379/0"),
        (f"redis+socket:///run/redis.sock?password={SECRET}", "redis+socket:///run/redis.sock"),
        (f"redis://:{SECRET}@a/0;redis://:{SECRET}@b/0", "redis://a/0, redis://b/0"),
        (f"redis://:{SECRET}@{SECRET}/{SECRET}://{SECRET}@host/0", "redis://host/0"),
        (f"redis://:{SECRET};{SECRET}@host/0", "redis://host/0"),
        (f"postgresql://me:{SECRET}@db/afi", "postgresql://db/afi"),
        (f"me:{SECRET}@host", "host"),
        ("/var/lib/afi", "/var/lib/afi"),
    ],
)
def test_a_label_shows_the_place_and_no_secret(url: str, shown: str) -> None:
    assert label(url) == shown


@given(st.text(st.characters(exclude_characters="\0"), min_size=1))
def test_no_password_however_odd_appears_in_a_label(password: str) -> None:
    assert label(f"redis://user:{password}@host:6379/0") == "redis://host:6379/0"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("redis://127.0.0.1:6379/0", True),
        ("redis://127.8.8.8/0", True),
        ("redis://localhost", True),
        ("redis://[::1]:6379", True),
        ("redis+socket:///run/redis.sock", True),
        ("redis://", True),
        ("redis://redis.example.com/0", False),
        ("redis://10.0.0.4/0", False),
        ("redis://[broken", False),
    ],
)
def test_an_address_is_told_to_be_of_this_computer_or_not(url: str, local: bool) -> None:
    assert is_local(url) is local


@pytest.mark.parametrize("url", ["amqp://host//", "sentinel://host:26379/0", "nonsense", ""])
def test_an_address_of_no_redis_server_is_refused_with_what_is_accepted(url: str) -> None:
    with pytest.raises(BrokerUnreachable, match=r"begins with redis://"):
        client(url)


def test_celerys_spelling_of_an_address_is_understood() -> None:
    with client(f"redis+socket:///run/r.sock?virtual_host=4&password={SECRET}") as redis:
        options = redis.connection_pool.connection_kwargs
        assert (options["path"], options["db"], options["password"]) == ("/run/r.sock", 4, SECRET)
    with client("rediss://host/0?ssl_cert_reqs=CERT_REQUIRED&ssl_ca_certs=/ca.pem") as redis:
        options = redis.connection_pool.connection_kwargs
        assert (options["ssl_cert_reqs"], options["ssl_ca_certs"]) == ("required", "/ca.pem")
    with client("redis://first:1/0;redis://second:2/0") as redis:
        assert redis.connection_pool.connection_kwargs["host"] == "first"


def test_where_nothing_listens_the_remedy_depends_on_whose_broker_it_is(closed_port: int) -> None:
    with pytest.raises(BrokerUnreachable, match="afi up"):
        ping(f"redis://:{SECRET}@127.0.0.1:{closed_port}/0")
    with pytest.raises(BrokerUnreachable, match="CELERY_BROKER_URL"):
        ping("redis://no-such-host.invalid:6379/0")


def test_a_failure_names_the_broker_but_never_its_password(closed_port: int) -> None:
    with pytest.raises(BrokerUnreachable) as caught:
        ping(f"redis://:{SECRET}@127.0.0.1:{closed_port}/0")
    assert str(closed_port) in caught.value.message
    assert SECRET not in str(caught.value)


def test_a_wrong_password_is_told_from_a_missing_broker(broker: EmbeddedBroker) -> None:
    address = broker.start().rpartition("@")[2]
    for login in ("", ":wrong@"):
        with pytest.raises(BrokerUnreachable, match="refused the login"):
            ping(f"redis://{login}{address}")


def test_another_program_on_the_port_is_told_from_a_broker(
    stranger: Callable[[bytes], str],
) -> None:
    with pytest.raises(BrokerUnreachable, match="no Redis server"):
        ping(stranger(b"HTTP/1.1 400 Bad Request\r\n\r\n"))


def test_a_server_that_accepts_and_then_keeps_silent_is_given_up(
    stranger: Callable[[bytes], str],
) -> None:
    url = stranger(b"")
    with (
        pytest.raises(BrokerUnreachable, match="in time"),
        reaching(url),
        client(url, timeout=0.2) as redis,
    ):
        redis.ping()


def test_a_server_that_takes_tls_for_the_beginning_of_a_command_is_suspected_to_have_none(
    broker: EmbeddedBroker,
) -> None:
    address = broker.start().rpartition("@")[2]
    url = f"rediss://{address}?ssl_cert_reqs=required"
    with (
        pytest.raises(BrokerUnreachable, match="whether it speaks TLS at that port"),
        reaching(url),
        client(url, connect_timeout=0.5, timeout=0.5) as redis,
    ):
        redis.ping()


def test_a_refusal_of_one_of_several_commands_is_one_sentence(broker: EmbeddedBroker) -> None:
    url = broker.start()
    with client(url) as redis:
        redis.config_set("maxmemory", "1")
        pipe = redis.pipeline()
        pipe.set("key", "value")
        with pytest.raises(BrokerRefused) as caught, reaching(url):
            pipe.execute()
    assert caught.value.message.endswith("used memory > 'maxmemory'.")
    assert "pipeline" not in caught.value.message


def test_a_server_that_still_reads_its_data_is_said_to(stranger: Callable[[bytes], str]) -> None:
    with pytest.raises(BrokerUnreachable, match="still reading its data"):
        ping(stranger(b"-LOADING Redis is loading the dataset in memory\r\n"))


def test_a_full_broker_says_what_to_do(broker: EmbeddedBroker) -> None:
    url = broker.start()
    with client(url) as redis:
        redis.config_set("maxmemory", "1")
        with pytest.raises(BrokerRefused, match="memory is full"), reaching(url):
            redis.set("key", "value")


@pytest.mark.parametrize(
    ("reply", "remedy"),
    [
        (b"-READONLY You can't write against a read only replica.", "primary"),
        (b"-MISCONF Errors writing to the AOF file: No space left on device", "disk"),
        (b"-NOPERM User me has no permissions to run the 'ping' command", "more rights"),
        (b"-ERR something new", "Its log says more"),
    ],
)
def test_a_refusal_keeps_the_servers_words_and_adds_a_remedy(
    stranger: Callable[[bytes], str], reply: bytes, remedy: str
) -> None:
    with pytest.raises(BrokerRefused, match=remedy):
        ping(stranger(reply + b"\r\n"))
