"""FRED and the SEC, good and bad."""

from collections.abc import Iterator
from datetime import date

import orjson
import pytest

from tests.market.conftest import Reply, Source
from worker_core.market.providers import LocalPace, ProviderError, Setup, client
from worker_core.market.providers.client import Client
from worker_core.market.providers.fred import Fred
from worker_core.market.providers.sec import Sec

TODAY = date(2024, 6, 1)
FACTS = {"cik": 320193, "entityName": "Apple Inc.", "facts": {"us-gaap": {}}}
TICKERS = {
    "0": {"cik_str": 320193, "ticker": "AAPL", "title": "Apple Inc."},
    "1": {"cik_str": 1067983, "ticker": "BRK-B", "title": "BERKSHIRE"},
}


@pytest.fixture
def fred(client: Client) -> Fred:
    return Fred(client)


def test_a_series_comes_with_its_dates_and_without_what_is_missing(
    fred: Fred, source: Source
) -> None:
    source.replies(Reply(b"observation_date,DGS10\n2024-01-01,.\n2024-01-02,3.95\n2024-01-03,\n"))
    series = fred.series("DGS10", TODAY, date(2024, 1, 1))
    assert (series.dates.tolist(), series.values.tolist()) == ([date(2024, 1, 2)], [3.95])
    assert series.vintages.tolist() == [TODAY]
    assert source.asked[0].parameters["id"] == "DGS10"
    assert source.asked[0].parameters["cosd"] == "2024-01-01"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"DATE,DGS10\n2024-01-02,3.9", "half a page"),
        (b"DATE,GDP\n2024-01-02,3.9\n", "another series"),
        (b"DATE,DGS10\n2024-01-02,x\n", "something else"),
        (b"DATE,DGS10\nsoon,3.9\n", "something else"),
        (b"DATE,DGS10\n2024-01-02,3.9,1\n", "something else"),
        (b"\xff\xfe", "something else"),
        (b'{"error": 1}\n', "no table"),
        (b"", "no table"),
    ],
)
def test_what_is_no_series_is_a_failure(fred: Fred, source: Source, body: bytes, word: str) -> None:
    source.replies(Reply(body, headers={"Content-Type": "text/csv"}))
    with pytest.raises(ProviderError, match=word):
        fred.series("DGS10", TODAY)


def test_a_series_without_values_is_empty(fred: Fred, source: Source) -> None:
    source.replies(Reply(b"DATE,DGS10\n"))
    assert len(fred.series("DGS10", TODAY)) == 0


@pytest.mark.parametrize("name", ["", "dgs10&x=1", "../x", "A" * 65])
def test_an_id_that_no_series_has_is_not_asked_for(fred: Fred, source: Source, name: str) -> None:
    source.replies({})
    with pytest.raises(ProviderError, match="not the id"):
        fred.series(name, TODAY)
    assert source.asked == []


@pytest.fixture
def sec(source: Source) -> Iterator[Sec]:
    addresses = {"sec": source.url, "sec_files": source.url}
    setup = Setup(addresses=addresses, user_agent="Tests tests@example.com")
    pace = LocalPace()
    asked = Sec(client("sec", setup, pace, ()), client("sec_files", setup, pace, ()))
    yield asked
    asked.close()


def test_a_company_is_found_by_its_ticker_and_says_who_asks(sec: Sec, source: Source) -> None:
    source.replies(TICKERS)
    assert sec.cik("aapl") == 320193
    assert sec.cik("BRK.B") == sec.cik("BRK-B") == 1067983
    assert len(source.asked) == 1
    assert source.asked[0].headers["User-Agent"] == "Tests tests@example.com"
    with pytest.raises(ProviderError, match="does not know NONE"):
        sec.cik("NONE")


def test_the_facts_are_those_of_the_company(sec: Sec, source: Source) -> None:
    source.replies(FACTS)
    assert orjson.loads(sec.company_facts(320193)) == FACTS
    assert source.asked[0].path == "/api/xbrl/companyfacts/CIK0000320193.json"
    with pytest.raises(ProviderError, match="instead of 1"):
        sec.company_facts(1)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"cik": 320193, "facts": []}', b'{"cik": "x", "facts": {}}', b'{"cik": 32'],
)
def test_what_are_no_facts_is_a_failure(sec: Sec, source: Source, body: bytes) -> None:
    source.replies(Reply(body))
    with pytest.raises(ProviderError) as caught:
        sec.company_facts(320193)
    assert caught.value.code == "bad_answer"


@pytest.mark.parametrize("body", [{"0": 1}, [], {"0": {"ticker": "A"}}])
def test_a_table_of_tickers_that_is_none_is_a_failure(
    sec: Sec, source: Source, body: object
) -> None:
    source.replies(body)
    with pytest.raises(ProviderError, match="table of tickers"):
        sec.cik("AAPL")


def test_nobody_asks_the_sec_without_a_name() -> None:
    with pytest.raises(ProviderError, match="who they are"):
        client("sec", Setup(), LocalPace(), ())
