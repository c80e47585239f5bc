"""What departs from the usual: in metrics, in patterns of series, in prices."""

from worker_core.anomalies.alarms import Alarm, alarms, alarms_a_week
from worker_core.anomalies.model import (
    QUICK_THRESHOLDS,
    Parameters,
    Scores,
    SeriesError,
    quick_parameters,
)
from worker_core.anomalies.patterns import NearestWindow, nearest_windows, sub_knn, sub_pca
from worker_core.anomalies.stream import SeriesDetector, score_series

__all__ = [
    "QUICK_THRESHOLDS",
    "Alarm",
    "NearestWindow",
    "Parameters",
    "Scores",
    "SeriesDetector",
    "SeriesError",
    "alarms",
    "alarms_a_week",
    "nearest_windows",
    "quick_parameters",
    "score_series",
    "sub_knn",
    "sub_pca",
]
