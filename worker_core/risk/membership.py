"""Which names take part in the figures, in words."""

import numpy as np

from worker_core.risk.panel import FEWEST_NAMES, Bools, Panel, counted


def membership_notes(panel: Panel, able: Bools, window: int) -> list[str]:
    """Sentences on names that ended, that are too short or at rest, and on gaps."""
    notes = []
    seen = np.isfinite(panel.values)
    last = len(seen) - 1 - np.argmax(seen[::-1], axis=0)
    gone = [
        f"{name} (last on {panel.days[end]})"
        for name, end in zip(panel.names, last, strict=True)
        if end < len(seen) - 1
    ]
    if gone:
        notes.append(f"Not traded to the end, so measured only while they were: {', '.join(gone)}.")
    ended = {name.partition(" (")[0] for name in gone}
    short = [
        name
        for name, now in zip(panel.names, able[-1], strict=True)
        if not now and name not in ended
    ]
    if short:
        notes.append(
            f"Without enough returns that move in the last {window} days, so not in today's "
            f"figures: {', '.join(short)}."
        )
    first = np.argmax(seen, axis=0)
    rows = np.arange(len(seen))[:, None]
    gaps = int((~seen & (rows > first) & (rows < last)).sum())
    if gaps:
        notes.append(
            f"Missing between others, so counted as an unchanged price: {counted(gaps, 'return')}."
        )
    there = able[window - 1 :].sum(axis=1)
    there = there[there >= FEWEST_NAMES]
    if len(there) and there.min() != there.max():
        notes.append(
            f"On the last day {there[-1]} names are measured, and between {there.min()} and "
            f"{there.max()} were before: a percentile compares figures of different sets of names."
        )
    return notes
