"""The weights that companies' metrics are forecast with: kept in the registry, searched by tuning.

The models that learn from all series are fitted at each forecast from what is stored then, so that
weights are all that is kept (docs/decisions).
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from worker_core.forecasting.metric.forecast import versions
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.weights import SHARES, options_of
from worker_core.models import version_name
from worker_core.storage import ModelRecord
from worker_core.tasks.base import Run

log = logging.getLogger(__name__)

KIND: Final = "forecast.metric"


@dataclass(frozen=True, slots=True)
class Weights:
    """What metrics are forecast with now.

    Attributes:
        champion: the version in use; None for the weights that come with the program.
        notes: what a reader must know of it.
    """

    options: Options
    champion: str | None
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """By which a forecast is told from one that was made with others."""
        content: dict[str, Any] = dict(versions())
        if self.champion is not None:
            content["weights"] = self.as_json()
        return version_name("metric", json.dumps(content, sort_keys=True))

    def as_json(self) -> dict[str, float]:
        return {name: float(getattr(self.options, name)) for name in SHARES}


def in_use(run: Run) -> Weights:
    """The weights of the version in use, or those that come with the program."""
    record = run.storage.models.champion(KIND)
    if record is None:
        return Weights(Options(), None)
    try:
        return Weights(weights_of(record), record.version)
    except (KeyError, TypeError, ValueError) as error:
        note = (
            f"The weights of {record.version} are in use, but cannot be read: {error} Those that "
            "come with the program were used instead."
        )
        log.warning("%s", note)
        return Weights(Options(), None, (note,))


def weights_of(record: ModelRecord) -> Options:
    """The options of a registered version.

    Raises:
        KeyError, TypeError, ValueError: it does not have them.
    """
    parameters: Mapping[str, Any] = record.parameters
    return options_of({name: float(parameters[name]) for name in SHARES})
