"""A login by ssh to this computer, with a server and keys of the tests' own."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deployment.conftest import free_ports

# Where the server's process without rights lives; a package makes it at the server's start.
EMPTY = Path("/run/sshd")
PATIENCE_S = 120.0
PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"


@contextmanager
def logins(folder: Path) -> Iterator[Path]:
    """A running server. The file of a client that knows the server as ``HOST``, and has a key
    that it takes; neither reads or writes anything of the user's own."""
    server = shutil.which("sshd", path=PATH)
    if server is None or shutil.which("ssh") is None:
        pytest.skip("no ssh with a server (openssh-server) is installed")
    for name in ("host", "user"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True)
    (port,) = free_ports(1)
    rules = folder / "sshd_config"
    rules.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nAllowTcpForwarding local\n"
    )
    key = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {key}")
    client = folder / "config"
    client.write_text(
        f"Host HOST\nHostName 127.0.0.1\nPort {port}\nUser {getpass.getuser()}\n"
        f"IdentityFile {folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known\n"
        "StrictHostKeyChecking yes\nBatchMode yes\nExitOnForwardFailure yes\n"
    )
    if os.geteuid() == 0:
        EMPTY.mkdir(mode=0o755, exist_ok=True)
    log = folder / "sshd.log"
    with log.open("wb") as output:
        process = subprocess.Popen([server, "-D", "-e", "-f", str(rules)], stderr=output)
    try:
        over = time.monotonic() + PATIENCE_S
        while not _listens(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < over, log.read_text()
            time.sleep(0.05)
        yield client
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
