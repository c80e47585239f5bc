"""Arithmetic on the dates of reporting periods."""

import calendar
from datetime import date, timedelta


def months_before(day: date, months: int) -> date:
    """The day so many months earlier; the last day of a month stays the last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    ends_month = (day + timedelta(days=1)).day == 1
    return date(years, month + 1, last if ends_month else min(day.day, last))
