"""What is said where one tries to sign in at a server of the API."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.services.blocking import Blocking
from desktop_app.services.connection import Connections
from desktop_app.services.looked_at import FILE
from desktop_app.services.profiles import Profile
from desktop_app.services.signing_in import SignedIn, UnusableProfile
from desktop_app.views.connections.wording import found_words
from tests.remote.stub import TOKEN, Answer, stubbed, told
from tests.services.keyrings import MemoryKeyring, using
from worker_core import settings
from worker_core.operations.remote.errors import NotTheServer, ServerAway, SignInAgain

ME = {
    "name": "ann",
    "role": "analyst",
    "token": "afi_abcdefg2",
    "expires_at": "2026-01-01T00:00:00Z",
    "limits": {"document_mb": 50, "upload_mb": 100},
}


@pytest.fixture(autouse=True)
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    settings.override({})
    backend = MemoryKeyring()
    with using(backend):
        yield backend
    settings.override({})


def tried(address: str, token: str) -> SignedIn:
    """What the page of connections finds out."""
    blocking = Blocking(1, "test")
    try:
        profile = Profile("Desk", address, kind="server")
        found = asyncio.run(Connections(blocking).try_out(profile, token=token))
    finally:
        blocking.close()
    assert isinstance(found, SignedIn)
    return found


@pytest.mark.parametrize(
    ("address", "token", "words"),
    [
        ("", TOKEN, "missing"),
        ("desk.example.com", TOKEN, "https://"),
        ("http://desk.example.com:8765", TOKEN, "Without TLS the token could be read"),
        ("https://ann:word@desk.example.com", TOKEN, "No name and no password"),
        ("https://desk.example.com", TOKEN[:-1], "not a whole token"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_sent(
    address: str, token: str, words: str
) -> None:
    with pytest.raises(UnusableProfile, match=words):
        tried(address, token)


def test_nobody_there_another_service_and_a_token_that_is_not_known() -> None:
    with pytest.raises(ServerAway, match="does not answer"):
        tried("http://127.0.0.1:1", TOKEN)
    with stubbed() as stub:
        stub.says(Answer(200, b"<html>Hello", {"Content-Type": "text/html"}))
        with pytest.raises(NotTheServer, match="a web page"):
            tried(stub.url, TOKEN)
        stub.says(told({"detail": "no"}, 401))
        with pytest.raises(SignInAgain, match="expired, or was revoked"):
            tried(stub.url, TOKEN)


def test_whose_token_it_is_is_told_and_that_it_ends_soon() -> None:
    with stubbed() as stub:
        stub.says(told(ME | {"expires_at": "2031-01-01T00:00:00Z"}))
        words, ink = found_words(tried(stub.url, TOKEN))
        assert "you are ann, analyst" in words
        assert ink == "ok"
        stub.says(told(ME))
        words, ink = found_words(tried(stub.url, TOKEN))
        assert "Ask for a new one" in words
        assert ink == "warning"


def test_the_token_is_in_the_keyring_alone_and_goes_to_no_other_server(
    keyring: MemoryKeyring,
) -> None:
    async def scenario() -> None:
        blocking = Blocking(1, "test")
        connections = Connections(blocking)
        with stubbed() as ours, stubbed() as others:
            ours.says(told(ME))
            others.says(told(ME))
            profile = Profile("Desk", ours.url, kind="server")
            assert await connections.save(profile, token=TOKEN)
            assert TOKEN not in (settings.config_dir() / FILE).read_text()
            assert any(TOKEN in kept for kept in keyring.kept.values())
            await connections.try_out(profile, "Desk")
            assert ours.seen[-1].headers["Authorization"] == f"Bearer {TOKEN}"
            moved = Profile("Desk", others.url, kind="server")
            with pytest.raises(SignInAgain, match="token is missing"):
                await connections.try_out(moved, "Desk")
            await connections.save(moved, "Desk")
            assert others.seen == []
            assert keyring.kept == {}
        blocking.close()

    asyncio.run(scenario())


def test_nothing_on_a_connection_over_the_api_names_a_broker_that_answers() -> None:
    async def scenario() -> None:
        blocking = Blocking(1, "test")
        connections = Connections(blocking)
        with stubbed() as stub:
            stub.says(told(ME))
            await connections.save(Profile("Desk", stub.url, kind="server"), token=TOKEN)
            await connections.use("Desk")
            assert connections.over_api
            place = connections.place
            assert place is not None
            assert connections.url.startswith("redis://no-broker-on-this-connection.invalid")
            assert TOKEN not in repr(place)
            await connections.use(None)
            assert connections.place is None
        blocking.close()

    asyncio.run(scenario())
