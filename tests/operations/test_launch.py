"""The watchdog that stands between a process and its owner."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from worker_core.operations.runtime import watchdog_command

SLEEPER = str(Path(__file__).with_name("standins") / "sleeper.py")


class Watched:
    """A command under a watchdog whose owner is this test."""

    def __init__(self, output: Path, options: list[str], command: list[str]) -> None:
        self.output = output
        with output.open("wb") as file:
            self.watchdog = subprocess.Popen(
                [*watchdog_command(), *options, "--", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                start_new_session=True,
            )
        assert self.watchdog.stdout
        with self.watchdog.stdout as report:
            self.told = report.readline().strip()

    def owner_goes(self) -> None:
        assert self.watchdog.stdin
        self.watchdog.stdin.close()

    def pids(self) -> list[int]:
        for line in self.output.read_text().splitlines():
            if line.startswith("pids "):
                return [int(word) for word in line.split()[1:]]
        return []


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    started: list[Watched] = []

    def run(*command: str, options: tuple[str, ...] = ()) -> Watched:
        output = tmp_path / f"{len(started)}.log"
        started.append(Watched(output, list(options), list(command)))
        return started[-1]

    yield run
    for one in started:
        for pid in one.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        one.watchdog.kill()
        if one.watchdog.stdin:
            one.watchdog.stdin.close()
        one.watchdog.wait()


@pytest.fixture
def sleeping(
    watch: Watch, until: Callable[..., list[int]]
) -> Callable[..., tuple[Watched, int, int]]:
    """A watched process with a child: the watchdog, and the ids of both."""

    def run(*words: str, options: tuple[str, ...] = ()) -> tuple[Watched, int, int]:
        watched = watch(sys.executable, SLEEPER, *words, options=options)
        process, child = until(watched.pids)
        return watched, process, child

    return run


@pytest.mark.parametrize("code", [0, 1, 77])
def test_the_exit_code_is_kept(watch: Watch, code: int) -> None:
    watched = watch(sys.executable, "-c", f"raise SystemExit({code})")
    assert watched.watchdog.wait() == code


def test_the_end_by_a_signal_is_told_as_a_shell_does(
    sleeping: Callable[..., tuple[Watched, int, int]],
) -> None:
    watched, process, _ = sleeping()
    os.kill(process, signal.SIGKILL)
    assert watched.watchdog.wait() == 128 + signal.SIGKILL


def test_the_process_id_is_told(sleeping: Callable[..., tuple[Watched, int, int]]) -> None:
    watched, process, _ = sleeping()
    assert int(watched.told) == process


def test_a_command_that_does_not_exist_is_named(watch: Watch) -> None:
    watched = watch("/no/such/program", "argument")
    assert watched.watchdog.wait() == 127
    assert "Cannot run /no/such/program: No such file" in watched.output.read_text()
    assert watched.told == b""


def test_a_signal_is_handed_on(watch: Watch, until: Callable[..., object]) -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(42))\n"
        "sys.stdout.write('listening'); sys.stdout.flush()\n"
        "time.sleep(600)"
    )
    watched = watch(sys.executable, "-c", code)
    until(lambda: "listening" in watched.output.read_text())
    watched.watchdog.terminate()
    assert watched.watchdog.wait() == 42


def test_the_command_is_told_to_stop_when_the_owner_goes(
    sleeping: Callable[..., tuple[Watched, int, int]], gone: Callable[[int], None]
) -> None:
    watched, process, child = sleeping()
    watched.owner_goes()
    assert watched.watchdog.wait() == 128 + signal.SIGTERM
    gone(process)
    gone(child)


def test_a_command_that_ignores_this_is_killed_with_its_children(
    sleeping: Callable[..., tuple[Watched, int, int]], gone: Callable[[int], None]
) -> None:
    watched, process, child = sleeping("deaf", options=("--grace", "0.2"))
    watched.owner_goes()
    assert watched.watchdog.wait() == 128 + signal.SIGKILL
    gone(process)
    gone(child)


def test_the_signal_can_be_chosen(sleeping: Callable[..., tuple[Watched, int, int]]) -> None:
    watched, _, _ = sleeping(options=("--signal", "INT"))
    watched.owner_goes()
    watched.watchdog.wait()
    assert "KeyboardInterrupt" in watched.output.read_text()


def test_what_a_command_leaves_behind_ends_with_it(
    sleeping: Callable[..., tuple[Watched, int, int]], gone: Callable[[int], None]
) -> None:
    watched, _, child = sleeping("daemon")
    assert watched.watchdog.wait() == 0
    gone(child)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a parent's death signal")
def test_the_command_ends_when_the_watchdog_itself_is_killed(
    sleeping: Callable[..., tuple[Watched, int, int]], gone: Callable[[int], None]
) -> None:
    watched, process, _ = sleeping("deaf")
    watched.watchdog.kill()
    gone(process)


def test_the_command_reads_nothing_and_cannot_see_the_lifeline(watch: Watch) -> None:
    watched = watch(sys.executable, "-c", "import sys; raise SystemExit(len(sys.stdin.read()))")
    assert watched.watchdog.wait() == 0
