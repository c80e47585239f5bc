"""A broker that is reached by TLS alone, with certificates made for the test."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop_app.monitor.monitor import Monitor
from worker_core.operations.connection import ping
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.servers import find_programs
from worker_core.operations.survey import survey
from worker_core.settings import Settings

PATIENCE_S = 90.0
SUBJECT = "/CN=localhost"


@dataclass(frozen=True)
class Secure:
    """``authority`` signed the server's certificate; ``stranger`` is another one."""

    port: int
    authority: Path
    stranger: Path

    def url(self, authority: Path) -> str:
        options = f"ssl_cert_reqs=required&ssl_ca_certs={authority}"
        return f"rediss://localhost:{self.port}/0?{options}"


def certificate(folder: Path, name: str) -> Path:
    """A certificate that vouches for itself; its key stands beside it."""
    made = folder / f"{name}.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", SUBJECT]
    alternative = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / f"{name}.key"), "-out", str(made)]
    subprocess.run(["openssl", *words, *alternative, *files], check=True, capture_output=True)
    return made


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("tls")
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificates, is not installed")
    made = Secure(free_port(), certificate(folder, "server"), certificate(folder, "stranger"))
    words = [
        *("--port", "0", "--tls-port", str(made.port), "--bind", "127.0.0.1"),
        *("--tls-cert-file", str(made.authority), "--tls-key-file", str(folder / "server.key")),
        *("--tls-ca-cert-file", str(made.authority), "--tls-auth-clients", "no"),
        *("--save", "", "--dir", str(folder)),
    ]
    for program in find_programs():
        server = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
        over = time.monotonic() + PATIENCE_S
        while server.poll() is None and time.monotonic() < over:
            try:
                ping(made.url(made.authority))
            except BrokerUnreachable:
                time.sleep(0.05)
                continue
            yield made
            server.terminate()
            server.wait()
            return
        server.kill()
        server.wait()
    pytest.skip("no server program here was built with TLS")


def test_a_broker_is_reached_by_tls_with_its_authority(secure: Secure) -> None:
    found = survey(Settings(broker_url=secure.url(secure.authority)))
    assert found.server.startswith(("Redis", "Valkey"))
    assert found.refusals == ()


def test_a_certificate_of_another_authority_is_refused_in_words(secure: Secure) -> None:
    with pytest.raises(BrokerUnreachable) as refused:
        ping(secure.url(secure.stranger))
    assert "certificate" in refused.value.message
    assert "ssl_ca_certs" in refused.value.remedy


def test_the_window_watches_by_tls_and_says_what_is_wrong_with_a_certificate(
    secure: Secure,
) -> None:
    for authority, status, words in (
        (secure.authority, "live", ""),
        (secure.stranger, "lost", "certificate"),
    ):
        monitor = Monitor()
        monitor.start(secure.url(authority))
        try:
            over = time.monotonic() + PATIENCE_S
            while (connection := monitor.snapshot().connection).status != status:
                assert time.monotonic() < over, connection
                time.sleep(0.02)
            assert words in connection.message
        finally:
            monitor.stop()
