"""Dates as filings write them."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",),
            ("june", "jun"), ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"),
            ("october", "oct"), ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_NAMES = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(?P<m1>{_NAMES})\.?\s*(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<y1>\d{{4}})\b"
    rf"|\b(?P<d2>\d{{1,2}})\s+(?P<m2>{_NAMES})\.?,?\s+(?P<y2>\d{{4}})\b"
    r"|\b(?P<y3>\d{4})-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})\b"
    r"|\b(?P<m4>\d{1,2})/(?P<d4>\d{1,2})/(?P<y4>\d{4})\b"
    r"|\b(?P<y5>\d{4})(?P<m5>\d{2})(?P<d5>\d{2})\b"
    r"|\b(?P<m6>\d{1,2})/(?P<d6>\d{1,2})/(?P<y6>\d{2})\b",
    re.IGNORECASE,
)
_FIRST_YEAR, _LAST_YEAR = 1930, 2100
_FIRST_SHORT_YEAR = 70
"""A year of two figures from here on is of the last century: filings by wire begin in 1984."""


def first_date(text: str, within: int | None = None) -> date | None:
    """The first date in ``text`` that begins within so many characters; ``None`` without one.

    A date in figures alone is read in the American order, month first.
    """
    for found in _DATE.finditer(text):
        if within is not None and found.start() > within:
            return None
        for form in "123456":
            if found[f"y{form}"]:
                year, day = int(found[f"y{form}"]), int(found[f"d{form}"])
                month = found[f"m{form}"].lower()
                if year < 100:
                    year += 1900 if year >= _FIRST_SHORT_YEAR else 2000
                if not _FIRST_YEAR <= year <= _LAST_YEAR:
                    break
                try:
                    return date(year, _MONTHS.get(month) or int(month), day)
                except ValueError:
                    break
    return None
