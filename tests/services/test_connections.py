"""Brokers as profiles: kept without their passwords, used one at a time."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands, ReadOnly
from desktop_app.services.connection import Connections
from desktop_app.services.looked_at import FILE
from desktop_app.services.profiles import Profile, ProfileFile, Saved, without_secrets
from desktop_app.services.signing_in import UnusableProfile
from tests.services.keyrings import NO_KEYRING, MemoryKeyring, using
from worker_core import settings
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import label
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.survey import Survey

T = TypeVar("T")
NOWHERE = "redis://127.0.0.1:1/0"
Act = Callable[[Connections], Coroutine[Any, Any, T]]


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("CELERY_BROKER_URL", "AFI_READ_ONLY", "AFI_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    settings.override({})
    yield
    settings.override({})


@pytest.fixture(autouse=True)
def keyring() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with using(backend):
        yield backend


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker with a password."""
    broker = EmbeddedBroker(tmp_path_factory.mktemp("server"))
    yield broker.start()
    broker.stop()


def act(do: Act[T]) -> T:
    """In a window of its own, as if it were started for it."""
    blocking = Blocking(2, "test")
    try:
        return asyncio.run(do(Connections(blocking)))
    finally:
        blocking.close()


def test_without_a_profile_the_window_looks_at_what_the_settings_name() -> None:
    async def look(connections: Connections) -> None:
        assert connections.in_use is None
        assert connections.own
        assert not connections.chosen
        assert connections.settings_name == "This computer"

    act(look)


def test_a_broker_that_was_used_is_used_at_the_next_start_too(server: str) -> None:
    async def first(connections: Connections) -> None:
        assert await connections.save(Profile("Research", server, production=True))
        await connections.use("Research")
        assert (connections.url, connections.environment) == (server, "Research")
        assert connections.production

    async def later(connections: Connections) -> None:
        assert connections.chosen
        assert not connections.own
        await connections.resume()
        assert (connections.url, connections.environment) == (server, "Research")

    act(first)
    settings.override({})
    act(later)


def test_no_password_reaches_the_file(server: str, keyring: MemoryKeyring) -> None:
    database = "postgresql://afi:database-secret@db/afi"
    act(lambda c: c.save(Profile("Research", server, database=database)))
    text = (settings.config_dir() / FILE).read_text()
    password = without_secrets(Profile("", server))[1]["address"]
    assert password
    assert password not in text
    assert "database-secret" not in text
    assert all(password in kept for kept in keyring.kept.values())

    async def use(connections: Connections) -> None:
        await connections.use("Research")

    act(use)
    assert settings.current().database_url == database
    assert settings.current().ledger


def test_without_a_keyring_a_password_lasts_as_long_as_the_window(server: str) -> None:
    async def first(connections: Connections) -> None:
        assert not await connections.save(Profile("Research", server))
        await connections.use("Research")
        assert connections.url == server

    async def later(connections: Connections) -> None:
        await connections.resume()
        assert connections.url == label(server)

    with using(NO_KEYRING):
        act(first)
        settings.override({})
        act(later)


def test_a_profile_is_changed_and_renamed_without_typing_its_password_again(server: str) -> None:
    async def change(connections: Connections) -> None:
        await connections.save(Profile("Research", server))
        await connections.use("Research")
        kept = connections.profiles[0]
        assert kept.address == label(server).replace("redis://", "redis://") or "@" in kept.address
        await connections.save(Profile("Lab", kept.address, read_only=True), "Research")
        assert [one.name for one in connections.profiles] == ["Lab"]
        assert connections.in_use == connections.profiles[0]
        await connections.resume()
        assert connections.url == server
        assert connections.read_only
        assert not await connections.has_password("Research")

    act(change)


def test_a_broker_that_does_not_answer_is_not_used() -> None:
    async def use(connections: Connections) -> None:
        await connections.save(Profile("Nowhere", NOWHERE))
        with pytest.raises(BrokerUnreachable):
            await connections.use("Nowhere")
        assert connections.in_use is None
        assert settings.current().broker_url is None

    act(use)


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (Profile("", "redis://broker"), "1 to 24 letters"),
        (Profile("x" * 25, "redis://broker"), "1 to 24 letters"),
        (Profile("a\nb", "redis://broker"), "1 to 24 letters"),
        (Profile("a", "broker"), "Begin with redis://"),
        (Profile("a", "redis://broker", results="amqp://x"), "result store"),
        (Profile("a", "redis://broker", key_prefix="a\x00"), "key prefix"),
        (Profile("a", "rediss://broker"), "certificate"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(profile: Profile, words: str) -> None:
    async def save(connections: Connections) -> None:
        with pytest.raises(UnusableProfile, match=words):
            await connections.save(profile)
        assert connections.profiles == ()

    act(save)


def test_two_connections_cannot_share_a_name() -> None:
    async def save(connections: Connections) -> None:
        await connections.save(Profile("a", "redis://one"))
        with pytest.raises(UnusableProfile, match="already"):
            await connections.save(Profile("a", "redis://two"))
        await connections.save(Profile("b", "redis://two"))
        with pytest.raises(UnusableProfile, match="already"):
            await connections.save(Profile("a", "redis://two"), "b")

    act(save)


def test_the_first_connection_is_named_after_its_host(server: str) -> None:
    async def add(connections: Connections) -> None:
        assert await connections.add(server)
        assert await connections.add(server)
        first, second = (one.name for one in connections.profiles)
        assert first.startswith("127.0.0.1:")
        assert second != first
        assert connections.environment == second

    act(add)


def test_a_connection_in_use_is_not_removed_and_another_goes_with_its_password(
    server: str, keyring: MemoryKeyring
) -> None:
    async def remove(connections: Connections) -> None:
        await connections.save(Profile("Research", server))
        await connections.use("Research")
        with pytest.raises(UnusableProfile, match="in use"):
            await connections.remove("Research")
        await connections.use(None)
        await connections.remove("Research")
        assert connections.profiles == ()
        assert not keyring.kept

    act(remove)


def test_a_read_only_connection_refuses_every_command(server: str) -> None:
    async def command(connections: Connections) -> None:
        blocking = Blocking(1, "test")
        await connections.save(Profile("Research", server, read_only=True))
        await connections.use("Research")
        commands = Commands(blocking)
        name = "document_processing.generate_document_summary"
        for attempt in (
            commands.enqueue(name, {"document": "a" * 64}),
            commands.cancel("id", ""),
            commands.terminate("id"),
            commands.retry("id"),
        ):
            with pytest.raises(ReadOnly, match="read-only"):
                await attempt
        await connections.set_read_only(read_only=False)
        assert (await commands.enqueue(name, {"document": "a" * 64})).task_id
        blocking.close()

    act(command)


def test_what_is_found_at_a_broker_is_told_before_it_is_used(server: str) -> None:
    found = act(lambda c: c.try_out(Profile("Any", server)))
    assert isinstance(found, Survey)
    assert found.server.startswith(("Redis ", "Valkey "))
    assert found.workers == ()
    with pytest.raises(BrokerUnreachable, match="refused the login"):
        act(lambda c: c.try_out(Profile("Any", label(server))))


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text('{"profiles": [{"name": 3}]}')
    assert ProfileFile(path).read() == Saved()
    assert path.with_suffix(".unreadable").is_file()
    ProfileFile(path).write(Saved((Profile("a", "redis://b"),), "a"))
    assert ProfileFile(path).read().in_use == "a"
