"""Traces are sent where the settings say so, and nowhere else."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from worker_core import telemetry
from worker_core.extras import how_to_add
from worker_core.settings import Settings

# A task that is sent and one that runs, in a process of their own: tracing cannot be undone.
SCRIPT = """
import sys
from celery import Celery
from worker_core import telemetry
from worker_core.settings import Settings
app = Celery(broker="memory://", set_as_current=False)
app.set_default()
@app.task(name="traced.task")
def traced():
    return 1
values = Settings(otel_endpoint=sys.argv[1])
assert telemetry.start("afi-test", values) and telemetry.start("afi-test", values)
traced.apply_async()
traced.apply()
telemetry.stop()
telemetry.stop()
"""


class Collector(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    bodies: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.bodies.append((self.path, self.rfile.read(size)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    bodies: list[tuple[str, bytes]] = []
    handler = type("Handler", (Collector,), {"bodies": bodies})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()


def test_nothing_is_traced_unless_a_collector_is_named() -> None:
    assert not telemetry.start("afi-test", Settings())
    telemetry.stop()


def test_a_collector_without_the_extra_is_a_warning_that_says_what_to_do(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.celery", None)
    with caplog.at_level(logging.WARNING):
        assert not telemetry.start("afi-test", Settings(otel_endpoint="http://127.0.0.1:1"))
    assert how_to_add("otel") in caplog.text


def test_tasks_that_are_sent_and_run_reach_the_collector(
    collector: tuple[str, list[tuple[str, bytes]]],
) -> None:
    endpoint, bodies = collector
    subprocess.run([sys.executable, "-c", SCRIPT, endpoint], check=True)
    assert {path for path, _ in bodies} == {"/v1/traces"}
    told = b"".join(body for _, body in bodies)
    for part in (b"apply_async/traced.task", b"run/traced.task", b"afi-test"):
        assert part in told


def test_a_collector_that_is_away_costs_no_task_and_little_time() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT, "http://127.0.0.1:1"], check=True, timeout=120)
