import pytest

from desktop_app.views.cluster.lines import Lines, level


def test_pieces_become_lines_when_they_are_complete() -> None:
    lines = Lines()
    assert lines.feed("one\ntw") == ["one"]
    assert lines.feed("o\nthree\n") == ["two", "three"]
    assert lines.matching() == ["one", "two", "three"]


def test_only_the_last_lines_are_kept() -> None:
    lines = Lines(kept=3)
    lines.feed("".join(f"{n}\n" for n in range(10)))
    assert lines.matching() == ["7", "8", "9"]


def test_a_filter_finds_words_in_either_case() -> None:
    lines = Lines()
    lines.feed("Task received\nready\n")
    lines.set_filter("TASK ")
    assert lines.matching() == ["Task received"]
    assert lines.feed("another task\nnothing\n") == ["another task"]
    lines.set_filter("")
    assert len(lines.matching()) == 4


def test_after_a_skip_the_rest_of_a_line_is_left_out() -> None:
    lines = Lines()
    lines.feed("begun but never en")
    lines.skip()
    assert lines.feed("d of another") == []
    assert lines.feed(" line\nwhole\n") == ["whole"]


def test_cleared_lines_begin_anew() -> None:
    lines = Lines()
    lines.feed("old\nhalf")
    lines.clear()
    assert lines.feed("new\n") == ["new"]
    assert lines.matching() == ["new"]


def test_a_line_without_end_is_bounded() -> None:
    lines = Lines()
    for _ in range(100):
        lines.feed("x" * 1000)
    (line,) = lines.feed("\n")
    assert len(line) <= 4001


def test_colours_of_a_terminal_and_carriage_returns_are_taken_out() -> None:
    assert Lines().feed("\x1b[31mred\x1b[0m\r\n") == ["red"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-11-22T18:04:00.200Z ERROR    4712 celery.app.trace: raised", "error"),
        ("[2026-11-22 18:04:00,200: CRITICAL/MainProcess] gone", "error"),
        ("2026-11-22T18:04:00.200Z WARNING  4712 celery.worker: late", "warning"),
        ("4711:M 22 Nov 2026 18:04:00.123 # Memory overcommit must be enabled!", "warning"),
        ("4711:M 22 Nov 2026 18:04:00.123 * Ready to accept connections", None),
        ("2026-11-22T18:04:00.200Z INFO     4712 celery.app.trace: succeeded", None),
        ("x" * 90 + " ERROR", None),
        ("errors were none", None),
        ("", None),
    ],
)
def test_the_level_of_a_line_is_read_from_its_head(line: str, expected: str | None) -> None:
    assert level(line) == expected
