"""An invented market: one factor, fat tails, a crisis near the end."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def days(count: int) -> list[date]:
    return [date(2000, 1, 3) + timedelta(days=number) for number in range(count)]


def returns(count: int = 900, names: int = 8, seed: int = 0, crisis: int = 0) -> Floats:
    """Returns of ``names``; in the last ``crisis`` days the common factor is five times as wild."""
    random = np.random.default_rng(seed)
    factor = random.standard_t(4, count) * 0.006
    if crisis:
        factor[-crisis:] *= 5.0
    loads = np.linspace(0.6, 1.4, names)
    return np.asarray(factor[:, None] * loads + random.standard_t(4, (count, names)) * 0.008)


def named(count: int) -> list[str]:
    return [f"N{number}" for number in range(count)]
