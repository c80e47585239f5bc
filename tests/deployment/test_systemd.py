"""What docs/deployment.md has an administrator type, typed to the letter on a machine of its own:
the units as they are shipped, real workers, scheduler and API, and a real broker."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.conftest import with_selectors
from tests.deployment.machine import AFI, Machine, machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "deployment.md").read_text("utf-8")
SECTION = PAGE.partition("\n## systemd\n")[2].partition("\n## ")[0]
(BLOCK,) = re.findall(r"^```sh\n(.*?)^```", SECTION, re.M | re.S)
LINES = BLOCK.splitlines()
SERVICES = ("afi-worker@default", "afi-worker@forecasting", "afi-worker@training")
OTHERS = ("afi-beat", "afi-api")
HOME = "/var/lib/afi-desk"

SUBMIT = """
from uuid import uuid4
from worker_core.operations.delivery import enqueue
from worker_core.storage import NewTask
enqueue(NewTask(str(uuid4()), "faults.held", "monitoring", {}))
"""


def prepared(one: Machine) -> None:
    """The files that hold what differs from one system to the next, and a broker."""
    one.writes("/usr/bin/afi", AFI, mode=0o755)
    for name, value in (
        ("worker-broker-url", "redis://127.0.0.1:6379/0"),
        ("database-url", f"sqlite:///{HOME}/afi.db"),
    ):
        one.writes(f"/etc/afi-desk/{name}", f"{value}\n", mode=0o640, group="afi-desk")
    for name in ("beat", "api"):
        file = "CELERY_BROKER_URL_FILE=/etc/afi-desk/worker-broker-url\n"
        one.writes(f"/etc/afi-desk/{name}.env", file)
    more = {
        "FAULTS_FOLDER": HOME,
        "AFI_WORKER_PRELOAD": "false",
        "AFI_WORKER_CONCURRENCY": "1",
        "AFI_SOFT_STOP_S": "1",
        # Nothing but a worker itself brings a task back within a test's time.
        "AFI_LEASE_S": "3600",
        "AFI_VISIBILITY_TIMEOUT_S": "3600",
        "AFI_SWEEP_GRACE_S": "3600",
    }
    # systemd takes the last of several lines for one variable.
    with (one.root / "etc/afi-desk/worker.env").open("a") as own:
        own.writelines(f"{name}={value}\n" for name, value in more.items())
    server = str(with_selectors().path)
    one.starts(server, "--port", "6379", "--bind", "127.0.0.1", "--save", "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which every line of the page was typed, in the page's order."""
    with machine(tmp_path_factory.mktemp("systemd")) as one:
        for line in LINES:
            if line.startswith("systemctl enable --now afi-worker"):
                prepared(one)
            one.does(line)
        yield one


def lines(one: Machine, kind: str) -> int:
    file = one.root / HOME.lstrip("/") / kind
    return len(file.read_text().splitlines()) if file.is_file() else 0


def submitted(one: Machine) -> None:
    code = f"runuser -u afi-desk -- afi python -c {shlex.quote(SUBMIT)}"
    one.does(
        f"AFI_DATA_DIR={HOME} AFI_DATABASE_URL=sqlite:///{HOME}/afi.db"
        f" CELERY_BROKER_URL=redis://127.0.0.1:6379/0 {code}"
    )


def test_the_page_has_the_lines_that_are_typed_here() -> None:
    typed = {shlex.split(line)[0] for line in LINES}
    assert typed == {"cp", "systemd-sysusers", "systemd-tmpfiles", "systemctl"}
    assert {line.split()[1] for line in LINES if line.startswith("systemctl")} == {
        *("daemon-reload", "enable", "status")
    }
    # What stands between the words: each of them is typed below.
    between = re.findall(r"`systemctl (\w+)[^`]*`", PAGE)
    assert sorted(between) == ["kill", "stop", "stop"]


def test_all_services_run_as_their_user_and_come_again_with_the_computer(served: Machine) -> None:
    served.until(
        lambda: served.types("curl -sf http://127.0.0.1:8765/healthz").returncode == 0,
        "the API's answer",
    )
    status = served.does("systemctl status 'afi-*'")
    for service in (*SERVICES, *OTHERS):
        assert f"{service}.service" in status
        assert served.shows(service, "ActiveState") == "active"
        assert served.shows(service, "UnitFileState") == "enabled"
        assert served.shows(service, "NRestarts") == "0", served.journal()
        pid = served.shows(service, "MainPID")
        user = served.does(f"ps -o user= -p {pid}").strip()
        assert user == "afi-desk"


def test_a_stop_lets_the_task_that_runs_end(served: Machine) -> None:
    unit = "afi-worker@default"
    assert f"`systemctl stop {unit}`" in SECTION
    began, ended = lines(served, "started"), lines(served, "ended")
    submitted(served)
    served.until(lambda: lines(served, "started") == began + 1, "the start of the task")
    served.starts("systemctl", "stop", unit)
    served.until(lambda: served.shows(unit, "ActiveState") == "deactivating", "the stop")
    served.until(lambda: "Warm shutdown" in served.journal(), "the word of the worker")
    assert lines(served, "ended") == ended
    (served.root / HOME.lstrip("/") / "go").touch()
    served.until(lambda: served.shows(unit, "ActiveState") == "inactive", "the end")
    assert served.shows(unit, "Result") == "success"
    assert lines(served, "ended") == ended + 1
    (served.root / HOME.lstrip("/") / "go").unlink()


def test_a_soft_stop_puts_the_task_back_for_another_worker(served: Machine) -> None:
    unit = "afi-worker@default"
    (line,) = re.findall(r"`(systemctl kill [^`]+)`", SECTION)
    served.does(f"systemctl start {unit}")
    began, ended = lines(served, "started"), lines(served, "ended")
    submitted(served)
    served.until(lambda: lines(served, "started") == began + 1, "the start of the task")
    served.does(line)
    served.until(lambda: served.shows(unit, "ActiveState") == "inactive", "the end of the worker")
    assert served.shows(unit, "Result") == "success"
    assert lines(served, "ended") == ended
    (served.root / HOME.lstrip("/") / "go").touch()
    served.does(f"systemctl start {unit}")
    served.until(lambda: lines(served, "ended") == ended + 1, "the end of the task")
    assert lines(served, "started") == began + 2


def test_before_an_upgrade_all_workers_are_stopped_by_one_line(served: Machine) -> None:
    (line,) = re.findall(r"`(systemctl stop '[^`]+')`", PAGE)
    served.does(line)
    for service in SERVICES:
        assert served.shows(service, "ActiveState") == "inactive"
        assert served.shows(service, "Result") == "success", service
    assert served.shows("afi-api", "ActiveState") == "active"
    served.does("systemctl stop afi-beat afi-api")
    for service in OTHERS:
        assert served.shows(service, "Result") == "success", service
