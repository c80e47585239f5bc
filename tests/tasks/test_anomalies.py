"""Tasks of anomalies and systemic risk over a database of their own, and through a real worker."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from tests.databases import file_of, lay
from tests.tasks.conftest import System
from worker_core import settings as settings_module
from worker_core.anomalies.prices import BAD_TICK, LEVEL_JUMP, STALE_RUN
from worker_core.market.bars import Bars
from worker_core.market.records import observations_of
from worker_core.operations.submit import submit
from worker_core.storage import MetricPeriod, MetricRecord, NewModel, Storage
from worker_core.storage.financial_records import Basis
from worker_core.tasks import anomaly_training, anomaly_work, risk_work
from worker_core.tasks.base import PermanentFailure, Run


class Here:
    """A run that needs no worker: what a task's body sees."""

    def __init__(self, storage: Storage, task_id: str = "t-1") -> None:
        self.storage = storage
        self.task_id = task_id

    def progress(self, stage: str, fraction: float) -> None:
        assert stage
        assert 0.0 <= fraction <= 1.0


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings_module.current.cache_clear()
    values = settings_module.current()
    lay(file_of(values.database_url))
    with Storage.open(values.database_url, values.artifacts_url) as opened:
        yield opened
    settings_module.current.cache_clear()


@pytest.fixture
def run(storage: Storage) -> Run:
    return cast("Run", Here(storage))


def days(count: int) -> list[date]:
    return [date(2015, 1, 1) + timedelta(days=number) for number in range(count)]


def prices(count: int = 1200, seed: int = 0) -> np.ndarray:
    steps = np.random.default_rng(seed).standard_t(5, count) * 0.008
    return np.asarray(100.0 * np.exp(np.cumsum(steps)))


def bars(symbol: str, closes: np.ndarray) -> Bars:
    dates = np.array(days(len(closes)), dtype="datetime64[D]")
    return Bars(symbol, dates, closes, closes, closes, closes, np.full(len(closes), 1e6))


def quarters(values: list[float], basis: Basis = "quarter", **inputs: str) -> list[MetricPeriod]:
    found = []
    for number, value in enumerate(values):
        year, quarter = divmod(number, 4) if basis == "quarter" else (number, 3)
        start = date(2012 + year, 1 + 3 * quarter, 1)
        end = (start + timedelta(days=95)).replace(day=1) - timedelta(days=1)
        metric = MetricRecord(
            "revenue",
            "growth",
            Decimal(str(value)),
            "USD",
            "",
            "1",
            inputs=tuple({"line": line, "value": said} for line, said in inputs.items()),
        )
        found.append(MetricPeriod("AB", "AB", "Ab", basis, start, end, "USD", (), (), (metric,)))
    return found


def test_a_metric_that_leaps_against_the_year_before_is_kept_with_its_words(
    run: Run, storage: Storage
) -> None:
    grown = [100 * 1.02**n * (1.1 if n % 4 == 3 else 1.0) * (1 + 0.01 * (n % 3)) for n in range(28)]
    grown[-1] *= 2.0
    storage.metrics.replace("AB", quarters(grown))
    for _ in range(2):
        answer = anomaly_work.metric_anomalies(run, "AB", [])
        assert answer["metrics"]["revenue"]["anomalies"] == 1
    (kept,) = storage.anomalies.found("AB")
    assert kept.subject == "AB revenue"
    assert kept.at.date() == date(2018, 12, 31)
    assert kept.strength > 5.0
    assert len(kept.nearest) == 3
    assert "against the year before" in kept.words
    assert answer["metrics"]["revenue"]["latest"] == kept.words


def test_a_short_history_of_a_metric_gets_words_and_no_number(run: Run, storage: Storage) -> None:
    storage.metrics.replace("AB", quarters([100.0, 110.0, 120.0, 900.0, 130.0, 1.0]))
    answer = anomaly_work.metric_anomalies(run, "AB", [])
    assert answer["metrics"] == {}
    assert "Too short to judge: 2 changes" in answer["too_short"]["revenue"]
    assert storage.anomalies.found() == ()


def test_years_are_judged_where_quarters_are_too_few(run: Run, storage: Storage) -> None:
    yearly = [100.0 * 1.05**n + n % 3 for n in range(14)]
    storage.metrics.replace("AB", [*quarters(yearly, "annual"), *quarters([1.0, 2.0])])
    answer = anomaly_work.metric_anomalies(run, "AB", ["revenue"])
    assert answer["metrics"]["revenue"]["basis"] == "annual"
    assert answer["too_short"] == {}


def test_a_company_without_metrics_is_refused_in_words(run: Run) -> None:
    with pytest.raises(PermanentFailure, match="no metrics of NONE"):
        anomaly_work.metric_anomalies(run, "NONE", [])


