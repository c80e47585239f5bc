"""Systemic risk: how strained a set of names is as a whole, and which of them add to it."""

from worker_core.risk.connectedness import Connectedness, connectedness
from worker_core.risk.panel import Panel, RiskError, panel
from worker_core.risk.report import Measure, Options, RiskReport, analyse
from worker_core.risk.tails import Srisk, long_run_mes, srisk

__all__ = [
    "Connectedness",
    "Measure",
    "Options",
    "Panel",
    "RiskError",
    "RiskReport",
    "Srisk",
    "analyse",
    "connectedness",
    "long_run_mes",
    "panel",
    "srisk",
]
