"""The parameters that a symbol's price is forecast with: kept in the registry, fitted once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from worker_core.forecasting.price import Conformal, Parameters
from worker_core.forecasting.price.contest import Contest, first
from worker_core.forecasting.price.drift import USUAL
from worker_core.forecasting.price.evaluation import HorizonScores, in_words
from worker_core.forecasting.price.model import VERSION
from worker_core.market.bars import as_day
from worker_core.models import Verdict, libraries, version_name
from worker_core.storage import ModelRecord, NewModel
from worker_core.tasks.base import Run
from worker_core.tasks.price_data import SymbolPrices
from worker_core.tasks.trained import settle

KIND: Final = "forecast.price"
POOL: Final = ""
"""The subject of what all symbols have in common: the drift."""
_NAIVE: Final = "Historical simulation is in use. Of the model that it was better than:"


@cache
def versions() -> dict[str, str]:
    """The libraries that have a part in the numbers. To find that out takes longer than to forecast
    a price."""
    return libraries("arch", "numpy", "scipy")


@dataclass(frozen=True)
class PriceModel:
    """What is in use for a symbol."""

    version: str
    parameters: Parameters
    trained_until: date
    conformal: Conformal
    metrics: Mapping[str, Any]


def in_use(record: ModelRecord | None) -> PriceModel | None:
    """The model of a registered version; None if there is none, or it is of an older method."""
    if record is None:
        return None
    try:
        parameters = Parameters.from_json(record.parameters["model"])  # type: ignore[arg-type]
        until = date.fromisoformat(str(record.parameters["trained_until"]))
        conformal = Conformal.from_json(record.metrics.get("conformal", []))  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return None
    return PriceModel(record.version, parameters, until, conformal, record.metrics)


def fitted(run: Run, prices: SymbolPrices) -> PriceModel:
    """Fit a symbol's first parameters, test them, and put them in use."""
    contest = first(prices.history)
    new = registered(run, prices, contest, None)
    settle(run, new, contest.verdict, against=_version(run, prices.symbol))
    model = in_use(run.storage.models.get(KIND, new.version, prices.symbol))
    if model is None:
        raise RuntimeError(f"The parameters of {prices.symbol} cannot be read back.")
    return model


def _version(run: Run, symbol: str) -> str | None:
    """What is in use although it cannot be read: that of an older method."""
    return run.storage.models.pointer(KIND, symbol).version


def registered(run: Run, prices: SymbolPrices, contest: Contest, parent: str | None) -> NewModel:
    """The version that a contest made, to be settled."""
    trained = as_day(prices.days[min(contest.trained, len(prices.days) - 1)])
    parameters: dict[str, Any] = {
        "model": contest.parameters.as_json(),
        "trained_until": trained.isoformat(),
    }
    content = json.dumps([prices.symbol, parameters], sort_keys=True)
    return NewModel(
        kind=KIND,
        version=version_name(VERSION, content),
        subject=prices.symbol,
        parameters=parameters,
        metrics=metrics_of(contest),
        training_set=prices.data_hash,
        libraries=versions(),
        seed=0,
        parent_version=parent,
        task_id=run.task_id,
    )


def metrics_of(contest: Contest) -> dict[str, Any]:
    """What the evaluation found, as JSON; empty where there is none."""
    if contest.evaluation is None:
        return {}
    horizons = contest.evaluation.horizons
    if contest.parameters.method == "historical":
        return {
            "horizons": {str(h): _of_naive(scores) for h, scores in horizons.items()},
            "words": {str(h): f"{_NAIVE} {in_words(s)}" for h, s in horizons.items()},
            "conformal": [],
        }
    return {
        "horizons": {str(h): scores.as_json() for h, scores in horizons.items()},
        "words": {str(h): in_words(scores) for h, scores in horizons.items()},
        "conformal": contest.evaluation.conformal.as_json(),
    }


def _of_naive(scores: HorizonScores) -> dict[str, Any]:
    """The figures of historical simulation, where that is in use."""
    return scores.as_json() | {
        "crps": scores.naive_crps,
        "skill": 1.0,
        "dm_p": None,
        "dm_statistic": None,
        "coverage": {str(level): share for level, share in scores.naive_coverage.items()},
        "worst_year": None,
        "winkler": {},
        "pinball": None,
        "pit": [],
    }


def prior_drift(run: Run) -> float:
    """The growth a session that all symbols have in common, as it was last estimated."""
    record = run.storage.models.champion(KIND, POOL)
    value = record.parameters.get("prior_drift") if record else None
    return float(value) if isinstance(value, float) else USUAL


def keep_prior(run: Run, prior: float, symbols: int) -> None:
    """Put a common growth in use."""
    parameters = {"prior_drift": prior, "symbols": symbols}
    name = version_name("drift", json.dumps(parameters, sort_keys=True))
    new = NewModel(KIND, name, POOL, parameters=parameters, task_id=run.task_id)
    words = (f"The growth that {symbols} symbols have in common, shrunk: {prior:.3e} a session.",)
    record = run.storage.models.register(new)
    if record.status != "champion":
        run.storage.models.promote(KIND, name, POOL, verdict=Verdict(True, words), by=run.task_id)
