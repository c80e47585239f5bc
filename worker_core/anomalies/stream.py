"""A series scored as it comes, with a state that can be stored and taken up again."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from worker_core.anomalies.detectors import PAST, Gaussian, Level, Neighbours
from worker_core.anomalies.history import BLOCK, Buffer, Moments, block_end, block_start, numbers
from worker_core.anomalies.model import (
    GAUSSIAN,
    LARGEST,
    LEVEL,
    NEIGHBOURS,
    SEASON,
    Floats,
    Parameters,
    Scores,
    SeriesError,
)
from worker_core.anomalies.refractory import Refractory
from worker_core.anomalies.season import Season

STATE_VERSION: Final = 1


class SeriesDetector:
    """Scores rows by what came before them.

    A row's scores depend on the rows before it and itself alone, and not on how the series was
    cut into calls of `update`.
    """

    def __init__(self, parameters: Parameters | None = None) -> None:
        self.parameters = parameters = parameters or Parameters()
        self.rows = 0
        self._past = Buffer(PAST + 2 * BLOCK + parameters.window)
        self._whole = Moments()
        self._quiet = Refractory(parameters.refractory, parameters.louder)
        self._level, self._gaussian, self._season = Level(), Gaussian(), Season()
        self._neighbours = Neighbours(parameters.window, parameters.neighbours)
        self._first_stamps: list[float] = []

    def update(self, values: Floats, stamps: Floats | None = None) -> Scores:
        """Score the next rows.

        Args:
            values: ``(n,)``, finite.
            stamps: seconds of any epoch, in local time for the season, ascending. Without them
                there is no season.

        Raises:
            SeriesError: a value is not finite, or the stamps are not as many.
        """
        x = np.asarray(values, dtype=np.float64)
        if not (np.abs(x) <= LARGEST).all():
            raise SeriesError("A value is missing, infinite or beyond 1e150. Leave such rows out.")
        if stamps is not None and len(stamps) != len(x):
            raise SeriesError("There are not as many stamps as values.")
        strengths = {name: np.zeros(len(x)) for name in self.parameters.detectors}
        combined, alarms = np.zeros(len(x)), np.zeros(len(x), dtype=np.bool_)
        at = 0
        while at < len(x):
            stop = min(len(x), at + block_end(self.rows) - self.rows)
            part = slice(at, stop)
            times = None if stamps is None else np.asarray(stamps[part], dtype=np.float64)
            for name, found in self._block(x[part], times).items():
                strengths[name][part] = found
            combined[part] = self._combined({n: s[part] for n, s in strengths.items()})
            alarms[part] = self._quiet.alarms(self.rows, combined[part])
            self.rows += stop - at
            if self.rows == block_end(self.rows - 1):
                self._whole.add(self._past.last(self.rows - block_start(self.rows - 1)))
            at = stop
        score = combined / (1.0 + combined)
        # Quiet rows stay below an alarm whatever their strength.
        score[(combined >= 1.0) & ~alarms] *= 0.5
        return Scores(score, alarms, strengths)

    def _block(self, values: Floats, stamps: Floats | None) -> dict[str, Floats]:
        """The strengths of rows of one block."""
        past, whole = self._past, self._whole
        done, new = self.rows - block_start(self.rows), len(values)
        past.append(values)
        if stamps is not None and block_start(self.rows) == 0:
            self._first_stamps += stamps.tolist()
        elif stamps is not None and self._first_stamps:
            self._season.learn_step(np.array(self._first_stamps))
            self._first_stamps.clear()
        found = {}
        for name in self.parameters.detectors:
            if block_start(self.rows) == 0:
                found[name] = np.zeros(new)
            elif name == LEVEL:
                found[name] = self._level.strengths(past, done, new, whole)
            elif name == GAUSSIAN:
                found[name] = self._gaussian.strengths(past, done, new, whole)
            elif name == NEIGHBOURS:
                found[name] = self._neighbours.strengths(past, done, new, whole)
            elif name == SEASON and stamps is not None:
                found[name] = self._season.strengths(stamps, past, done, new, whole)
        return found

    def _combined(self, strengths: Mapping[str, Floats]) -> Floats:
        """One strength of all detectors: 1 is an alarm."""
        limits, power = self.parameters.thresholds, self.parameters.power
        total = sum((each / limits[name]) ** power for name, each in strengths.items())
        return np.asarray(total ** (1.0 / power))

    def state(self) -> dict[str, Any]:
        """All that is needed to go on, as JSON."""
        return {
            "version": STATE_VERSION,
            "rows": self.rows,
            "past": self._past.state(),
            "whole": self._whole.state(),
            "quiet": [self._quiet.peak, self._quiet.until],
            "first_stamps": list(self._first_stamps),
            "season": self._season.state(),
            "neighbours": self._neighbours.state(),
        }

    @classmethod
    def resume(
        cls, state: Mapping[str, Any], parameters: Parameters | None = None
    ) -> "SeriesDetector":
        """A detector that goes on where ``state`` was taken.

        Raises:
            SeriesError: it is no such state, or one of another version.
        """
        if state.get("version") != STATE_VERSION:
            raise SeriesError("The stored baseline is of another version; learn it afresh.")
        try:
            found = cls(parameters)
            found.rows = int(state["rows"])
            found._past.restore(state["past"])
            found._whole.restore(state["whole"])
            found._quiet.peak, found._quiet.until = (float(each) for each in state["quiet"])
            found._first_stamps = numbers(state["first_stamps"]).tolist()
            found._season.restore(state["season"])
            found._neighbours.restore(state["neighbours"])
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise SeriesError("The stored baseline is damaged; learn it afresh.") from error
        return found


def score_series(
    values: Floats, stamps: Floats | None = None, parameters: Parameters | None = None
) -> Scores:
    """Score a whole series as `SeriesDetector` does; see there."""
    return SeriesDetector(parameters).update(values, stamps)
