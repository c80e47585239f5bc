"""What the patterns of the argument models mean to a person: a pattern is no explanation."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text must look like. ``words`` follow the name of what has it; ``fold`` turns what
    people type into what they mean, such as the capitals of a ticker."""

    words: str
    example: str
    fold: Callable[[str], str]


SHAPES = {
    r"^[0-9a-f]{64}$": Shape(
        "must be a SHA-256: 64 characters of 0–9 and a–f", "64 characters of 0–9 and a–f", str.lower
    ),
    r"^[A-Z0-9^][A-Z0-9.\-^=]{0,14}$": Shape(
        "must be a ticker such as AAPL, BRK-B or ^GSPC", "AAPL", str.upper
    ),
}
WHOLE_NUMBERS = Shape("must be a whole number", "1, 2", str)
