import re
import sys

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import resources
from desktop_app.ui import fonts, icons, palette, theme
from desktop_app.ui.tokens import load


def test_a_theme_changes_the_palette_the_stylesheet_and_who_follows(qapp: QApplication) -> None:
    owner, seen = QObject(), []
    theme.follow(owner, lambda: seen.append(theme.current().name))
    theme.apply(qapp, "dark")
    assert seen == ["light", "dark"]
    assert theme.tokens() is load("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window) == load("dark").canvas
    assert load("dark").accent.name() in qapp.styleSheet()
    theme.apply(qapp, "dark")
    assert seen == ["light", "dark"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_notification_that_qt_draws_itself_is_readable(
    qapp: QApplication, qtbot: QtBot, mode: theme.Mode
) -> None:
    theme.apply(qapp, mode)
    balloon = type("QBalloonTip", (QWidget,), {})()  # what Qt calls it
    qtbot.addWidget(balloon)
    words = QLabel("88 %, > 20 %.", balloon)
    words.ensurePolished()
    assert words.palette().color(QPalette.ColorRole.WindowText).lightness() < 50  # of 255


def test_who_is_gone_follows_no_more(qapp: QApplication) -> None:
    owner, seen = QObject(), []
    theme.follow(owner, lambda: seen.append(1))
    shiboken6.delete(owner)
    theme.current().toggle()
    assert seen == [1]


def test_following_the_system_ends_in_one_of_the_two(qapp: QApplication) -> None:
    theme.apply(qapp, "system")
    assert (theme.current().mode, theme.current().name) == ("system", "light")
    theme.current().toggle()
    assert (theme.current().mode, theme.current().name) == ("dark", "dark")


def test_there_is_no_third_theme(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="use system, light or dark"):
        theme.apply(qapp, "sepia")  # type: ignore[arg-type]  # what a settings file may hold


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_stylesheet_leaves_the_items_of_views_alone(name: str) -> None:
    sheet = palette.stylesheet(load(name))
    assert re.findall(r"(\w+)::item", sheet) == ["QMenu"] * sheet.count("QMenu::item")
    assert "{c[" not in sheet


@pytest.mark.parametrize(
    ("font", "family"), [(fonts.sans(), fonts.SANS), (fonts.mono(), fonts.MONO)]
)
def test_the_bundled_fonts_are_the_ones_in_use(font: QFont, family: str) -> None:
    assert QFontInfo(font).family() == family


def test_figures_are_of_one_width(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    for font in (fonts.sans(), fonts.medium(), fonts.strong(), fonts.mono()):
        button.setFont(font)
        widths = {button.fontMetrics().horizontalAdvance(figure * 4) for figure in "0123456789"}
        assert len(widths) == 1


def test_an_icon_follows_the_theme(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    icons.bind(button, "retry")
    light = button.icon().pixmap(16).toImage()
    theme.current().toggle()
    assert button.icon().pixmap(16).toImage() != light


def test_an_icon_is_sharp_on_a_screen_of_many_pixels(qapp: QApplication) -> None:
    pixmap = icons.pixmap("retry", size=16, ratio=2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)
    assert icons.pixmap("retry", size=16, ratio=2.0).cacheKey() == pixmap.cacheKey()


def test_an_icon_that_is_not_there_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(resources.ResourceError):
        icons.pixmap("no-such-icon")


def test_the_icon_of_the_application_has_every_size(qapp: QApplication) -> None:
    sizes = {size.width() for size in icons.application_icon().availableSizes()}
    assert sizes == set(resources.APP_ICON_SIZES)


def test_calls_without_a_result_lose_no_reference_to_none(qtbot: QtBot) -> None:
    """A release of PySide6 did, and the process died of it within seconds of live painting."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
        widget.setToolTip("")
        widget.resize(10, 10)
    assert sys.getrefcount(None) > before - 250


def test_a_click_on_a_button_calls_back_without_the_state_of_the_button(qtbot: QtBot) -> None:
    from desktop_app.ui.controls import button, icon_button

    called: list[tuple[object, ...]] = []
    for control in (
        button("Retry", lambda *args: called.append(args), icon="retry", kind="primary"),
        icon_button("close", "Close", lambda *args: called.append(args)),
        button("Nothing"),
    ):
        qtbot.addWidget(control)
        QTest.mouseClick(control, Qt.MouseButton.LeftButton)
    assert called == [(), ()]
