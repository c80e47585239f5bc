"""Words for numbers: durations, ages, sizes, counts, rates and times of day.

Every function returns the same width of thought: at most three significant figures and one unit,
so that a column of them can be read downwards. An unknown value is an en dash.
"""

import math
from datetime import datetime, tzinfo

NOTHING = "–"

_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_COUNT_UNITS = ("", "k", "M", "G", "T")


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _three_figures(value: float) -> str:
    """1.23, 12.3, 123: never more than three figures, and no rounding up to a fourth."""
    for places, limit in ((2, 9.995), (1, 99.95)):
        if abs(value) < limit:
            return f"{value:.{places}f}"
    return f"{value:.0f}"


def duration(seconds: float | None) -> str:
    """``840 µs``, ``12.3 ms``, ``4.20 s``, ``3m 05s``, ``2h 14m``, ``3d 04h``."""
    if seconds is None or not _known(seconds):
        return NOTHING
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 59.95:
        return _under_a_minute(seconds)
    for whole, unit, part in ((60, "m", "s"), (3600, "h", "m")):
        large, small = divmod(round(seconds / whole * 60), 60)
        if large < (60 if unit == "m" else 24):
            return f"{large}{unit} {small:02d}{part}"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days}d {hours:02d}h"


def _under_a_minute(seconds: float) -> str:
    if seconds == 0:
        return "0 s"
    if seconds < 0.0009995:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.9995:
        return f"{_three_figures(seconds * 1e3)} ms"
    return f"{_three_figures(seconds)} s"


def age(seconds: float | None) -> str:
    """How long ago, in one unit: ``now``, ``12 s``, ``5 min``, ``3 h``, ``4 d``."""
    if seconds is None or not _known(seconds):
        return NOTHING
    if seconds < 1:
        return "now"
    for limit, size, unit in ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h")):
        if seconds < limit:
            return f"{math.floor(seconds / size)} {unit}"
    return f"{math.floor(seconds / 86400)} d"


def count(value: float | None) -> str:
    """Every digit, in groups of three: ``1,234,567``."""
    return NOTHING if value is None or not _known(value) else f"{round(value):,}"


def signed(text: str) -> str:
    """A number with the sign for minus, which is as wide as the one for plus."""
    return text.replace("-", "−")


def compact(value: float | None) -> str:
    """``999``, ``1.23k``, ``45.6M``: for places where a full count would not fit."""
    if value is None or not _known(value):
        return NOTHING
    if abs(value) < 999.5 and float(value).is_integer():
        return str(int(value))
    return _scaled(value, 1000, _COUNT_UNITS, "")


def size(value: float | None) -> str:
    """A number of bytes in decimal units: ``512 B``, ``1.23 MB``."""
    if value is None or not _known(value):
        return NOTHING
    if abs(value) < 999.5:
        return f"{round(value)} B"
    return _scaled(value, 1000, _BYTE_UNITS, " ")


def _scaled(value: float, base: int, units: tuple[str, ...], gap: str) -> str:
    index = 0
    while abs(value) >= base - 0.5 and index < len(units) - 1:
        value /= base
        index += 1
    return f"{_three_figures(value)}{gap}{units[index]}"


def rate(per_second: float | None, what: str = "") -> str:
    """Events over time in the unit that leaves the most readable number: ``12.3/s``, ``4.5/min``,
    ``2.0/h``. ``what`` is the noun before the slash."""
    if per_second is None or not _known(per_second):
        return NOTHING
    noun = f" {what}" if what else ""
    if per_second == 0:
        return f"0{noun}/s"
    for factor, unit in ((1, "s"), (60, "min")):
        if per_second * factor >= 1:
            return f"{_short(per_second * factor)}{noun}/{unit}"
    return f"{_short(per_second * 3600)}{noun}/h"


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 99.95 else compact(round(value))


def percent(fraction: float | None) -> str:
    """``0.034`` is ``3.4 %``; small but not zero is ``<0.1 %``."""
    if fraction is None or not _known(fraction):
        return NOTHING
    value = fraction * 100
    if 0 < value < 0.1:
        return "<0.1 %"
    if 99.9 < value < 100:
        return ">99.9 %"
    if value in {0, 100} or abs(value) >= 99.95:
        return f"{value:.0f} %"
    return f"{value:.1f} %"


def clock(timestamp: float | None, zone: tzinfo | None = None) -> str:
    """The time of day of seconds since 1970, in the given zone or the computer's."""
    if timestamp is None or not _known(timestamp):
        return NOTHING
    return datetime.fromtimestamp(timestamp, zone).strftime("%H:%M:%S")


def moment(timestamp: float | None, now: float, zone: tzinfo | None = None) -> str:
    """A time of day when it was today, else with the day: ``14:03:22``, ``3 Mar 14:03``,
    ``3 Mar 2024``."""
    if timestamp is None or not _known(timestamp):
        return NOTHING
    then, today = datetime.fromtimestamp(timestamp, zone), datetime.fromtimestamp(now, zone)
    if then.date() == today.date():
        return then.strftime("%H:%M:%S")
    if then.year == today.year:
        return f"{then.day} {then.strftime('%b %H:%M')}"
    return f"{then.day} {then.strftime('%b %Y')}"


def plural(number: int, singular: str, many: str | None = None) -> str:
    """``1 task``, ``1,204 tasks``."""
    return f"{count(number)} {singular if number == 1 else many or singular + 's'}"


def shorten(text: str, limit: int) -> str:
    """The beginning and end of a long text on one line, with the middle left out."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = (limit - 1) * 2 // 3
    return f"{line[:head]}…{line[len(line) - (limit - 1 - head) :]}"


def sentence(problem: str) -> str:
    """A problem that follows a field's label, standing alone under it."""
    return f"{problem[:1].upper()}{problem[1:]}."


def listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
