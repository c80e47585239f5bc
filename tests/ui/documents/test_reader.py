from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.views.documents.reader import PIECE, Reader

WORDS = "\n".join(f"Line {n} with a face 🙂 and some more words." for n in range(4000))


class Library:
    """Answers a reader from a text at once or, held, when asked to."""

    def __init__(self, reader: Reader, text: str) -> None:
        self.reader, self.text, self.held = reader, text, False
        self.asked: list[tuple[int, int, int]] = []

        def wanted(stretch: int, start: int, end: int) -> None:  # holds on to this library
            self._wanted(stretch, start, end)

        reader.wanted.connect(wanted)

    def _wanted(self, stretch: int, start: int, end: int) -> None:
        self.asked.append((stretch, start, end))
        if not self.held:
            self.answer()

    def answer(self) -> None:
        stretch, start, end = self.asked[-1]
        self.reader.add(stretch, start, self.text[start:end])


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[Reader]:
    reader = Reader()
    qtbot.addWidget(reader)
    reader.resize(500, 400)
    reader.show()
    yield reader
    reader.hide()


def _marked(reader: Reader) -> str:
    selections = reader.extraSelections()
    assert len(selections) == 1
    return selections[0].cursor.selectedText()


def _height_of_mark(reader: Reader) -> int:
    """Where the marked passage stands in the viewport."""
    selections = reader.extraSelections()
    return reader.cursorRect(selections[0].cursor).top()


def test_no_more_is_loaded_than_is_about_to_be_seen(reader: Reader, qtbot: QtBot) -> None:
    library = Library(reader, WORDS)
    reader.show_stretch(0, len(WORDS))
    qtbot.wait_until(lambda: reader.loaded == (0, PIECE))
    bar = reader.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.wait_until(lambda: reader.loaded == (0, 2 * PIECE))
    assert reader.toPlainText() == WORDS[: 2 * PIECE]
    assert len(library.asked) == 2


def test_a_stretch_is_read_to_its_end_and_not_beyond(reader: Reader, qtbot: QtBot) -> None:
    Library(reader, WORDS)
    reader.show_stretch(100, 400)
    qtbot.wait_until(lambda: reader.loaded == (100, 400))
    assert reader.toPlainText() == WORDS[100:400]


def test_a_passage_is_marked_exactly_behind_characters_that_qt_counts_twice(
    reader: Reader, qtbot: QtBot
) -> None:
    Library(reader, WORDS)
    start = WORDS.index("Line 2000 ")
    end = WORDS.index("\n", start)
    reader.show_stretch(0, len(WORDS), (start, end))
    qtbot.wait_until(lambda: bool(reader.extraSelections()))
    assert _marked(reader) == WORDS[start:end]
    qtbot.wait_until(lambda: reader.shown_range()[0] <= start < end <= reader.shown_range()[1])


def test_what_stands_above_is_loaded_when_one_scrolls_up_and_nothing_jumps(
    reader: Reader, qtbot: QtBot
) -> None:
    library = Library(reader, WORDS)
    start = WORDS.index("Line 3000 ")
    reader.show_stretch(0, len(WORDS), (start, start + 9))
    qtbot.wait_until(lambda: reader.shown_range()[0] <= start <= reader.shown_range()[1])
    library.held = True
    reader.verticalScrollBar().setValue(0)
    begun, _ = reader.loaded
    before = _height_of_mark(reader)
    assert library.asked[-1][1:] == (begun - PIECE, begun)
    library.answer()
    assert reader.loaded[0] == begun - PIECE
    assert abs(_height_of_mark(reader) - before) <= 1
    assert _marked(reader) == WORDS[start : start + 9]


def test_what_is_read_stays_in_sight_when_the_width_changes(reader: Reader, qtbot: QtBot) -> None:
    Library(reader, WORDS)
    start = WORDS.index("Line 1000 ")

    def in_sight(place: int) -> bool:
        first, last = reader.shown_range()
        return first <= place <= last

    reader.show_stretch(0, len(WORDS), (start, start + 9))
    qtbot.wait_until(lambda: in_sight(start))
    for width in (260, 900):
        reader.resize(width, 400)
        qtbot.wait_until(lambda: in_sight(start))
    reader.verticalScrollBar().setValue(reader.verticalScrollBar().value() + 2000)
    first = reader.shown_range()[0]
    reader.resize(300, 400)
    qtbot.wait_until(lambda: in_sight(first))


def test_a_piece_of_a_stretch_that_was_left_is_dropped(reader: Reader) -> None:
    library = Library(reader, WORDS)
    library.held = True
    reader.show_stretch(0, 500)
    late = library.asked[-1]
    reader.show_stretch(1000, 1500)
    library.answer()
    reader.add(late[0], late[1], WORDS[late[1] : late[2]])
    assert reader.toPlainText() == WORDS[1000:1500]


def test_characters_that_break_or_turn_lines_are_shown_harmless_and_places_stay_true(
    reader: Reader, qtbot: QtBot
) -> None:
    text = "one\rtwo\u2029three\u202efour five"
    Library(reader, text)
    start = text.index("five")
    reader.show_stretch(0, len(text), (start, len(text)))
    qtbot.wait_until(lambda: reader.loaded == (0, len(text)))
    assert reader.document().blockCount() == 1
    assert "\u202e" not in reader.toPlainText()
    assert _marked(reader) == "five"


def test_a_text_shorter_than_was_said_ends_the_loading(reader: Reader, qtbot: QtBot) -> None:
    library = Library(reader, WORDS[:50])
    reader.show_stretch(0, 10_000)
    qtbot.wait_until(lambda: reader.loaded == (0, 50))
    qtbot.wait_until(lambda: len(library.asked) == 2)
    reader.resize(400, 300)
    reader.resize(500, 400)
    assert len(library.asked) == 2
