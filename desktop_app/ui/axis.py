"""The words of an axis, and how many values are written at it."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

_DECIMALS: Final = re.compile(r"(\d)\.(\d+)")
_WORD: Final = re.compile(r"\s+[^\W\d_]{3,}.*$")
_STEPS: Final = 4
_STEPS_OF_TWO: Final = 5


def tick_words(ticks: Sequence[float], form: Callable[[float], str]) -> list[str]:
    """The values of an axis as words with no more decimals than the ticks need, which are round:
    ``300``, ``+0.5``, ``50 bn``; zero is ``0``, without sign and unit."""
    words = [form(tick) for tick in ticks]
    found = [_DECIMALS.search(one) for one, tick in zip(words, ticks, strict=True) if tick]
    most = max((len(one[2].rstrip("0")) for one in found if one), default=0)

    def cut(one: re.Match[str]) -> str:
        kept = one[2][:most]
        return f"{one[1]}.{kept}" if kept else one[1]

    return [
        _DECIMALS.sub(cut, one, count=1) if tick else "0"
        for one, tick in zip(words, ticks, strict=True)
    ]


def fitting(words: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    """The words of an axis or, where one of them is too wide for it, their numbers alone: a legend
    says what they count."""
    if all(map(fits, words)):
        return list(words)
    return [_WORD.sub("", one) for one in words]


def upward(top: float) -> list[float]:
    """From 0 to a top that is 1, 2, 2.5 or 5 times a power of ten, or four times that: in four
    steps, or in five where a fourth would be 2.5, and counts would have parts."""
    step = top / _STEPS
    of_ten = step / 10.0 ** np.floor(np.log10(step))
    count = _STEPS_OF_TWO if abs(of_ten - 2.5) < 1e-6 else _STEPS
    return [float(value) for value in np.linspace(0.0, top, count + 1)]
