"""What docs/deployment.md has somebody type for Compose, typed line by line before a real engine,
under a project's name of its own and in a copy of the checkout."""

import functools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.deployment.conftest import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "deployment.md").read_text("utf-8")
SECTION = PAGE.partition("\n## Compose\n")[2].partition("\n## ")[0]
PLAIN, TLS = (
    [line.partition(" #")[0].strip() for line in block.splitlines()]
    for block in re.findall(r"^```sh\n(.*?)^```", SECTION, re.M | re.S)
)
# What the image is built of, and what starts it.
PARTS = ("LICENSE", "NOTICE", "packaging", "requirements.lock", "resources", "worker_core")
SERVICES = {"broker", "database", "worker", "worker-forecasting", "worker-training", "beat", "api"}
PATIENCE_S = 300.0


def why_not() -> str:
    """Why nothing can be typed here; nothing where an engine answers."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    for words, without in (
        (["docker", "info"], "no container engine answers"),
        (["docker", "compose", "version"], "docker has no compose plugin"),
    ):
        answer = subprocess.run(words, capture_output=True, text=True, check=False)
        if answer.returncode:
            return f"{without}: {answer.stderr.strip()[-200:]}"
    return ""


@dataclass
class Typed:
    """A system that stands as the page has it."""

    folder: Path
    environment: dict[str, str]
    ports: dict[str, int]
    token: str = ""

    def does(self, line: str) -> str:
        answer = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, f"{line}\n{answer.stdout[-3000:]}{answer.stderr[-3000:]}"
        return answer.stdout

    def running(self, *files: str) -> list[str]:
        """The services of its containers that run and are not ill."""
        told = self.does(f"{compose(*files)} ps --format '{{{{.Service}}}} {{{{.Status}}}}'")
        return sorted(line.split()[0] for line in told.splitlines() if "unhealthy" not in line)

    def asks(self, service: str, path: str, **more: str) -> int:
        """The status of an answer; 0 without one."""
        user, _, password = more.get("login", "").partition(":")
        try:
            return httpx.get(
                f"http://127.0.0.1:{self.ports[service]}{path}",
                auth=(user, password) if user else None,
                timeout=30,
            ).status_code
        except httpx.TransportError:
            return 0

    def ends_a_task(self) -> None:
        """A document goes through the API, the broker and a worker into the database."""
        head = {"Authorization": f"Bearer {self.token}"}
        base = f"http://127.0.0.1:{self.ports['api']}/api/background-tasks"
        about = {"company": "AAPL", "document_type": "earnings_report"}
        sent = httpx.post(
            f"{base}/document/process",
            headers=head,
            json={"document_data": {"content": f"Revenue rose. {uuid4()}", "metadata": about}},
            timeout=60,
        )
        assert sent.is_success, sent.text
        state = f"{base}/task/{sent.json()['task_id']}/status"
        told = httpx.Response(0)

        def ended() -> bool:
            nonlocal told
            told = httpx.get(state, headers=head, timeout=60)
            return told.json().get("status") in ("succeeded", "failed")

        until(ended, "the end of the task")
        assert told.json()["status"] == "succeeded", told.text


def compose(*files: str) -> str:
    named = files or ("packaging/compose.yaml",)
    return " ".join(["docker compose", *(f"-f {file}" for file in named)])


def until(probe: Callable[[], bool], what: str) -> None:
    over = time.monotonic() + PATIENCE_S
    while not probe():
        if time.monotonic() > over:
            pytest.fail(f"{what} did not happen within {PATIENCE_S:.0f} s")
        time.sleep(0.5)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    """Where the lines of the first block were typed."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("compose") / "checkout"
    folder.mkdir()
    for name in PARTS:
        there = PROJECT / name
        if there.is_dir():
            shutil.copytree(
                there, folder / name, ignore=shutil.ignore_patterns("__pycache__", "secrets")
            )
        else:
            shutil.copy(there, folder / name)
    api, flower = free_ports(2)
    own = {name: v for name, v in os.environ.items() if not name.startswith(("CELERY_", "AFI_"))}
    one = Typed(
        folder,
        own
        | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(folder),
            "COMPOSE_PROJECT_NAME": f"afi-test-{uuid4().hex[:8]}",
            "AFI_API_PORT": str(api),
            "FLOWER_PORT": str(flower),
            "AFI_WORKER_CONCURRENCY": "1",
        },
        {"api": api, "flower": flower},
    )
    try:
        for line in PLAIN:
            said = one.does(line)
            if found := re.search(r"afi_[a-z2-7]{8}_\S+", said):
                one.token = found[0]
        yield one
    finally:
        files = [f"packaging/{name}" for name in ("compose.yaml", "compose.tls.yaml")]
        every = "--profile flower --profile filings down -v --remove-orphans"
        subprocess.run(
            ["sh", "-c", f"{compose(*files)} {every}"],
            cwd=folder,
            env=one.environment,
            capture_output=True,
            check=False,
        )


def test_the_page_has_the_lines_that_are_typed_here() -> None:
    assert {line.split()[0] for line in PLAIN + TLS} == {"python", "docker"}
    # What stands between the words: each of them is typed below.
    assert re.findall(r"`(down[^`]*|docker volume [^`]*)`", SECTION) == [
        *("docker volume ls", "down", "down -v")
    ]


def test_the_system_serves_a_user_that_was_added(typed: Typed) -> None:
    until(lambda: typed.asks("api", "/healthz") == 200, "the API's answer")
    assert typed.token
    typed.ends_a_task()


def test_flower_asks_for_the_login_that_was_written(typed: Typed) -> None:
    login = (typed.folder / "packaging/secrets/flower-login").read_text().strip()
    until(lambda: typed.asks("flower", "/workers", login=login) == 200, "Flower's answer")
    assert typed.asks("flower", "/workers") == 401


def test_there_are_as_many_workers_as_were_asked_for(typed: Typed) -> None:
    running = typed.running()
    assert set(running) == {*SERVICES, "flower"}
    assert running.count("worker") == 3


def test_with_tls_between_the_containers_it_serves_as_before(typed: Typed) -> None:
    for line in TLS:
        typed.does(line)
    files = re.findall(r"-f (\S+)", TLS[-1])
    until(lambda: set(typed.running(*files)) >= SERVICES, "the services with TLS")
    until(lambda: typed.asks("api", "/healthz") == 200, "the API's answer")
    typed.ends_a_task()
    urls = typed.does(f"{compose(*files)} exec -T worker cat /run/secrets/worker-broker-url")
    assert urls.startswith("rediss://")


def test_what_is_stored_stays_when_the_system_goes_down_and_goes_when_it_is_told(
    typed: Typed,
) -> None:
    every = f"{compose()} --profile flower"
    project = typed.environment["COMPOSE_PROJECT_NAME"]
    kept = functools.partial(typed.does, f"docker volume ls -q -f name={project}")
    typed.does(f"{every} down")
    assert len(kept().splitlines()) == 3
    assert typed.running() == []
    typed.does(f"{every} down -v")
    assert kept().splitlines() == []
