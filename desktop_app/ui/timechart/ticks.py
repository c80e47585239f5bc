"""Round places for the lines and words of an axis."""

from datetime import date
from typing import Final

import numpy as np

from desktop_app.ui.timechart.sessions import DAY, Sessions

_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400)


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values between two, at most ``most`` of them."""
    span = high - low
    if not np.isfinite(span) or span <= 0 or most < 1:
        return []
    power = 10.0 ** np.floor(np.log10(span / most))
    step = next((f * power for f in (1, 2, 5, 10) if span / (f * power) <= most), 10 * power)
    first = np.ceil(low / step - 1e-9)
    count = int(np.floor(high / step + 1e-9) - first) + 1
    return [float((first + number) * step) for number in range(min(count, most + 1))]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Of a logarithmic axis: 1, 2 and 5 times powers of ten, or round steps where that is few."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    found = [f * 10.0**p for p in powers for f in (1, 2, 5) if low <= f * 10.0**p <= high]
    if len(found) < 3:
        return value_ticks(low, high, most)
    return found[:: -(-len(found) // most)]


def day_ticks(sessions: Sessions, start: float, end: float, most: int) -> list[tuple[float, str]]:
    """Beginnings of days, months or years between two places, with what they are called."""
    first, last = sessions.day_at(start), sessions.day_at(end)
    days = (last - first).days
    if days < 1 or most < 1:
        return []
    months = days / 30.44
    if months >= 2:
        step = next((n for n in _MONTHS if months / n <= most), _MONTHS[-1])
        return _placed(sessions, _months(first, last, step))
    step = next((n for n in (1, 2, 7, 14) if days / n <= most), 28)
    numbers = range(first.toordinal(), last.toordinal() + 1)
    # Mondays, or every day where there is room.
    wanted = [n for n in numbers if (n - 1) % step == 0 and (step > 2 or (n - 1) % 7 < 5)]
    return [
        (place, f"{day.day} {day:%b}")
        for day in map(date.fromordinal, wanted)
        if start <= (place := sessions.place(day)) <= end
    ]


def _months(first: date, last: date, step: int) -> list[date]:
    begin = first.year * 12 + first.month - 1
    end = last.year * 12 + last.month - 1
    numbers = [n for n in range(begin, end + 1) if n % step == 0]
    return [day for n in numbers if (day := date(n // 12, n % 12 + 1, 1)) >= first]


def _placed(sessions: Sessions, days: list[date]) -> list[tuple[float, str]]:
    if not days:
        return []
    places = sessions.places(np.array(days, dtype=DAY)).tolist()
    return list(zip(places, map(_month, days), strict=True))


def _month(day: date) -> str:
    return f"{day:%Y}" if day.month == 1 else f"{day:%b}"
