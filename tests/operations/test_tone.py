"""Sentiment over time as the window and the command line read it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core import settings as settings_module
from worker_core.cli import cli
from worker_core.operations import tone
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import ToneComparison, ToneDay, ToneTrend

DAY = date(2024, 5, 2)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
SLOPE = {"per_30_days": 0.125, "error": 0.01, "low": 0.1, "high": 0.15, "p_value": 0.001, "lags": 2}


@pytest.fixture(autouse=True)
def _this_data_folder(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    monkeypatch.setenv("AFI_DATA_DIR", str(data_dir))
    settings_module.current.cache_clear()
    yield
    settings_module.current.cache_clear()


@pytest.fixture
def computed(settings: Settings) -> None:
    with stored(settings) as storage:
        for ticker, slope in (("HVI", SLOPE), ("NWD", None)):
            trend = ToneTrend(ticker, DAY, 1, 2, slope, (), ("No turn.",), ("m",), "t", NOW)
            storage.sentiment.save_trend(trend, [ToneDay(DAY, 0.25, 0.2, 2, 9, "m")])
        storage.sentiment.save_comparison(ToneComparison("t", DAY, (), (), ("Why.",), (), NOW))


def afi(*words: str) -> str:
    answer = CliRunner().invoke(cli, ["sentiment", "trends", *words])
    return f"{answer.exit_code}: {answer.output}"


@pytest.mark.usefixtures("computed")
def test_trends_and_the_days_of_one_are_shown() -> None:
    assert "HVI" in afi()
    assert "slope +0.125 in 30 days (+0.100 to +0.150, p 0.001)" in afi()
    assert "no slope" in afi()
    one = afi("HVI")
    assert "2024-05-02  +0.250  +0.200  2 documents" in one
    assert "No turn." in one
    assert "No trend of XYZ has been computed." in afi("XYZ")
    told = json.loads(afi("HVI", "--json").partition(" ")[2])
    assert told["days"][0]["mean"] == 0.25
    assert len(json.loads(afi("--json").partition(" ")[2])) == 2


@pytest.mark.usefixtures("computed")
def test_comparisons_are_found_by_their_task(settings: Settings) -> None:
    found = tone.comparison("t", settings=settings)
    assert found is not None
    assert found.missing == ("Why.",)
    assert tone.comparisons(settings=settings) == (found,)
    assert tone.comparison("u", settings=settings) is None


def test_nothing_computed_is_said() -> None:
    assert "update_sentiment_trends" in afi()
