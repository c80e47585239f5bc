"""A Redis whose users are the ones that “afi redis acl” writes, reached by TLS."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.deployment.watched import Watch
from tests.proxies import proxy
from worker_core.cli import cli
from worker_core.operations.broker_roles import ROLES
from worker_core.operations.connection import client, ping
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.servers import Server, choose

PATIENCE_S = 90.0
PREFIX = "north"  # to which Celery adds an underscore, in the store of results alone
ADMINISTRATOR = "administrator"
PASSWORD = "of-the-tests"


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@dataclass(frozen=True)
class Certificates:
    """An authority, and a server's certificate that it signed."""

    authority: Path
    certificate: Path
    key: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificates, is not installed")
    folder = tmp_path_factory.mktemp("authority")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    openssl(
        *("req", "-x509", *curve, "-days", 2, "-subj", "/CN=authority of the tests"),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-keyout", authority_key, "-out", authority),
    )
    key, request, certificate = (folder / f"server.{end}" for end in ("key", "csr", "pem"))
    openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", key, "-out", request)
    names = folder / "names"
    names.write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    openssl(
        *("x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key),
        *("-CAcreateserial", "-days", 2, "-extfile", names, "-out", certificate),
    )
    return Certificates(authority, certificate, key)


@dataclass(frozen=True)
class Guarded:
    """A server with the users of one system. ``addresses`` are those of its users, by TLS;
    ``administrator`` may do everything, and watches."""

    administrator: str
    addresses: dict[str, str]
    watch: Watch
    folder: Path


def acl(*words: str) -> str:
    """What ``afi redis acl`` prints."""
    answer = CliRunner().invoke(cli, ["redis", "acl", *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def with_selectors() -> Server:
    """A server program that knows the rules."""
    server = choose()
    if server.numbers < (7,):
        pytest.skip(f"{server.path} is older than 7.0 and knows no selectors")
    return server


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[Guarded]:
    if not sys.platform.startswith("linux"):
        pytest.skip("the users are told apart by loopback addresses that Linux alone has")
    folder = tmp_path_factory.mktemp("guarded")
    port, tls_port = free_ports(2)
    users = folder / "users.acl"
    lines = acl("--prefix", PREFIX, "--database", "0", "--passwords", str(folder / "passwords"))
    users.write_text(f"{lines}user {ADMINISTRATOR} on >{PASSWORD} ~* &* +@all\n")
    administrator = f"redis://{ADMINISTRATOR}:{PASSWORD}@127.0.0.1:{port}/0"
    with ExitStack() as stack:
        words = [
            *("--port", port, "--tls-port", tls_port, "--bind", "127.0.0.1"),
            *("--tls-cert-file", certificates.certificate, "--tls-key-file", certificates.key),
            *("--tls-ca-cert-file", certificates.authority, "--tls-auth-clients", "no"),
            *("--aclfile", users, "--save", "", "--dir", folder),
        ]
        stack.enter_context(running([str(with_selectors().path), *map(str, words)], administrator))
        addresses, sources = {}, {}
        for number, role in enumerate(ROLES, start=2):
            source = f"127.0.0.{number}"
            _, behind = stack.enter_context(proxy(f"redis://127.0.0.1:{tls_port}/0", source=source))
            password = (folder / "passwords" / f"{PREFIX}-{role}").read_text().strip()
            place = f"localhost:{behind.rpartition(':')[2]}"
            checked = f"ssl_cert_reqs=required&ssl_ca_certs={certificates.authority}"
            addresses[role] = f"rediss://{PREFIX}-{role}:{password}@{place}?{checked}"
            sources[source] = role
        watch = Watch(administrator, sources)
        stack.callback(watch.close)
        yield Guarded(administrator, addresses, watch, folder)


@contextlib.contextmanager
def running(command: list[str], url: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            over = time.monotonic() + PATIENCE_S
            while True:
                try:
                    ping(url)
                    break
                except BrokerUnreachable:
                    if server.poll() is not None or time.monotonic() > over:
                        server.kill()
                        said = server.stdout.read() if server.stdout else ""
                        if "tls" in said.lower():
                            pytest.skip("the server program here was built without TLS")
                        pytest.fail(said)
                    time.sleep(0.05)
            yield
        finally:
            server.terminate()


def ask(url: str, *words: Any) -> Any:
    """The answer to one command."""
    with client(url) as redis:
        return redis.execute_command(*words)
