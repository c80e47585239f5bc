from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui import fuzzy
from desktop_app.ui.command_palette import SHOWN, Action, CommandPalette, ranked
from desktop_app.ui.shell import Shell
from tests.ui.toolkit.conftest import Window, part

CTRL = Qt.KeyboardModifier.ControlModifier
WORDS = st.text(max_size=30)


def nothing() -> None:
    """Does nothing."""


def action(title: str, group: str = "Task", keys: str = "") -> Action:
    return Action(title, group, nothing, keys)


ACTIONS = st.lists(st.builds(action, WORDS, WORDS), max_size=8)


# Matching


@given(WORDS, WORDS)
def test_nothing_that_matches_is_held_back_by_the_sieve(query: str, text: str) -> None:
    if fuzzy.match(query, text) is not None:
        assert not fuzzy.Sieve(query).holds_back(text)


def test_what_lacks_a_letter_or_has_them_in_another_order_is_held_back() -> None:
    sieve = fuzzy.Sieve("apl o")
    assert not sieve.holds_back("AAPL · Apple Symbol")
    assert sieve.holds_back("PAL o")
    assert sieve.holds_back("AAPL")


@given(WORDS, ACTIONS)
def test_no_query_is_too_odd(query: str, actions: list[Action]) -> None:
    found = ranked(query, actions)
    assert [each for each, _ in found if each not in actions] == []
    assert len(found) <= len(actions)
    for each, places in found:
        assert all(0 <= place < len(each.title) for place in places)


@given(ACTIONS, st.sampled_from(["", " ", "\t ", "\n"]))
def test_an_empty_query_finds_all_in_their_order(actions: list[Action], query: str) -> None:
    assert [each for each, _ in ranked(query, actions)] == actions


@given(st.data(), st.text("abc xyz.", min_size=1, max_size=30))
def test_letters_in_their_order_are_always_found(data: st.DataObject, text: str) -> None:
    places = data.draw(st.sets(st.integers(0, len(text) - 1), min_size=1))
    query = "".join(text[place] for place in sorted(places)).replace(" ", "")
    found = fuzzy.match(query, text)
    assert found is not None
    assert "".join(text[place] for place in sorted(found.places)) == query


@given(WORDS)
def test_a_text_is_found_by_itself_whatever_its_case(text: str) -> None:
    assert fuzzy.match(text, text) is not None
    assert fuzzy.match(text.swapcase() if text.isascii() else text, text) is not None


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("doc", "Documents"),
        ("lc", "Local cluster"),
        ("cluster", "Local cluster"),
        ("gsf", "forecasting.generate_stock_forecast"),
        ("dark", "Change between light and dark"),
        ("view pause", "Pause live updates"),
    ],
)
def test_what_was_meant_comes_first(query: str, first: str) -> None:
    actions = [
        action("forecasting.generate_stock_forecast"),
        action("Change between light and dark", "View"),
        action("Pause live updates", "View"),
        action("document_processing.process_document"),
        action("Local cluster", "Go to"),
        action("Documents", "Go to"),
    ]
    assert ranked(query, actions)[0][0].title == first


def test_letters_that_are_not_there_find_nothing() -> None:
    assert ranked("zq", [action("Documents")]) == []


# The palette


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def palette(shell: Shell, done: list[str]) -> CommandPalette:
    """Open over a window, with actions that note that they were done."""
    titles = ["process_document", "summarise", "a document of the year"]
    shell.providers[:] = [
        lambda: [Action(title, "Task", partial(done.append, title)) for title in titles],
        lambda: [Action("Help", "View", partial(done.append, "Help"), "Ctrl+H")],
    ]
    QTest.keyClick(shell, Qt.Key.Key_K, CTRL)
    return part(shell, CommandPalette)


def test_the_palette_lists_pages_and_actions_with_their_keys(window: Window) -> None:
    window.shell.open_palette()
    assert part(window.shell, CommandPalette).titles() == [
        "Overview",
        "Tasks",
        "Documents",
        "Change between light and dark",
        "Pause or resume live updates",
        "Show the keys",
    ]


def test_a_page_is_reached_by_two_letters_and_return(window: Window) -> None:
    window.shell.show_page("overview")
    window.shell.open_palette()
    field = part(window.shell, CommandPalette).field
    assert QApplication.focusWidget() is field
    QTest.keyClicks(field, "ta")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.shell.current_page == "tasks"


def test_return_does_the_chosen_thing_once_and_closes(
    shell: Shell, palette: CommandPalette, done: list[str]
) -> None:
    QTest.keyClicks(palette.field, "doc")
    assert palette.titles() == ["process_document", "a document of the year"]
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["a document of the year"]
    assert not palette.isVisible()


