"""When an exchange trades: holidays, early closes and daylight saving as the exchange sets them."""

import warnings
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from exchange_calendars import ExchangeCalendar

NEW_YORK: Final = "XNYS"


class UnknownExchange(LookupError):  # noqa: N818 - what it is, like the catalog's UnknownTask
    """There is no such exchange. The text names it."""


def is_open(at: datetime, exchange: str = NEW_YORK) -> bool:
    """Whether the stock exchange with the ISO 10383 code ``exchange`` trades at ``at``, which it
    does from the minute of the opening to the minute before the close, less a break at noon.

    Raises:
        UnknownExchange: there is no calendar for it.
        ValueError: ``at`` has no time zone.
    """
    calendar, day = _day(at, exchange)
    if not calendar.is_session(day):
        return False
    opening, close = calendar.session_open_close(day)
    if not opening <= at < close:
        return False
    pause, resumption = calendar.session_break_start_end(day)
    return not (calendar.session_has_break(day) and pause <= at < resumption)


def session(at: datetime, exchange: str = NEW_YORK) -> tuple[datetime, datetime] | None:
    """Opening and close (UTC) on the exchange's own day of ``at``; None when it is closed all
    day.

    Raises:
        As ``is_open``.
    """
    calendar, day = _day(at, exchange)
    if not calendar.is_session(day):
        return None
    opening, close = calendar.session_open_close(day)
    return opening.to_pydatetime(), close.to_pydatetime()


def sessions_after(day: date, count: int, exchange: str = NEW_YORK) -> list[date]:
    """The next ``count`` sessions after ``day``, oldest first.

    Raises:
        UnknownExchange: there is no calendar for it.
        ValueError: the exchange does not trade on ``day``, so that its calendar does not fit.
    """
    import pandas as pd

    years = 2 + count // 252
    calendar = _calendar_of(exchange, f"{day.year}-01-01", f"{day.year + years}-12-31")
    here = pd.Timestamp(day)
    if not calendar.is_session(here):
        raise ValueError(f"{day} is no session of the exchange {exchange}.")
    place = calendar.sessions.get_loc(here)
    return [each.date() for each in calendar.sessions[place + 1 : place + 1 + count]]


def sessions_between(
    start: date, end: date, exchange: str = NEW_YORK
) -> "npt.NDArray[np.datetime64]":
    """The days (``datetime64[D]``) on which the exchange traded from ``start`` to ``end``, both
    included.

    Raises:
        UnknownExchange: there is no calendar for it, or none that reaches so far.
    """
    calendar = _calendar_of(exchange, f"{start.year}-01-01", f"{end.year}-12-31")
    days: npt.NDArray[np.datetime64] = calendar.sessions.to_numpy().astype("datetime64[D]")
    return days[(days >= days.dtype.type(start)) & (days <= days.dtype.type(end))]


def _day(at: datetime, exchange: str) -> "tuple[ExchangeCalendar, pd.Timestamp]":
    """The calendar, and the exchange's own day of ``at``."""
    import pandas as pd

    if at.tzinfo is None:
        raise ValueError("a time without a time zone cannot be placed in an exchange's day")
    calendar = _calendar(exchange, at.astimezone(UTC).year)
    return calendar, pd.Timestamp(at.astimezone(calendar.tz).date())


# Twenty years, the library's default, take a second to work out; these few months far less.
def _calendar(exchange: str, year: int) -> "ExchangeCalendar":
    return _calendar_of(exchange, f"{year - 1}-12-01", f"{year + 1}-01-31")


@lru_cache(maxsize=16)
def _calendar_of(exchange: str, start: str, end: str) -> "ExchangeCalendar":
    from exchange_calendars import get_calendar
    from exchange_calendars.errors import InvalidCalendarName

    try:
        with warnings.catch_warnings():
            # It still asks pandas for values in a way that pandas 4 will answer differently.
            warnings.simplefilter("ignore", DeprecationWarning)
            return get_calendar(exchange, start=start, end=end)
    except InvalidCalendarName as error:
        raise UnknownExchange(
            f"There is no calendar of an exchange called {exchange!r}."
        ) from error
    except ValueError as error:
        # Some begin late, as their exchanges did, and none reaches far into the future.
        raise UnknownExchange(
            f"There is no calendar of {exchange} from {start} to {end}."
        ) from error
