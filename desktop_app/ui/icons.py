"""Line icons, tinted when they are drawn and kept by name, colour, size and pixel ratio."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

import resources
from desktop_app.ui import theme
from desktop_app.ui.tokens import Size


@lru_cache(maxsize=512)
def _pixmap(name: str, ink: str, knockout: str, size: int, ratio: float) -> QPixmap:
    svg = resources.icon_svg(name).replace("currentColor", ink).replace("knockout", knockout)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(
    name: str, colour: QColor | None = None, size: int = Size.ICON, ratio: float | None = None
) -> QPixmap:
    """An icon in a colour, by default that of muted text. ``size`` is in device-independent
    pixels; ``ratio`` is the screen's."""
    t = theme.tokens()
    if ratio is None:
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    return _pixmap(name, (colour or t.text_muted).name(), t.on_solid.name(), size, ratio)


def icon(name: str, colour: QColor | None = None, size: int = Size.ICON) -> QIcon:
    """An icon in the colours of now; see :func:`bind` for one that follows the theme."""
    result = QIcon(pixmap(name, colour, size))
    result.addPixmap(pixmap(name, theme.tokens().text_disabled, size), QIcon.Mode.Disabled)
    return result


def bind(button: QAbstractButton, name: str, ink: str = "text_muted") -> None:
    """Gives a button an icon in the token ``ink`` that follows the theme."""
    theme.follow(button, lambda: button.setIcon(icon(name, theme.tokens().ink(ink))))


def application_icon() -> QIcon:
    result = QIcon()
    for path in resources.app_icon_paths():
        result.addFile(str(path))
    return result
