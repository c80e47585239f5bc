"""Logs of local processes."""

from pathlib import Path

import pytest

from worker_core.operations.logs import (
    CHUNK_BYTES,
    KEPT,
    ROTATE_BYTES,
    ended,
    read_log,
    rotate,
    tail,
)


def test_a_log_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert tail(tmp_path / "log", 10) == ""
    assert read_log(tmp_path / "log", 55).offset == 0


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("first\n")
    chunk = read_log(log)
    assert chunk.text == "first\n"
    assert read_log(log, chunk.offset).text == ""
    with log.open("a") as file:
        file.write("second\n")
    assert read_log(log, chunk.offset).text == "second\n"


def test_a_log_that_was_rotated_is_read_from_its_start(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("a long first log\n")
    offset = read_log(log).offset
    log.write_text("new\n")
    assert read_log(log, offset).text == "new\n"


@pytest.mark.parametrize("character", ["é", "€", "🙂"])
def test_a_character_that_is_half_written_waits_for_its_rest(
    tmp_path: Path, character: str
) -> None:
    log = tmp_path / "log"
    data = f"say {character}".encode()
    for end in range(5, len(data)):
        log.write_bytes(data[:end])
        chunk = read_log(log)
        assert chunk.text == "say "
        log.write_bytes(data)
        assert read_log(log, chunk.offset).text == character


def test_bytes_that_are_no_text_do_not_stop_the_reading(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"\x80\xff\x80\x80\x80 end \x80\x80\x80\x80")
    chunk = read_log(log)
    assert " end " in chunk.text
    assert chunk.offset == log.stat().st_size


def test_of_a_huge_log_only_the_end_is_read(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * CHUNK_BYTES * 2 + b"\nlast line\n")
    assert tail(log, 1) == "last line"
    chunk = read_log(log)
    assert len(chunk.text) == CHUNK_BYTES
    assert chunk.offset == log.stat().st_size


def test_a_large_log_is_moved_aside_and_the_oldest_is_dropped(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "log"
    for number in range(KEPT + 2):
        rotate(log)
        assert not log.exists()
        log.write_bytes(bytes([65 + number]) * ROTATE_BYTES)
    rotate(log)
    kept = {path.name: path.read_bytes()[:1] for path in log.parent.iterdir()}
    assert kept == {"log.1": b"E", "log.2": b"D", "log.3": b"C"}


def test_a_small_log_is_gone_on_with(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("short\n")
    rotate(log)
    assert log.read_text() == "short\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-11-29T15:53:23.004Z INFO    5038 celery.app.trace: succeeded in 0.2 s", ""),
        ("2026-11-29T15:53:23.004Z ERROR   5038 root: no room", "ERROR   5038 root: no room"),
        ("ImportError: No module named 'lxml'", "ImportError: No module named 'lxml'"),
        ("", ""),
    ],
)
def test_a_line_of_usual_work_is_not_given_as_the_reason_of_an_end(
    tmp_path: Path, line: str, told: str
) -> None:
    log = tmp_path / "worker.log"
    log.write_text(f"before\n{line}\n", "utf-8")
    assert ended("signal 9", log).endswith(told or "signal 9.")
    assert ended("signal 9", log).startswith("It ended with signal 9.")
