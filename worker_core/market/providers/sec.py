"""Facts that companies reported to the SEC: https://www.sec.gov/edgar/sec-api-documentation"""

from typing import Final

import orjson

from worker_core.market.providers.client import Client
from worker_core.market.providers.protocol import ProviderError, Rate

NAME: Final = "sec"
# The SEC's own limit is ten a second; who goes beyond is shut out for ten minutes.
RATES: Final = (Rate(9, 1.0),)


class Sec:
    """Two hosts: ``data`` has the facts, ``files`` the table of tickers."""

    def __init__(self, data: Client, files: Client) -> None:
        self.data = data
        self.files = files
        self._ciks: dict[str, int] | None = None

    def close(self) -> None:
        self.data.close()
        self.files.close()

    def cik(self, ticker: str) -> int:
        """The number of a company at the SEC.

        Raises:
            ProviderError: it has none of that ticker, or the table cannot be had.
        """
        if self._ciks is None:
            answer = self.files.json("/files/company_tickers.json")
            try:
                self._ciks = {
                    str(item["ticker"]).upper().replace("-", "."): int(item["cik_str"])
                    for item in answer.values()
                }
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise self.files.bad_answer(
                    "something else than its table of tickers", str(error)
                ) from None
        try:
            return self._ciks[ticker.upper().replace("-", ".")]
        except KeyError:
            raise self.files.unknown_symbol(ticker) from None

    def company_facts(self, cik: int) -> bytes:
        """The companyfacts of a company, as JSON that is known to be of it.

        Raises:
            ProviderError: there are none, or it is something else.
        """
        body = self.data.body(f"/api/xbrl/companyfacts/CIK{cik:010d}.json")
        try:
            answer = orjson.loads(body)
            theirs = int(answer["cik"])
            has_facts = isinstance(answer["facts"], dict)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise self.data.bad_answer(
                "something else than companyfacts", str(error), transient=True
            ) from None
        if theirs != cik or not has_facts:
            raise ProviderError(
                "bad_answer",
                f"The SEC answered with the facts of company {theirs} instead of {cik}.",
                "Try again later.",
            )
        return body
