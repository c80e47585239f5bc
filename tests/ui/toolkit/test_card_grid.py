"""Cards that share a width."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.card_grid import CardGrid


@pytest.mark.parametrize(
    ("width", "cards", "columns"),
    [(1000, 5, 3), (1700, 5, 5), (300, 5, 1), (100, 2, 1), (1000, 2, 2), (1000, 4, 2)],
)
def test_rows_are_as_few_and_as_even_as_the_width_allows(
    qtbot: QtBot, width: int, cards: int, columns: int
) -> None:
    grid = CardGrid(264)
    qtbot.addWidget(grid)
    made = [QWidget() for _ in range(cards)]
    for card in made:
        grid.add(card)
    with qtbot.waitExposed(grid):
        grid.resize(width, 400)
        grid.show()
    assert grid.columns == columns
    QApplication.processEvents()
    assert len({card.x() for card in made}) == columns
    assert all(card.geometry().right() < width for card in made)


def test_cards_are_as_wide_as_each_other_after_the_window_has_grown(qtbot: QtBot) -> None:
    grid = CardGrid(264)
    qtbot.addWidget(grid)
    cards = [QWidget() for _ in range(5)]
    for card in cards:
        grid.add(card)
    with qtbot.waitExposed(grid):
        grid.resize(900, 400)
        grid.show()
    grid.resize(1700, 400)
    QApplication.processEvents()
    assert grid.columns == 5
    assert max(card.width() for card in cards) - min(card.width() for card in cards) <= 1


def test_a_card_that_goes_leaves_no_hole(qtbot: QtBot) -> None:
    grid = CardGrid(264)
    qtbot.addWidget(grid)
    first, second, third = (QWidget() for _ in range(3))
    for card in (first, second, third):
        grid.add(card)
    with qtbot.waitExposed(grid):
        grid.resize(900, 200)
        grid.show()
    grid.remove(first)
    first.deleteLater()
    assert grid.columns == 2
    QApplication.processEvents()
    assert second.x() == 0
    assert third.x() > second.geometry().right()
