"""Databases to test against: an SQLite file, and a real PostgreSQL server of our own."""

import contextlib
import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from tests.databases import lay
from tests.storage.emptied import Emptied
from worker_core.storage import migrate
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import create_engine
from worker_core.storage.tasks import TaskRepository

PASSWORD = "correct horse"

Start = Callable[..., "subprocess.Popen[str]"]

# The server ends with this shell, and the shell with its standard input: nothing outlives the
# tests, however they end. At once: what it holds is thrown away, so nothing need be written back.
_RUN = '"$@" & server=$!; read -r _; kill -QUIT $server; wait $server'


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL server."""

    port: int

    def url(self, database: str, password: str = PASSWORD) -> str:
        return (
            f"postgresql://tester:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"
        )

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self, template: str = "template0") -> str:
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("PostgreSQL's server programs are not installed (initdb, postgres)")


def _server_user() -> str | None:
    """The user to run the server as, which refuses to run as root; None for the present one."""
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def postgresql_programs() -> Path:
    """The folder of PostgreSQL's programs."""
    return _programs()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server for this session, on a loopback port."""
    programs, user = _programs(), _server_user()
    folder = Path(tempfile.mkdtemp(prefix="afi-pg-"))
    try:
        shutil.chown(folder, user or getpass.getuser())
        password, data = folder / "password", folder / "data"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        words = ["-D", str(data), "-U", "tester", "--encoding=UTF8", "--locale=C", "--no-sync"]
        words += ["--auth=scram-sha-256", f"--pwfile={password}"]
        subprocess.run(
            [programs / "initdb", *words],
            user=user,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        cluster = Cluster(_free_port())
        settings = {"port": cluster.port, "fsync": "off", "max_connections": 50}
        settings |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        words = [word for item in settings.items() for word in ("-c", "{}={}".format(*item))]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(
                ["/bin/sh", "-c", _RUN, "sh", programs / "postgres", "-D", data, *words],
                user=user,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            ) as server,
        ):
            try:
                _wait_until_ready(cluster, server, folder / "log")
                cluster.execute("CREATE DATABASE migrated TEMPLATE template0")
                migrate.upgrade(cluster.url("migrated"))
                yield cluster
            finally:
                server.communicate(timeout=60)
    finally:
        shutil.rmtree(folder)


def _wait_until_ready(cluster: Cluster, server: subprocess.Popen[bytes], log: Path) -> None:
    ready = [str(_programs() / "pg_isready"), "-h", "127.0.0.1", "-p", str(cluster.port)]
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail(f"the PostgreSQL server ended:\n{log.read_text()}")
        answer = subprocess.run([*ready, "-t", "1"], check=False, stdout=subprocess.DEVNULL)
        if answer.returncode == 0:
            return
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail(f"the PostgreSQL server did not become ready:\n{log.read_text()}")


@pytest.fixture
def empty_postgresql(postgresql: Cluster) -> str:
    """The address of an empty PostgreSQL database."""
    return postgresql.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'afi.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.new_database()


@pytest.fixture(scope="session")
def emptied(postgresql: Cluster) -> Emptied:
    return Emptied(lambda: postgresql.new_database("migrated"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with its tables, on each kind."""
    if request.param == "sqlite":
        return lay(tmp_path / "afi.sqlite3")
    emptied: Emptied = request.getfixturevalue("emptied")
    return emptied.url()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def documents(engine: Engine) -> DocumentRepository:
    return DocumentRepository(engine)


@pytest.fixture
def tasks(engine: Engine) -> TaskRepository:
    return TaskRepository(engine)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a Python script in a process of its own, which does not outlive the test."""
    processes: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        # The whole group, with what the script may have forked.
        if sys.platform == "win32":
            process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def as_ordinary_user() -> Iterator[Callable[[], Path]]:
    """Makes the test obey permissions, also when it runs as root, and gives a folder of its own."""
    if sys.platform == "win32":
        pytest.skip("permissions are of another kind on this system")
    import pwd

    folder = Path(tempfile.mkdtemp(prefix="afi-user-"))
    was_root = os.geteuid() == 0

    def become() -> Path:
        if was_root:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            os.seteuid(nobody.pw_uid)
        return folder

    yield become
    if was_root:
        os.seteuid(0)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700)
    shutil.rmtree(folder)
