"""Design tokens: the spacing grid, the type scale and the colours of each theme.

Widgets ask for a token by meaning and never write a colour or a size of their own.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Final

from PySide6.QtGui import QColor

import resources


class Space:
    """Distances in device-independent pixels, on a grid of four."""

    XXS: Final = 2
    XS: Final = 4
    S: Final = 8
    M: Final = 12
    L: Final = 16
    XL: Final = 24
    XXL: Final = 32


class Radius:
    SMALL: Final = 4
    MEDIUM: Final = 6
    LARGE: Final = 10


class Size:
    """Heights and widths that several widgets must agree on."""

    CONTROL: Final = 28
    ROW: Final = 30
    HEADER: Final = 28
    ICON: Final = 16
    STATE_ICON: Final = 14
    RAIL: Final = 196
    RAIL_COMPACT: Final = 56
    STRIP: Final = 44
    DRAWER: Final = 440


class Type:
    """Text sizes in pixels."""

    CAPTION: Final = 11
    SMALL: Final = 12
    BODY: Final = 13
    HEADING: Final = 15
    TITLE: Final = 20
    NUMBER: Final = 24


class Tone(StrEnum):
    """What a colour says. Each tone is a pair of tokens: ink, and the soft ground under it."""

    DANGER = "danger"
    """A person must act."""
    WARNING = "warning"
    """Degraded, but nothing is lost and no one has to act yet."""
    RUNNING = "running"
    WAITING = "waiting"
    OK = "ok"
    """Finished or recovered. Kept quiet: what is fine needs no attention."""
    ACCENT = "accent"
    """Ours, not a state: selection, links, the one next step."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme. Text tokens reach 4.5:1 on every ground they are meant for."""

    canvas: QColor
    surface: QColor
    raised: QColor
    sunken: QColor
    hover: QColor
    pressed: QColor
    selected: QColor
    hairline: QColor
    border: QColor
    scrollbar: QColor
    scrim: QColor

    text: QColor
    text_muted: QColor
    text_faint: QColor
    text_disabled: QColor

    accent: QColor
    accent_hover: QColor
    accent_soft: QColor
    on_accent: QColor
    on_solid: QColor
    focus: QColor

    danger: QColor
    danger_soft: QColor
    warning: QColor
    warning_soft: QColor
    running: QColor
    running_soft: QColor
    waiting: QColor
    waiting_soft: QColor
    ok: QColor
    ok_soft: QColor

    series: tuple[QColor, ...]

    def ink(self, tone: Tone | str) -> QColor:
        """The colour of text and shapes of a tone, the token of that name, or a place in the
        series: ``series:2``. Series repeat after the last."""
        kind, _, place = tone.partition(":")
        if place:
            return self.series[int(place) % len(self.series)]
        colour: QColor = getattr(self, kind)
        return colour

    def soft(self, tone: Tone | str) -> QColor:
        """The ground that goes with a tone's ink."""
        colour: QColor = getattr(self, f"{tone}_soft")
        return colour


@cache
def load(name: str) -> Tokens:
    """The tokens of the theme ``light`` or ``dark``.

    :raises ValueError: the theme's file lacks a token, has one too many or a colour no one can read
    """
    values = resources.theme(name)
    expected = {field.name for field in fields(Tokens)}
    if unmatched := expected ^ values.keys():
        raise ValueError(f"theme {name}: {', '.join(sorted(unmatched))}")
    series = tuple(QColor(value) for value in values.pop("series"))
    colours = {key: QColor(value) for key, value in values.items()}
    unreadable = [key for key, colour in colours.items() if not colour.isValid()]
    if unreadable or not all(colour.isValid() for colour in series):
        raise ValueError(f"theme {name}: no colour in {', '.join(unreadable) or 'series'}")
    return Tokens(**colours, series=series)
