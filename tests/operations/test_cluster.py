"""The processes of this computer: started, watched, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from worker_core.operations.cluster import LocalCluster, MemberStatus
from worker_core.operations.connection import ping
from worker_core.operations.errors import MemberFailed, NoServer
from worker_core.operations.members import Member
from worker_core.settings import Settings

STANDINS = Path(__file__).with_name("standins")
SLEEPER = str(STANDINS / "sleeper.py")
NODE = "member@here"

Make = Callable[..., LocalCluster]
Until = Callable[..., object]


def sleeper(*words: str, name: str = "worker", needs: tuple[str, ...] = ()) -> Member:
    return Member(name, name.title(), (sys.executable, SLEEPER, *words), needs=needs)


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    """Makes clusters of one data folder, as several windows do, and stops them afterwards."""
    made: list[LocalCluster] = []

    def cluster(*table: Member) -> LocalCluster:
        made.append(LocalCluster(settings, table or (sleeper(),)))
        return made[-1]

    yield cluster
    for one in made:
        one.stop_all(timeout=5)


def of(cluster: LocalCluster, name: str = "worker") -> MemberStatus:
    return next(status for status in cluster.status() if status.name == name)


def test_members_come_in_the_order_in_which_they_start(settings: Settings) -> None:
    assert LocalCluster(settings).names == ("broker", "worker", "forecasting", "training", "beat")


def test_a_configured_broker_is_no_local_process(data_dir: Path) -> None:
    elsewhere = Settings(data_dir=data_dir, broker_url="redis://elsewhere/0")
    assert LocalCluster(elsewhere).names == ("worker", "forecasting", "training", "beat")


def test_nothing_runs_before_it_is_started(make: Make) -> None:
    assert [status.state for status in make().status()] == ["stopped", "stopped"]


def test_a_started_member_is_told_with_its_process_and_what_it_takes(
    make: Make, until: Until
) -> None:
    cluster = make()
    cluster.start("worker")
    status = cluster.wait("worker")
    assert status.pid
    assert psutil.Process(status.pid).cmdline()[1] == SLEEPER
    until(lambda: of(cluster).memory_bytes > 2**20, "its memory")
    assert status.cpu_percent >= 0
    assert status.since == pytest.approx(psutil.Process(status.pid).create_time(), abs=30)
    assert status.mine
    alone = psutil.Process(status.pid).memory_info().rss
    until(lambda: of(cluster).memory_bytes > alone, "the child's memory")


def test_a_member_starts_first_what_it_needs(make: Make) -> None:
    cluster = make(sleeper(needs=("broker",)))
    cluster.start("worker")
    assert [status.state for status in cluster.status()] == ["running", "running"]


def test_starting_twice_keeps_the_first(make: Make) -> None:
    cluster = make()
    cluster.start("worker")
    pid = of(cluster).pid
    cluster.start("worker")
    assert of(cluster).pid == pid


def test_a_stopped_member_is_gone_with_its_children(
    make: Make, until: Until, gone: Callable[[int], None]
) -> None:
    cluster = make()
    cluster.start("worker")
    until(lambda: "pids" in cluster.tail("worker"))
    pids = [int(word) for word in cluster.tail("worker").split()[1:3]]
    cluster.stop("worker")
    status = of(cluster)
    assert (status.state, status.pid, status.exit_code, status.message) == (
        "stopped",
        None,
        None,
        "",
    )
    for pid in pids:
        gone(pid)


def test_a_member_that_ignores_every_request_is_killed(make: Make, until: Until) -> None:
    stubborn = Member(
        "worker",
        "Worker",
        (sys.executable, SLEEPER, "deaf"),
        signals=(("TERM", None), ("TERM", 0.2)),
    )
    cluster = make(stubborn)
    cluster.start("worker")
    until(lambda: "pids" in cluster.tail("worker"))
    cluster.stop("worker", timeout=0.2)
    assert of(cluster).state == "stopped"


def test_a_restart_gives_a_new_process(make: Make) -> None:
    cluster = make()
    cluster.start("worker")
    before = of(cluster).pid
    cluster.restart("worker")
    assert of(cluster).state == "running"
    assert of(cluster).pid != before


def test_a_member_that_ends_by_itself_has_failed_and_its_last_words_are_told(
    make: Make, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    cluster = make(sleeper(f"die=3={told}"))
    cluster.start("worker")
    told.touch()
    with pytest.raises(MemberFailed, match=r"exit code 3\. giving up"):
        cluster.wait("worker", "stopped")
    status = of(cluster)
    assert (status.state, status.exit_code) == ("failed", 3)
    assert status.message == "It ended with exit code 3. giving up"


def test_how_a_member_ended_is_still_known_when_another_one_was_started_meanwhile(
    make: Make, until: Until, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    cluster = make(sleeper(f"die=3={told}"), sleeper(name="beat"))
    cluster.start("worker")
    pid = of(cluster).pid
    assert pid
    watchdog = psutil.Process(psutil.Process(pid).ppid())
    told.touch()
    until(lambda: watchdog.status() == psutil.STATUS_ZOMBIE)
    cluster.start("beat")
    assert (of(cluster).state, of(cluster).exit_code) == ("failed", 3)


def test_a_member_that_was_killed_has_failed_with_the_signal(make: Make, until: Until) -> None:
    cluster = make()
    cluster.start("worker")
    pid = of(cluster).pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: of(cluster).state == "failed")
    assert "signal 9" in of(cluster).message
    cluster.start("worker")
    assert of(cluster).state == "running"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a parent's death signal")
def test_a_member_whose_watchdog_was_killed_has_failed_and_is_gone(
    make: Make, until: Until, gone: Callable[[int], None]
) -> None:
    cluster = make(sleeper("deaf"))
    cluster.start("worker")
    until(lambda: "pids" in cluster.tail("worker"))
    process, child = (int(word) for word in cluster.tail("worker").split()[1:3])
    os.kill(psutil.Process(process).ppid(), signal.SIGKILL)
    until(lambda: of(cluster).state == "failed")
    assert of(cluster).exit_code == 128 + signal.SIGKILL
    gone(process)
    gone(child)


def test_a_member_that_ends_well_by_itself_is_stopped(
    make: Make, until: Until, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    cluster = make(sleeper(f"die=0={told}"))
    cluster.start("worker")
    told.touch()
    until(lambda: of(cluster).state == "stopped")
    assert of(cluster).exit_code == 0


def test_a_program_that_does_not_exist_fails_at_once(make: Make) -> None:
    cluster = make(Member("worker", "Worker", ("/no/such/program",)))
    with pytest.raises(MemberFailed, match="Cannot run /no/such/program"):
        cluster.start("worker")
    assert of(cluster).state == "stopped"


def test_an_unknown_member_is_answered_with_those_that_there_are(make: Make) -> None:
    with pytest.raises(MemberFailed, match="broker, worker"):
        make().start("flower")


def test_a_second_window_sees_and_may_stop_what_the_first_has_started(make: Make) -> None:
    first, second = make(), make()
    first.start_all()
    assert [status.state for status in second.status()] == ["running", "running"]
    second.start_all()
    assert [status.pid for status in second.status()] == [status.pid for status in first.status()]
    second.stop_all()
    assert [status.state for status in first.status()] == ["stopped", "stopped"]


def test_what_another_process_has_started_is_seen_as_not_mine_and_left_when_asked_to(
    make: Make,
    script: Callable[..., "subprocess.Popen[str]"],
    data_dir: Path,
    gone: Callable[[int], None],
) -> None:
    owner = script("owner.py", data_dir)
    assert owner.stdout
    assert owner.stdout.readline() == "ready\n"
    cluster = make()
    assert [(s.state, s.mine) for s in cluster.status()] == [("running", False)] * 2
    cluster.start_all()
    cluster.stop_all(mine_only=True)
    assert [s.state for s in cluster.status()] == ["running"] * 2
    pid = of(cluster).pid
    assert pid
    cluster.stop_all()
    gone(pid)
    assert [s.state for s in cluster.status()] == ["stopped"] * 2
    assert owner.poll() is None


def test_what_a_killed_owner_left_counts_as_stopping_and_can_be_started_anew(
    make: Make,
    script: Callable[..., "subprocess.Popen[str]"],
    data_dir: Path,
) -> None:
    owner = script("owner.py", data_dir, "deaf")
    assert owner.stdout
    assert owner.stdout.readline() == "ready\n"
    cluster = make()
    before = of(cluster).pid
    owner.kill()
    owner.wait()
    assert of(cluster).state in {"stopping", "stopped"}
    cluster.start("worker")
    status = of(cluster)
    assert (status.state, status.mine) == ("running", True)
    assert status.pid != before


def test_a_damaged_record_counts_as_stopped(make: Make, data_dir: Path) -> None:
    (data_dir / "run").mkdir(parents=True)
    (data_dir / "run" / "worker.json").write_text('{"process": {"pid": "many"}}')
    cluster = make()
    assert of(cluster).state == "stopped"
    cluster.start("worker")
    assert of(cluster).state == "running"


def test_without_any_server_the_broker_has_failed_and_says_why(settings: Settings) -> None:
    cluster = LocalCluster(settings, [], find=list)
    with pytest.raises(NoServer):
        cluster.start("broker")
    (status,) = cluster.status()
    assert status.state == "failed"
    assert "no Valkey or Redis server" in status.message


def test_a_broker_that_is_killed_has_failed_and_comes_back(make: Make, until: Until) -> None:
    cluster = make()
    cluster.start("broker")
    pid = of(cluster, "broker").pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: of(cluster, "broker").state == "failed")
    assert of(cluster, "broker").exit_code == 128 + signal.SIGKILL
    cluster.start("broker")
    assert of(cluster, "broker").state == "running"


def test_the_data_folder_reaches_the_members(make: Make, data_dir: Path, until: Until) -> None:
    code = "import os; print(os.environ['AFI_DATA_DIR'])"
    cluster = make(Member("worker", "Worker", (sys.executable, "-c", code)))
    cluster.start("worker")
    until(lambda: cluster.tail("worker") == str(data_dir))


def test_a_worker_is_starting_until_it_answers_and_then_running(
    settings: Settings, until: Until
) -> None:
    command = (sys.executable, str(STANDINS / "worker.py"), NODE)
    table = [Member("worker", "Worker", command, needs=("broker",), node=NODE)]
    cluster = LocalCluster(settings, table)
    try:
        cluster.start("worker")
        assert of(cluster).state == "starting"
        status = cluster.wait("worker")
        assert f"{NODE} ready" in cluster.tail("worker")
        # Another worker of the same name and address must not vouch for a new one.
        cluster.stop("worker")
        assert "Warm shutdown" in cluster.tail("worker")
        assert of(cluster).pid is None
        assert status.pid
    finally:
        cluster.stop_all()


@pytest.mark.slow
def test_the_real_worker_and_scheduler_come_up_and_stop(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_WORKER_PRELOAD", "false")  # which takes most of a start
    cluster = LocalCluster(settings)
    try:
        cluster.start_all()
        for name in cluster.names:
            assert cluster.wait(name).state == "running"
    finally:
        cluster.stop_all()
    assert {status.state for status in cluster.status()} == {"stopped"}


def test_a_broker_that_comes_back_elsewhere_takes_its_users_along(
    make: Make, data_dir: Path
) -> None:
    import socket

    from worker_core.operations.record import read_record

    cluster = make(sleeper(needs=("broker",)))
    cluster.start_all()
    worker = of(cluster).pid
    record = read_record(data_dir)
    assert record
    cluster.stop("broker")
    with socket.create_server(("127.0.0.1", record.port)):
        cluster.restart("broker")
    moved = read_record(data_dir)
    assert moved
    assert moved.port != record.port
    ping(moved.url)
    assert of(cluster).state == "running"
    assert of(cluster).pid != worker