def test_up_and_down_go_round(palette: CommandPalette) -> None:
    rows = part(palette, QListWidget)
    places = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(palette.field, key)
        places.append(rows.currentRow())
    assert places == [3, 2, 3, 0, 1]
    QTest.keyClick(palette.field, Qt.Key.Key_PageDown)
    assert rows.currentRow() == 3
    QTest.keyClick(palette.field, Qt.Key.Key_PageUp)
    assert rows.currentRow() == 0


def test_a_click_does_what_is_clicked(palette: CommandPalette, done: list[str]) -> None:
    rows = part(palette, QListWidget)
    place = rows.visualItemRect(rows.item(1)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert done == ["summarise"]


def test_escape_leaves_and_the_keyboard_is_where_it_was(window: Window) -> None:
    window.shell.show_page("overview")
    field = window.pages["overview"].field
    field.setFocus()
    window.shell.open_palette()
    QTest.keyClick(part(window.shell, CommandPalette).field, Qt.Key.Key_Escape)
    assert not part(window.shell, CommandPalette).isVisible()
    assert QApplication.focusWidget() is field


def test_a_click_beside_it_leaves_and_one_on_it_does_not(palette: CommandPalette) -> None:
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.panel.geometry().center())
    assert palette.isVisible()
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.rect().bottomLeft())
    assert not palette.isVisible()


def test_where_nothing_is_found_it_says_so_and_return_does_nothing(
    palette: CommandPalette, done: list[str]
) -> None:
    QTest.keyClicks(palette.field, "zzz")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert (palette.titles(), done) == ([], [])
    assert palette.isVisible()


def test_while_it_is_open_no_key_reaches_the_window(shell: Shell, palette: CommandPalette) -> None:
    QTest.keyClick(palette.field, Qt.Key.Key_2, CTRL)
    QTest.keyClick(palette.field, Qt.Key.Key_K, CTRL)
    assert shell.current_page == "overview"
    assert part(shell, CommandPalette) is palette


def test_the_tabulator_stays_in_it(palette: CommandPalette) -> None:
    for _ in range(3):
        QTest.keyClick(palette.field, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is palette.field


def test_it_covers_a_window_that_changes_its_size(shell: Shell, palette: CommandPalette) -> None:
    for size in ((1280, 800), (960, 600)):
        shell.resize(*size)
        assert palette.geometry() == shell.rect()
        assert palette.rect().contains(palette.panel.geometry())


def test_each_row_says_what_it_is_to_a_screen_reader(palette: CommandPalette) -> None:
    item = part(palette, QListWidget).item(3)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Help, View, Ctrl+H"


def test_thousands_of_actions_are_asked_but_only_the_best_are_listed(shell: Shell) -> None:
    shell.providers[:] = [lambda: [action(f"task {number}") for number in range(5_000)]]
    shell.open_palette()
    palette = part(shell, CommandPalette)
    assert len(palette.titles()) == SHOWN
    QTest.keyClicks(palette.field, "4999")
    assert palette.titles() == ["task 4999"]


def test_a_palette_that_was_closed_is_gone(shell: Shell) -> None:
    for _ in range(3):
        shell.open_palette()
        part(shell, CommandPalette).close_overlay()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert shell.findChildren(CommandPalette) == []


@pytest.mark.parametrize("query", ["", "doc", "year"])
def test_its_rows_are_painted_in_both_themes(
    shell: Shell, palette: CommandPalette, query: str
) -> None:
    shell.providers.append(lambda: [action("a very long title " * 20, keys="Ctrl+Shift+D")])
    palette.field.setText(query)
    light = part(palette, QListWidget).grab().toImage()
    shell.toggle_theme()
    assert part(palette, QListWidget).grab().toImage() != light
    assert isinstance(palette.panel, QWidget)


def test_what_was_typed_can_be_looked_for_elsewhere_below_all_that_is_found(
    qtbot: QtBot,
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    asked: list[str] = []

    def search(words: str) -> Action:
        return Action(f"Search for {words}", "Document", lambda: asked.append(words))

    palette = CommandPalette([lambda: [Action("Alpha", "Go to", list)]], window, [search])
    assert palette.titles() == ["Alpha"]
    palette.field.setText(" alp ")
    assert palette.titles() == ["Alpha", "Search for alp"]
    palette.field.setText("zzz")
    assert palette.titles() == ["Search for zzz"]
    palette.field.returnPressed.emit()
    assert asked == ["zzz"]
