"""The few colours that charts are drawn in, and what becomes of them in a dark page.

A chart is drawn in the colours of the light theme. In a page its SVG names variables in their
place, so that one drawing serves both themes and print.
"""

import re
from functools import cache
from typing import Final

import resources

SOFT: Final = {"fan_wide": 0.16, "fan_near": 0.34}
"""How much of the accent is in a colour that stands for a band."""
SERIES: Final = ("accent", "series_1", "series_2", "series_3")
NAMES: Final = (
    "surface",
    "hairline",
    "border",
    "text",
    "text_muted",
    "danger",
    "warning",
    "ok",
    "running",
)

_RGB = re.compile(r"rgb\((\d+)%,(\d+)%,(\d+)%\)")


@cache
def palette(theme: str) -> dict[str, str]:
    """Colours by name, as ``#RRGGBB``, in the theme ``light`` or ``dark``."""
    told = resources.theme(theme)
    found = {name: str(told[name]) for name in NAMES}
    for place, name in enumerate(SERIES):
        found[name] = str(told["series"][place])
    for name, share in SOFT.items():
        found[name] = _mixed(found["accent"], found["surface"], share)
    return found


def _mixed(colour: str, ground: str, share: float) -> str:
    parts = [
        round(int(colour[n : n + 2], 16) * share + int(ground[n : n + 2], 16) * (1 - share))
        for n in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in parts)


@cache
def _by_percent() -> dict[tuple[int, ...], str]:
    """Names by how ReportLab writes their colours into an SVG: whole per cents."""
    return {
        tuple(int(int(colour[n : n + 2], 16) / 255 * 100) for n in (1, 3, 5)): name
        for name, colour in palette("light").items()
    }


def as_variables(svg: str) -> str:
    """``svg`` with a variable in the place of each colour of the palette."""

    def variable(found: re.Match[str]) -> str:
        name = _by_percent().get(tuple(int(part) for part in found.groups()))
        return f"var(--{name})" if name else found[0]

    return _RGB.sub(variable, svg)


def rules(theme: str) -> str:
    """The variables of a theme, as CSS."""
    return "".join(f"--{name}:{colour};" for name, colour in palette(theme).items())