def test_a_stored_series_of_a_company_goes_on_from_its_baseline(run: Run, storage: Storage) -> None:
    values = np.random.default_rng(3).standard_normal(900)
    values[500] = 40.0
    rows = list(zip(days(900), values.tolist(), strict=True))
    today = date(2026, 1, 1)
    storage.market.upsert_observations(observations_of("AB:visits", rows[:700], today))
    storage.market.upsert_observations(observations_of("TAB:visits", rows[:700], today))
    first = anomaly_work.metric_anomalies(run, "AB", [])
    assert set(first["metrics"]) == {"AB:visits"}
    assert first["metrics"]["AB:visits"]["baseline"] is None
    found = storage.anomalies.found("AB:visits")
    assert days(900)[500] in [one.at.date() for one in found]
    assert anomaly_work.update_baselines(run, ["AB"])["baselines"] == {"AB:visits": 1}
    values[850] = -60.0
    rows = list(zip(days(900), values.tolist(), strict=True))
    storage.market.upsert_observations(observations_of("AB:visits", rows[700:], today))
    second = anomaly_work.metric_anomalies(run, "AB", [])["metrics"]["AB:visits"]
    assert (second["judged"], second["baseline"]) == (200, 1)
    later = storage.anomalies.found("AB:visits")
    assert {one.at for one in found} < {one.at for one in later}
    assert days(900)[850] in [one.at.date() for one in later]
    whole = storage.anomalies.found("AB:visits")
    assert anomaly_work.update_baselines(run, ["AB"])["baselines"] == {"AB:visits": 2}
    assert anomaly_work.metric_anomalies(run, "AB", [])["metrics"]["AB:visits"]["judged"] == 0
    assert storage.anomalies.found("AB:visits") == whole


def test_defects_of_prices_and_patterns_are_kept_once_each(run: Run, storage: Storage) -> None:
    closes = prices()
    closes[400] *= 1.4
    closes[700:] *= 0.7
    closes[900:909] = closes[899]
    storage.market.upsert_bars(bars("XYZ", closes))
    for _ in range(2):
        answer = anomaly_work.price_and_pattern_anomalies(run, "XYZ", 20)
    assert answer["too_short"] == {}
    found = {one.detector: one.at.date() for one in storage.anomalies.found("XYZ", "price")}
    assert found[BAD_TICK] == days(1200)[400]
    assert found[LEVEL_JUMP] == days(1200)[700]
    assert found[STALE_RUN] == days(1200)[908]
    assert len(storage.anomalies.found("XYZ", "price")) == answer["prices"]["anomalies"]
    patterns = storage.anomalies.found("XYZ", "pattern")
    assert len(patterns) == answer["patterns"]["anomalies"]
    assert all(one.nearest and "Most like" in one.words for one in patterns)
    returns = storage.anomalies.found("XYZ", "series")
    assert days(1200)[700] in [one.at.date() for one in returns]


def test_a_short_history_of_prices_gets_words_and_no_number(run: Run, storage: Storage) -> None:
    storage.market.upsert_bars(bars("NEW", prices(40)))
    answer = anomaly_work.price_and_pattern_anomalies(run, "NEW", 20)
    assert set(answer["too_short"]) == {"prices", "patterns", "returns"}
    assert storage.anomalies.found() == ()
    with pytest.raises(PermanentFailure, match="no prices of NONE"):
        anomaly_work.price_and_pattern_anomalies(run, "NONE", 20)


def test_baselines_of_all_symbols_are_learnt_and_short_ones_said(
    run: Run, storage: Storage
) -> None:
    storage.market.upsert_bars([bars("AB", prices()), bars("NEW", prices(40))])
    answer = anomaly_work.update_baselines(run, [])
    assert answer["baselines"] == {"AB": 1}
    assert set(answer["too_short"]) == {"NEW"}
    assert anomaly_work.update_baselines(run, [])["baselines"] == {"AB": 1}


def market(storage: Storage, names: int = 4, count: int = 400) -> None:
    common = np.log(prices(count, seed=99))
    storage.market.upsert_bars(
        [bars(f"S{n}", np.exp(common) * prices(count, seed=n) / 100.0) for n in range(names)]
        + [bars("^IDX", np.exp(common))]
    )


