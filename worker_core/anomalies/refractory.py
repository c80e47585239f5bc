"""After an alarm, quiet for a while, unless it becomes much louder.

Alarm economy is half of a detector's worth: the rows after an alarm say the same again.
"""

from dataclasses import dataclass

import numpy as np

from worker_core.anomalies.model import Bools, Floats


@dataclass
class Refractory:
    """Which of the rows at or above 1 are alarms.

    Attributes:
        share: of the rows so far, for how many it is quiet after an alarm.
        louder: how many times the last alarm's strength breaks the quiet.
    """

    share: float
    louder: float
    peak: float = 0.0
    until: float = -1.0

    def alarms(self, first: int, strengths: Floats) -> Bools:
        """The alarms among rows ``first`` and on."""
        found = np.zeros(len(strengths), dtype=np.bool_)
        for at in np.flatnonzero(strengths >= 1.0):
            row, strength = first + int(at), float(strengths[at])
            if row >= self.until or strength > self.louder * self.peak:
                found[at] = True
                self.peak, self.until = strength, row + self.share * row
        return found
