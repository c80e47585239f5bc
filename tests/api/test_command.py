"""``afi api``: where it listens, and what it prints."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core import settings
from worker_core.api.server import Place, checked
from worker_core.cli import cli
from worker_core.settings.transport import is_loopback


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "cross the network in the open"),  # noqa: S104 - refused
        (("--host", "::"), "cross the network in the open"),
        (("--host", "192.0.2.1"), "cross the network in the open"),
        (("--host", "example.org"), "cross the network in the open"),
        (("--host", "127.0.0.1.example.org"), "cross the network in the open"),
        (("--tls-cert", "c.pem"), "needs its key"),
        (("--tls-cert", "no.pem", "--tls-key", "no.pem"), "cannot be used"),
    ],
)
def test_it_does_not_listen_where_tokens_would_be_seen(words: tuple[str, ...], said: str) -> None:
    answer = CliRunner().invoke(cli, ["api", *words])
    assert answer.exit_code == 1
    assert said in answer.output
    assert isinstance(answer.exception, SystemExit)


def test_it_listens_in_the_open_where_it_is_told_to() -> None:
    place = Place("192.0.2.1", 80)
    assert checked(place, without_tls=True) == place
    assert place.url == "http://192.0.2.1:80"
    assert Place("::1", 80).url == "http://[::1]:80"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_computer_alone_needs_no_certificate(host: str) -> None:
    assert is_loopback(host)


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    files = [tmp_path / "cert.pem", tmp_path / "key.pem"]
    for file in files:
        file.write_text("-----BEGIN CERTIFICATE-----")
    words = ["--tls-cert", str(files[0]), "--tls-key", str(files[1])]
    answer = CliRunner().invoke(cli, ["api", "--host", "0.0.0.0", *words])  # noqa: S104 - refused
    assert "cannot be used" in answer.output


def test_the_openapi_document_is_printed_without_a_database() -> None:
    answer = CliRunner().invoke(cli, ["api", "--openapi"])
    document = json.loads(answer.output)
    assert document["openapi"].startswith("3.1")
    assert "/api/background-tasks/document/process" in document["paths"]


def test_it_does_not_start_where_nothing_would_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFI_LEDGER", "false")
    settings.current.cache_clear()
    answer = CliRunner().invoke(cli, ["api"])
    settings.current.cache_clear()
    assert answer.exit_code == 1
    assert "AFI_LEDGER is off" in answer.output
