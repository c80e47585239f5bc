"""Charts over days to be tested, and what is seen of them."""

import numpy as np
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop_app.ui.timechart import (
    Candles,
    Layer,
    Sessions,
    Span,
    TimeChart,
)
from desktop_app.ui.timechart.sessions import DAY

FIRST = np.datetime64("2012-01-02")
"""A Monday."""


def weekdays(count: int, first: np.datetime64 = FIRST) -> np.ndarray:
    return np.busday_offset(first, np.arange(count), roll="forward").astype(DAY)


def candles(days: np.ndarray, level: float = 100.0) -> Candles:
    closes = level + np.sin(np.arange(len(days)) / 9) * 10
    opens = closes - np.cos(np.arange(len(days)) / 9)
    return Candles(
        days, opens, np.maximum(opens, closes) + 1, np.minimum(opens, closes) - 1, closes
    )


def chart(qtbot: QtBot, days: np.ndarray, layers: list[Layer], **more: bool) -> TimeChart:
    span = Span()
    span.set_sessions(Sessions(days), 0, max(len(days) - 1, 1))
    made = TimeChart("Price", span, lambda value: f"{value:.1f}")
    qtbot.addWidget(made)
    made.content.lane = made.content.foot = True
    made.show_layers(layers, **more)  # type: ignore[arg-type]
    made.resize(800, 300)
    made.show()
    return made


def picture(made: TimeChart) -> QImage:
    return made.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def has(image: QImage, colour: QColor) -> bool:
    pixels = np.frombuffer(image.bits(), np.uint32)
    return bool((pixels & 0xFFFFFF == colour.rgb() & 0xFFFFFF).any())
