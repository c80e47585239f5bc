"""Whether there is a newer version: asked over TLS alone, bounded, never trusted."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from desktop_app.services import updates
from desktop_app.services.updates import Update, UpdateError, newer

URL = "https://updates.example/afi.json"
Serve = Callable[..., None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """What the address answers, in place of the net."""

    def give(content: bytes | Iterator[bytes], status: int = 200, **headers: str) -> None:
        def handle(_request: httpx.Request) -> httpx.Response:
            return httpx.Response(status, content=content, headers=headers)

        client = httpx.Client(transport=httpx.MockTransport(handle))
        monkeypatch.setattr(httpx, "stream", client.stream)

    return give


def answer(**values: object) -> bytes:
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("theirs", "ours", "is_newer"),
    [
        ("0.2.0", "0.1.0", True),
        ("0.10", "0.9.9", True),
        ("1.0", "1.0.0", False),
        ("0.1.0", "0.1.0", False),
        ("0.0.9", "0.1.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(
    serve: Serve, theirs: str, ours: str, is_newer: bool
) -> None:
    serve(answer(version=theirs, page="https://updates.example/notes"))
    found = newer(URL, running=ours)
    assert found == (Update(theirs, "https://updates.example/notes") if is_newer else None)


def test_a_page_that_is_no_https_address_is_not_offered(serve: Serve) -> None:
    serve(answer(version="99.0", page="javascript:alert(1)"))
    assert newer(URL) == Update("99.0", "")


@pytest.mark.parametrize("url", ["http://updates.example/", "file:///etc/passwd", "ftp://x", "x"])
def test_nobody_is_asked_but_over_tls(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "_fetch", lambda _url: pytest.fail("it was asked"))
    with pytest.raises(UpdateError) as caught:
        newer(url)
    assert "AFI_UPDATE_URL" in caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b'{"version": 3}', b'{"version": "1.0; rm -rf"}', b'{"page": "x"}',
     b'{"version": "9999999999.0"}', b"\xff\xfe"],
)  # fmt: skip
def test_an_answer_that_names_no_version_is_said_to_be_one(serve: Serve, content: bytes) -> None:
    serve(content)
    with pytest.raises(UpdateError):
        newer(URL)


def test_an_answer_without_end_is_left_off(serve: Serve) -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b" " * 10_000

    serve(endless())
    with pytest.raises(UpdateError, match="longer than 64 KiB"):
        newer(URL)
    assert len(read) < 20


@pytest.mark.parametrize("status", [301, 404, 500])
def test_anything_but_an_answer_is_told_and_a_redirect_is_not_followed(
    serve: Serve, status: int
) -> None:
    serve(b"", status, location="http://elsewhere.example/")
    with pytest.raises(UpdateError, match=str(status)):
        newer(URL)


def test_a_host_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object, **_options: object) -> None:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(httpx, "stream", refuse)
    with pytest.raises(UpdateError, match="refused"):
        newer(URL)
