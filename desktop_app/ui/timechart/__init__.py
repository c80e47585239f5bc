"""Charts over days that belong together: one axis of sessions, one pointer, one way to export.

They paint themselves with QPainter alone, so that a picture of any size, as pixels or as vectors,
is the same drawing. What keeps it cheap: rectangles and lines are handed to Qt as arrays, nothing
is translucent, what does not move is kept as a picture, and no more is drawn than there are pixels.
"""

from desktop_app.ui.timechart.candles import Candles, Volume
from desktop_app.ui.timechart.chart import TimeChart
from desktop_app.ui.timechart.layers import Bars, Curve, Fan, Layer, Reading
from desktop_app.ui.timechart.marks import Mark, Marks, Rules
from desktop_app.ui.timechart.sessions import Sessions
from desktop_app.ui.timechart.span import Span

__all__ = [
    "Bars",
    "Candles",
    "Curve",
    "Fan",
    "Layer",
    "Mark",
    "Marks",
    "Reading",
    "Rules",
    "Sessions",
    "Span",
    "TimeChart",
    "Volume",
]
