"""The bundled typefaces: Inter for everything, JetBrains Mono for code and identifiers.

Figures are tabular everywhere, so that a number which changes does not move its neighbours.
"""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

import resources
from desktop_app.ui.tokens import Type

SANS = "Inter"
MONO = "JetBrains Mono"

_TABULAR = QFont.Tag("tnum")


def install(app: QApplication) -> None:
    """Registers the fonts and makes the body font the application's."""
    for path in resources.font_paths():
        QFontDatabase.addApplicationFont(str(path))
    app.setFont(sans())


@cache
def _font(family: str, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(_TABULAR, 1)
    return font


def sans(pixels: int = Type.BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    return _font(SANS, pixels, weight)


def strong(pixels: int = Type.BODY) -> QFont:
    return _font(SANS, pixels, QFont.Weight.DemiBold)


def medium(pixels: int = Type.BODY) -> QFont:
    return _font(SANS, pixels, QFont.Weight.Medium)


def mono(pixels: int = Type.SMALL) -> QFont:
    return _font(MONO, pixels, QFont.Weight.Normal)
