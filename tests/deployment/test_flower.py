"""Flower as “afi flower” starts it."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from tests.deployment.conftest import free_ports
from tests.deployment.ssh import logins
from worker_core.catalog import TASKS
from worker_core.cli import cli
from worker_core.operations import flower as how
from worker_core.operations import wire
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.settings import Settings, SettingsError, load

PAGE = Path(__file__).resolve().parents[2] / "docs" / "deployment.md"
PATIENCE_S = 90.0
LOGIN = "ann:correct horse"


class Running:
    """A Flower that asks for a login, over a broker of its own."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", port: int, broker: str, log: Path
    ) -> None:
        self.process = process
        self.port = port
        self.broker = broker
        self.log = log

    def get(self, path: str, login: str = "") -> tuple[int, bytes]:
        """Status and body; 0 while nothing answers."""
        headers = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - its own port
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            return 0, b""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("flower")
    broker = EmbeddedBroker(folder)
    url = broker.start()
    (port,) = free_ports(1)
    log = folder / "flower.log"
    environment = os.environ | {
        "CELERY_BROKER_URL": url,
        "AFI_DATA_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "FLOWER_PORT": str(port),
        "FLOWER_BASIC_AUTH": LOGIN,
    }
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "worker_core", "flower"],
                cwd=folder,
                env=environment,
                stdout=output,
                stderr=output,
            )
        one = Running(process, port, url, log)
        over = time.monotonic() + PATIENCE_S
        while one.get("/healthcheck")[0] != 200:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < over, log.read_text()
            time.sleep(0.1)
        yield one
    finally:
        process.kill()
        process.wait()
        broker.stop()


@pytest.mark.slow
def test_flower_asks_for_the_login_and_knows_every_task(running: Running) -> None:
    assert running.get("/tasks")[0] == 401
    assert running.get("/tasks", "ann:wrong")[0] == 401
    assert running.get("/tasks", LOGIN)[0] == 200
    assert running.get("/broker", LOGIN)[0] == 200
    registered = running.log.read_text()
    assert all(f"'{name}'" in registered for name in TASKS)


@pytest.mark.slow
def test_flower_shows_a_run_of_every_task_of_the_catalog(running: Running) -> None:
    """The events are those of a worker; test_broker_users.py has Flower beside a real one."""
    calls = [{"uuid": name, "name": name, "args": "()", "kwargs": "{}"} for name in TASKS]
    ends = [{"uuid": name, "result": "'{}'", "runtime": 0.5} for name in TASKS]

    def listed() -> set[str]:
        with client(running.broker) as redis:
            wire.publish_events(redis, "task-received", calls)
            wire.publish_events(redis, "task-succeeded", ends)
        tasks = json.loads(running.get("/api/tasks?limit=1000", LOGIN)[1])
        return {name for name, task in tasks.items() if task["state"] == "SUCCESS"}

    over = time.monotonic() + PATIENCE_S
    while not set(TASKS) <= listed():
        assert time.monotonic() < over
        time.sleep(0.2)
    for name in TASKS:
        status, page = running.get(f"/task/{name}", LOGIN)
        assert status == 200
        assert name.encode() in page


@pytest.mark.slow
def test_flower_is_on_this_computer_alone_and_its_password_on_no_command_line(
    running: Running,
) -> None:
    about = psutil.Process(running.process.pid)
    listening = {one.laddr.ip for one in about.net_connections() if one.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    assert "horse" not in " ".join(about.cmdline())


@pytest.mark.slow
def test_flower_is_reached_from_elsewhere_through_a_tunnel(
    running: Running, tmp_path: Path
) -> None:
    """By the line of the page, from ports that are free here to the Flower that runs."""
    (line,) = re.findall(r"`(ssh -L [^`]+)`", PAGE.read_text("utf-8"))
    command, option, way, host = shlex.split(line)
    here, to, there = way.split(":")
    assert (here, to, there) == (
        "5555",
        "127.0.0.1",
        str(Settings.model_fields["flower_port"].default),
    )
    (port,) = free_ports(1)
    way = f"{port}:{to}:{running.port}"
    far = Running(running.process, port, running.broker, tmp_path / "ssh.log")
    with logins(tmp_path) as configuration, far.log.open("wb") as output:
        words = [command, "-F", str(configuration), option, way, host]
        # As long as somebody is logged in.
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=output, stderr=output) as tunnel:
            over = time.monotonic() + PATIENCE_S
            while not (answer := far.get("/workers", LOGIN))[0] and time.monotonic() < over:
                assert tunnel.poll() is None, far.log.read_text()
                time.sleep(0.1)
            assert answer[0] == 200, far.log.read_text()
            assert b"Flower" in answer[1]
            assert far.get("/workers")[0] == 401
        assert far.get("/workers", LOGIN)[0] == 0


@pytest.mark.slow
def test_flower_ends_by_sigterm_with_0_and_leaves_nobody_behind(running: Running) -> None:
    children = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0
    assert not any(child.is_running() for child in children)
    assert "Traceback" not in running.log.read_text()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"flower_address": "0.0.0.0"}, "AFI_FLOWER_REMOTE=true"),  # noqa: S104 - refused
        ({"flower_address": "192.0.2.1"}, "shows every task's arguments"),
        ({"flower_address": "::", "flower_remote": True}, "without a password"),
    ],
)
def test_flower_is_not_opened_to_others_by_accident(values: dict[str, object], said: str) -> None:
    with pytest.raises(how.FlowerRefused, match=said):
        how.words(Settings.model_validate(values))


def test_flower_can_be_opened_to_others_with_a_login() -> None:
    values = {"flower_address": "192.0.2.1", "flower_remote": True, "flower_basic_auth": LOGIN}
    assert how.words(Settings.model_validate(values)) == ["--address=192.0.2.1", "--port=5555"]
    for address in ("127.0.0.1", "::1", "127.8.8.8"):
        assert how.words(Settings.model_validate({"flower_address": address}))


def test_logins_reach_flower_by_its_environment() -> None:
    environment = {"FLOWER_BASIC_AUTH": "old:one"}
    how.hand_over_logins(Settings(flower_basic_auth="a:b"), environment)
    assert environment == {"FLOWER_BASIC_AUTH": "a:b"}
    how.hand_over_logins(Settings(), environment)
    assert environment == {}


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("FLOWER_ADDRESS", "localhost", "no IP address"),
        ("FLOWER_BASIC_AUTH", "ann", "user:password"),
        ("FLOWER_BASIC_AUTH", "ann:secret,:x", "user:password"),
    ],
)
def test_a_place_or_a_login_that_cannot_be_used_is_said(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=said) as refused:
        load()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("command", "variable"), [("flower", "FLOWER_PORT"), ("api", "AFI_API_PORT")]
)
def test_a_port_in_use_is_a_sentence_with_the_setting_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, variable: str
) -> None:
    from worker_core import settings

    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        monkeypatch.setenv(variable, port)
        settings.current.cache_clear()
        try:
            answer = CliRunner().invoke(cli, [command])
        finally:
            settings.current.cache_clear()
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert f"Port {port} of 127.0.0.1 is in use" in answer.output
    assert variable in answer.output


def test_the_command_says_why_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWER_ADDRESS", "0.0.0.0")  # noqa: S104 - refused
    from worker_core import settings

    settings.current.cache_clear()
    try:
        answer = CliRunner().invoke(cli, ["flower"])
    finally:
        settings.current.cache_clear()
    assert answer.exit_code == 1
    assert "AFI_FLOWER_REMOTE" in answer.output
