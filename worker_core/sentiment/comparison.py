"""Companies held against each other by the tone of their documents."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

FEWEST: Final = 8
"""Documents that a company needs: below, no difference is seen however large it is."""

Size = Literal["negligible", "small", "medium", "large"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CompanyTone:
    """The tone of a company's documents; the median and spread are ``None`` without any."""

    company: str
    documents: int
    mean: float | None
    median: float | None
    deviation: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The first company against the second.

    Attributes:
        p_value: Mann-Whitney, two-sided.
        corrected: by Benjamini and Hochberg (1995) over all pairs that were compared.
        delta: Cliff's: how much likelier a document of the first is the more positive one
            than of the second, -1 to 1.
        size: of the delta by J. Romano et al. (2006): .147, .33, .474.
        hedges_g: difference of the means in pooled deviations, for small samples; ``None``
            where nothing varies.
    """

    first: str
    second: str
    p_value: float
    corrected: float
    delta: float
    size: Size
    hedges_g: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Companies, most positive first, and the pairs for which there is enough to compare.

    Attributes:
        missing: sentences for the reader on what was not compared, and why.
    """

    companies: tuple[CompanyTone, ...]
    differences: tuple[Difference, ...]
    missing: tuple[str, ...]


def compare(tones: Mapping[str, Sequence[float]]) -> Comparison:
    """Compare companies by the mean tones of their documents.

    Raises:
        ValueError: a tone is not a finite number.
    """
    values = {company: np.asarray(given, dtype=np.float64) for company, given in tones.items()}
    for company, given in values.items():
        if not np.isfinite(given).all():
            raise ValueError(f"A tone of {company} is not a number.")
    companies = sorted(
        (_company(company, given) for company, given in values.items()),
        key=lambda each: (each.mean is None, -(each.mean or 0.0), each.company),
    )
    missing = [
        f"{each.company} is not compared: {_documents(each.documents)}, and {FEWEST} are needed."
        for each in companies
        if each.documents < FEWEST
    ]
    enough = [each.company for each in companies if each.documents >= FEWEST]
    if len(enough) < 2:
        missing.append("Nothing is compared: two companies with enough documents are needed.")
    pairs = list(combinations(enough, 2))
    p_values = [mann_whitney(values[first], values[second]) for first, second in pairs]
    differences = [
        _difference(first, second, values, p_value, corrected)
        for (first, second), p_value, corrected in zip(
            pairs, p_values, benjamini_hochberg(p_values), strict=True
        )
    ]
    return Comparison(tuple(companies), tuple(differences), tuple(missing))


def mann_whitney(first: Floats, second: Floats) -> float:
    """The two-sided p-value; exact for small samples without ties, else with their correction."""
    from scipy.stats import mannwhitneyu

    if np.ptp(np.concatenate([first, second])) == 0:
        return 1.0
    return float(mannwhitneyu(first, second, alternative="two-sided").pvalue)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted for the false discovery rate, in the order given."""
    count = len(p_values)
    adjusted = [1.0] * count
    least = 1.0
    for rank, place in sorted(
        enumerate(sorted(range(count), key=lambda at: p_values[at]), start=1), reverse=True
    ):
        least = min(least, p_values[place] * (count / rank))
        adjusted[place] = least
    return adjusted


def cliffs_delta(first: Floats, second: Floats) -> float:
    """N. Cliff (1993), Psychological Bulletin 114(3): P(first > second) - P(first < second)."""
    ordered = np.sort(second)
    below = np.searchsorted(ordered, first, side="left").sum()
    above = (len(second) - np.searchsorted(ordered, first, side="right")).sum()
    return float((below - above) / (len(first) * len(second)))


def hedges_g(first: Floats, second: Floats) -> float | None:
    """L. V. Hedges (1981), with the correction 1 - 3/(4(n+m) - 9)."""
    count = len(first) + len(second)
    pooled = math.sqrt(
        ((len(first) - 1) * first.var(ddof=1) + (len(second) - 1) * second.var(ddof=1))
        / (count - 2)
    )
    if pooled < 1e-12:
        return None
    return float((first.mean() - second.mean()) / pooled * (1 - 3 / (4 * count - 9)))


def _company(company: str, tones: Floats) -> CompanyTone:
    if len(tones) == 0:
        return CompanyTone(company, 0, None, None, None)
    spread = float(tones.std(ddof=1)) if len(tones) > 1 else None
    return CompanyTone(company, len(tones), float(tones.mean()), float(np.median(tones)), spread)


def _difference(
    first: str, second: str, values: Mapping[str, Floats], p_value: float, corrected: float
) -> Difference:
    delta = cliffs_delta(values[first], values[second])
    g = hedges_g(values[first], values[second])
    return Difference(first, second, p_value, corrected, delta, _size(delta), g)


def _size(delta: float) -> Size:
    reach = abs(delta)
    if reach < 0.147:
        return "negligible"
    if reach < 0.33:
        return "small"
    return "medium" if reach < 0.474 else "large"


def _documents(count: int) -> str:
    return "it has 1 document" if count == 1 else f"it has {count} documents"
