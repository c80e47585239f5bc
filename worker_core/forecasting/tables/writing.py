"""Writing forecasts: ``unique_id, ds, mean, lo-80, hi-80, …, model``."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.tables.reading import TableError

_DIGITS: Final = 15
"""All that a number surely has: of a small change of a large level the last ones tell."""


@dataclass(frozen=True, slots=True)
class ForecastRows:
    """One series: (horizon,) each; ``low`` and ``high`` by level in percent."""

    id: str
    stamps: Sequence[str]
    mean: Floats
    low: Mapping[float, Floats]
    high: Mapping[float, Floats]
    model: str


def write(path: Path, rows: Iterable[ForecastRows], levels: Sequence[float]) -> None:
    """Write all, or leave what stands there as it is.

    Raises:
        TableError: it cannot be written there.
    """
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            ends = [f"{end}-{level:g}" for level in levels for end in ("lo", "hi")]
            table.writerow(["unique_id", "ds", "mean", *ends, "model"])
            for each in rows:
                columns = [side[level] for level in levels for side in (each.low, each.high)]
                for step, stamp in enumerate(each.stamps):
                    numbers = [each.mean[step], *(column[step] for column in columns)]
                    table.writerow(
                        [each.id, stamp, *(f"{n:.{_DIGITS}g}" for n in numbers), each.model]
                    )
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise TableError(f"{path} cannot be written: {error.strerror or error}.") from error
