"""Economic series of the Federal Reserve Bank of St. Louis, as CSV and without a key.

https://fred.stlouisfed.org/graph/fredgraph.csv?id=SERIES
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from worker_core.market.providers.client import Client
from worker_core.market.providers.protocol import ProviderError, Rate
from worker_core.market.providers.values import BadValue, day, number
from worker_core.market.records import Observations, observations_of

NAME: Final = "fred"
RATES: Final = (Rate(100, 60.0),)
_SERIES: Final = re.compile(r"[A-Z0-9_]{1,64}")


class Fred:
    """Series by their id, such as ``DGS10`` or ``UNRATE``."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def series(self, series_id: str, today: date, start: date | None = None) -> Observations:
        """The values as they are known ``today``; a date without a value is left out.

        Raises:
            ProviderError: there is no such series, or no answer that makes sense.
        """
        if not _SERIES.fullmatch(series_id):
            raise ProviderError(
                "unknown_symbol",
                f"{series_id[:40]!r} is not the id of a series of FRED.",
                "Ids are of capital letters, digits and _, as DGS10.",
            )
        since = {} if start is None else {"cosd": start.isoformat()}
        body = self.client.body("/graph/fredgraph.csv", id=series_id, **since)
        try:
            rows = list(self._rows(series_id, body))
        except (BadValue, UnicodeDecodeError, csv.Error) as error:
            raise self.client.bad_answer("something else than its CSV", str(error)) from None
        return observations_of(series_id, rows, today, provider=NAME)

    def _rows(self, series_id: str, body: bytes) -> Iterator[tuple[date, float]]:
        text = body.decode("utf-8-sig")
        if text and not text.endswith("\n"):
            raise self.client.bad_answer("half a page", text[-40:], transient=True)
        reader = csv.reader(io.StringIO(text))
        head = next(reader, [])
        if len(head) != 2 or head[0].upper() not in {"DATE", "OBSERVATION_DATE"}:
            raise self.client.bad_answer("no table of dates and values", ",".join(head))
        if head[1].upper() != series_id:
            raise self.client.bad_answer("another series than was asked for", head[1])
        for line in reader:
            if len(line) != 2:
                raise BadValue(f"{len(line)} columns in a line")
            value = None if line[1].strip() in {".", ""} else number(line[1])
            if value is not None:
                yield day(line[0]), value
