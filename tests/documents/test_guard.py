"""The processes that read documents: what ends them, and that nothing is left of them."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import psutil
import pytest

from worker_core import documents
from worker_core.documents import DocumentError, Limits, Runner
from worker_core.documents.runners import FreshInterpreters, Hosts

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="hosts need fork")

Started = Callable[[], list[psutil.Process]]

SLOW = b"<html><body>" + b"<div>" * 60_000 + b"x"
"""A page that keeps the parser busy for seconds."""


@pytest.fixture(params=[pytest.param(Hosts, marks=posix), FreshInterpreters])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    chosen: Runner = request.param()
    yield chosen
    chosen.close()


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    pool = Hosts()
    yield pool
    pool.close()


@pytest.fixture
def started() -> Started:
    """``started()``: the readers that this test started, oldest first."""
    before = {process.pid for process in readers()}

    def since() -> list[psutil.Process]:
        found = [process for process in readers() if process.pid not in before]
        return sorted(found, key=lambda process: process.pid)

    return since


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.htm"
    path.write_text("<html><p>Net sales rose.</p></html>")
    return path


@pytest.fixture
def slow_page(tmp_path: Path) -> Path:
    path = tmp_path / "slow.htm"
    path.write_bytes(SLOW)
    return path


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited a minute in vain"
        time.sleep(0.02)


def readers(of: int | None = None) -> list[psutil.Process]:
    """The processes below ``of`` that read documents: interpreters, hosts, children of hosts."""
    found = []
    for process in psutil.Process(of).children(recursive=True):
        try:
            if "worker_core.documents.sandbox" in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def is_gone(process: psutil.Process) -> bool:
    """Whether a process has ended, be it that nobody has asked for its result yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def script(source: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python program of its own, which prints what the test wants to know."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )


def line_of(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def test_both_runners_give_the_same_document(page: Path, tmp_path: Path) -> None:
    results = []
    for runner in (Hosts(), FreshInterpreters()):
        results.append(documents.parse(page, page.name, Limits(), runner=runner))
        runner.close()
    assert results[0] == results[1]
    assert results[0].text == "Net sales rose."


def test_a_killed_reader_is_reported_and_the_next_document_is_read(
    runner: Runner, page: Path, slow_page: Path, started: Started
) -> None:
    with ThreadPoolExecutor(1) as pool:
        parsing = pool.submit(documents.parse, slow_page, "slow.htm", Limits(), runner=runner)
        # A host does not read itself: its child is the second process.
        wait_until(lambda: len(started()) >= (2 if isinstance(runner, Hosts) else 1))
        started()[-1].kill()
        with pytest.raises(DocumentError) as caught:
            parsing.result()
    assert caught.value.code == "crashed"
    assert "Drop it once more" in caught.value.remedy
    assert documents.parse(page, page.name, Limits(), runner=runner).text == "Net sales rose."


@posix
def test_a_host_killed_while_it_reads_is_replaced(
    hosts: Hosts, page: Path, slow_page: Path, started: Started
) -> None:
    documents.parse(page, page.name, Limits(), runner=hosts)
    host = started()[-1]
    with ThreadPoolExecutor(1) as pool:
        parsing = pool.submit(documents.parse, slow_page, "slow.htm", Limits(), runner=hosts)
        wait_until(host.children)
        child = host.children()[0]
        host.kill()
        with pytest.raises(DocumentError) as caught:
            parsing.result()
    assert caught.value.code == "crashed"
    wait_until(lambda: is_gone(child))
    assert documents.parse(page, page.name, Limits(), runner=hosts).text == "Net sales rose."


@posix
def test_a_host_lost_between_two_documents_is_not_the_documents_fault(
    hosts: Hosts, page: Path, started: Started
) -> None:
    documents.parse(page, page.name, Limits(), runner=hosts)
    host = started()[-1]
    host.kill()
    host.wait()
    assert documents.parse(page, page.name, Limits(), runner=hosts).text == "Net sales rose."


def test_a_document_that_takes_too_long_names_the_limit(runner: Runner, slow_page: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        documents.parse(slow_page, "slow.htm", Limits(wall_seconds=0.5), runner=runner)
    assert caught.value.code == "timeout"
    assert "0.5 seconds" in caught.value.message


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by the system on Linux only")
def test_a_document_that_needs_too_much_memory_names_the_limit(
    runner: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "wide.htm"
    path.write_bytes(b"<html><body>" + b"<p>a" * 2_000_000)
    with pytest.raises(DocumentError) as caught:
        documents.parse(path, path.name, Limits(memory_mb=64), runner=runner)
    assert caught.value.code == "memory"
    assert "64 MB" in caught.value.message


def test_a_small_limit_on_memory_counts_from_what_the_reader_has_already(
    runner: Runner, page: Path
) -> None:
    limits = Limits(memory_mb=16)
    assert documents.parse(page, page.name, limits, runner=runner).text == "Net sales rose."


@posix
def test_the_reader_does_not_know_the_secrets_of_its_parent(
    hosts: Hosts, page: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://:password@localhost")
    documents.parse(page, page.name, Limits(), runner=hosts)
    assert "password" not in str(started()[-1].environ())


@posix
def test_threads_parse_side_by_side(hosts: Hosts, tmp_path: Path) -> None:
    paths = []
    for number in range(24):
        paths.append(tmp_path / f"{number}.htm")
        paths[-1].write_text(f"<html><p>Net sales rose by {number}%.</p></html>")
    with ThreadPoolExecutor(6) as pool:
        texts = pool.map(
            lambda path: documents.parse(path, path.name, Limits(), runner=hosts).text, paths
        )
        assert list(texts) == [f"Net sales rose by {number}%." for number in range(24)]


@posix
def test_closing_ends_the_hosts_and_parsing_starts_new_ones(
    hosts: Hosts, page: Path, started: Started
) -> None:
    documents.parse(page, page.name, Limits(), runner=hosts)
    host = started()[-1]
    hosts.close()
    assert is_gone(host)
    assert documents.parse(page, page.name, Limits(), runner=hosts).text == "Net sales rose."


@posix
def test_an_exception_that_interrupts_the_wait_leaves_no_reader_behind(
    hosts: Hosts, slow_page: Path, started: Started
) -> None:
    class TimeLimitError(Exception):
        pass

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise TimeLimitError

    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        with pytest.raises(TimeLimitError):
            documents.parse(slow_page, "slow.htm", Limits(), runner=hosts)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    wait_until(lambda: not started())


@posix
def test_no_host_outlives_a_parent_that_was_killed(page: Path) -> None:
    program = script(
        """
        import sys, time
        from pathlib import Path
        from worker_core import documents
        documents.parse(Path(sys.argv[1]), "page.htm", documents.Limits())
        print("ready", flush=True)
        time.sleep(600)
        """,
        page,
    )
    with program:
        assert line_of(program) == "ready"
        found = readers(program.pid)
        assert found
        program.kill()
    wait_until(lambda: all(map(is_gone, found)))


@posix
def test_neither_host_nor_child_outlives_a_parent_killed_while_they_read(slow_page: Path) -> None:
    program = script(
        """
        import sys
        from pathlib import Path
        from worker_core import documents
        documents.parse(Path(sys.argv[1]), "slow.htm", documents.Limits())
        """,
        slow_page,
    )
    with program:
        wait_until(lambda: len(readers(program.pid)) >= 2)
        found = readers(program.pid)
        program.kill()
    wait_until(lambda: all(map(is_gone, found)))


@posix
def test_a_daemonic_worker_process_and_its_parent_parse_each_with_a_host_of_its_own(
    page: Path,
) -> None:
    program = script(
        """
        import multiprocessing, sys
        from pathlib import Path
        import psutil
        from worker_core import documents

        def work():
            text = documents.parse(Path(sys.argv[1]), "page.htm", documents.Limits()).text
            hosts = [child.pid for child in psutil.Process().children()]
            documents.close()
            answers.put((text, hosts))

        fork = multiprocessing.get_context("fork")
        answers = fork.SimpleQueue()
        documents.parse(Path(sys.argv[1]), "page.htm", documents.Limits())
        mine = [child.pid for child in psutil.Process().children()]
        worker = fork.Process(target=work, daemon=True)
        worker.start()
        text, theirs = answers.get()
        worker.join()
        again = documents.parse(Path(sys.argv[1]), "page.htm", documents.Limits()).text
        assert [child.pid for child in psutil.Process().children()] == mine
        print(text, again, len(mine), len(set(theirs) - set(mine)))
        """,
        page,
    )
    with program:
        assert line_of(program) == "Net sales rose. Net sales rose. 1 1"


def test_importing_the_package_loads_no_parsing_library() -> None:
    program = script(
        """
        import sys, worker_core.documents
        heavy = {"selectolax", "pypdfium2", "docx", "lxml", "pydantic", "pandas", "numpy"}
        print(sorted(heavy & sys.modules.keys()))
        """
    )
    with program:
        assert line_of(program) == "[]"