def test_systemic_risk_is_stored_with_percentiles_contributions_and_notes(
    run: Run, storage: Storage
) -> None:
    market(storage)
    storage.metrics.replace(
        "S1",
        [
            MetricPeriod("S1", "S1", "S", "annual", p.start, p.end, "USD", (), (), p.metrics)
            for p in quarters([1.0], "annual", total_liabilities="9e9", shares_outstanding="1000")
        ],
    )
    for _ in range(2):
        answer = risk_work.analyse(run, [], 120)
    assert answer["names"] == ["S0", "S1", "S2", "S3"]
    assert set(answer["srisk"]) == {"S1"}
    (about,) = storage.risk.universes()
    assert about.connectedness is not None
    assert any("coincident" in note for note in about.notes)
    kept = {one.measure: one for one in storage.risk.latest(answer["universe"], 120)}
    assert kept.keys() == answer["measures"].keys()
    for name, one in kept.items():
        assert one.values[0] == pytest.approx(answer["measures"][name]["value"])
        assert one.percentiles[0] == pytest.approx(answer["measures"][name]["percentile"])
    assert set(kept["mes"].contributions) == {"S0", "S1", "S2", "S3"}
    whole = storage.risk.series(answer["universe"], 120, "mes")
    assert whole is not None
    assert whole.percentiles[0] is None
    assert len(whole.values) > 200


@pytest.mark.parametrize(
    ("tickers", "words"), [(["S0"], "1 name with"), (["NO", "NE"], "0 names with")]
)
def test_risk_of_too_few_names_is_refused_in_words(
    run: Run, storage: Storage, tickers: list[str], words: str
) -> None:
    market(storage)
    with pytest.raises(PermanentFailure, match=words):
        risk_work.analyse(run, tickers, 120)
    with pytest.raises(PermanentFailure, match="window of 500"):
        risk_work.analyse(run, [], 500)


def test_thresholds_are_refit_and_promoted_only_if_they_beat_those_in_use_and_the_naive_rule(
    run: Run, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.market.upsert_bars([bars(f"S{n}", prices(1500, seed=n)) for n in range(3)])
    storage.market.upsert_bars(bars("NEW", prices(100)))
    poor: dict[str, Any] = {BAD_TICK: 39.0, LEVEL_JUMP: 39.0, STALE_RUN: 39.0}
    storage.models.register(
        NewModel(anomaly_training.KIND, "poor", parameters={"thresholds": poor})
    )
    storage.models.promote(anomaly_training.KIND, "poor", reasons=("test",))
    answer = anomaly_training.retrain(run, [], 600)
    assert answer["promoted"], answer
    assert answer["against"] == "poor"
    assert answer["left_out"] == ["NEW"]
    assert anomaly_work.thresholds(run) == (answer["thresholds"], answer["version"])
    again = anomaly_training.retrain(run, [], 600)
    assert again["version"] == answer["version"]
    assert anomaly_work.thresholds(run)[1] == answer["version"]
    monkeypatch.setattr(anomaly_training, "_best", lambda _cases, _defect: 39.0)
    worse = anomaly_training.retrain(run, [], 600)
    assert not worse["promoted"]
    assert anomaly_work.thresholds(run)[1] == answer["version"]


def test_no_history_that_is_long_enough_to_learn_from_is_said(run: Run, storage: Storage) -> None:
    storage.market.upsert_bars(bars("NEW", prices(100)))
    with pytest.raises(PermanentFailure, match="No symbol has 750 prices"):
        anomaly_training.retrain(run, [], 600)


@pytest.mark.slow
def test_a_worker_runs_all_five(system: System) -> None:
    closes = prices(900)
    closes[400] *= 1.5
    system.storage.market.upsert_bars([bars("AB", closes), bars("CD", prices(900, 1))])
    quarterly = [100 * 1.02**n + n % 3 for n in range(28)]
    system.storage.metrics.replace("AB", quarters(quarterly))
    tickers = ["AB", "CD"]
    given: dict[str, dict[str, Any]] = {
        "anomaly_detection.detect_metric_anomalies": {"ticker": "AB"},
        "anomaly_detection.pattern_anomaly_detection": {"ticker": "AB"},
        "anomaly_detection.systemic_risk_analysis": {"tickers": tickers, "window": 120},
        "anomaly_detection.update_anomaly_baselines": {"tickers": tickers},
        "model_training.retrain_anomaly_models": {"tickers": tickers},
    }
    for name, arguments in given.items():
        task = submit(name, arguments, settings=system.settings)
        outcome = system.outcome(task.task_id)
        assert outcome.state == "SUCCESS", (name, outcome)
    assert system.storage.anomalies.found("AB", "price")
    assert len(system.storage.risk.universes()) == 1
    assert ("AB", "series", 1) in system.storage.anomalies.baselines()
    refused = submit(
        "anomaly_detection.pattern_anomaly_detection",
        {"ticker": "NONE"},
        settings=system.settings,
    )
    outcome = system.outcome(refused.task_id)
    assert outcome.state == "FAILURE"
    assert "no prices of NONE" in str(outcome.error)
