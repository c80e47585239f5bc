"""The search for better settings of a model: judged by walking forward, kept over a kill."""

from worker_core.models.tuning.search import (
    Candidate,
    Number,
    Objective,
    Parameters,
    Stopped,
    Tuned,
    Tuning,
    tune,
)
from worker_core.models.tuning.splits import Split, walk_forward

__all__ = [
    "Candidate",
    "Number",
    "Objective",
    "Parameters",
    "Split",
    "Stopped",
    "Tuned",
    "Tuning",
    "tune",
    "walk_forward",
]
