"""The tour."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop_app.introduction import Introduction
from desktop_app.ui.page_stack import PageSpec
from desktop_app.ui.shell import Shell
from desktop_app.ui.tour import Tour
from desktop_app.window_state import WindowState
from tests.ui import accessibility
from tests.ui.toolkit.conftest import part

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def introduction(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Introduction:
    monkeypatch.setattr(WindowState, "toured", False)
    shell.add_page(PageSpec("documents", "Documents", "documents", QLabel))
    return Introduction(shell, WindowState())


def words(tour: Tour) -> str:
    return " ".join(label.text() for label in tour.findChildren(QLabel))


def test_it_is_offered_once_and_begins_when_the_offer_is_taken(
    shell: Shell, introduction: Introduction
) -> None:
    introduction.offer()
    introduction.offer()
    (toast,) = shell.toasts.toasts()
    assert not shell.findChildren(Tour)
    take = next(one for one in toast.findChildren(QPushButton) if one.text() == "Take the tour")
    QTest.mouseClick(take, LEFT)
    assert part(shell, Tour).isVisible()


def test_keys_lead_through_its_three_steps_and_out(
    shell: Shell, introduction: Introduction
) -> None:
    introduction.begin()
    tour = part(shell, Tour)
    seen = [words(tour)]
    for _ in range(2):
        QTest.keyClick(tour, Qt.Key.Key_Right)
        seen.append(words(tour))
    assert [f"{n} of 3" in said for n, said in enumerate(seen, 1)] == [True] * 3
    assert len(set(seen)) == 3
    QTest.keyClick(tour, Qt.Key.Key_Left)
    assert tour.place == 1
    QTest.keyClick(tour, Qt.Key.Key_Return)
    QTest.keyClick(tour, Qt.Key.Key_Return)
    assert tour.isHidden()


def test_the_mouse_leads_through_it_too_and_escape_ends_it(
    shell: Shell, introduction: Introduction
) -> None:
    introduction.begin()
    tour = part(shell, Tour)
    assert not tour.back.isEnabled()
    QTest.mouseClick(tour.next, LEFT)
    QTest.mouseClick(tour.back, LEFT)
    assert tour.place == 0
    QTest.keyClick(tour, Qt.Key.Key_Escape)
    assert tour.isHidden()


@pytest.mark.parametrize("size", [(960, 600), (1280, 800), (1920, 1080)])
def test_the_panel_is_in_sight_and_never_over_what_it_points_at(
    shell: Shell, introduction: Introduction, size: tuple[int, int]
) -> None:
    shell.resize(*size)
    QApplication.processEvents()
    introduction.begin()
    tour = part(shell, Tour)
    targets = (shell.rail_button("documents"), shell.strip.finder, shell.strip.figures)
    for target in targets:
        there = target.rect().translated(target.mapTo(shell, QPoint(0, 0)))
        assert tour.rect().contains(tour.panel.geometry())
        assert not tour.panel.geometry().intersects(there)
        tour.go(1)


def test_everything_in_it_has_a_name(shell: Shell, introduction: Introduction) -> None:
    introduction.begin()
    for widget in accessibility.interactive(part(shell, Tour)):
        assert accessibility.name(widget)
