"""The rules that a new database begins with."""

from typing import Final

from worker_core.health.alert_measures import ALL
from worker_core.health.alert_rules import Rule

DEFAULTS: Final[tuple[tuple[Rule, bool], ...]] = (
    (
        Rule(
            "A queue is not worked off",
            "oldest_age",
            600,
            for_s=120,
            hysteresis=300,
            severity="critical",
        ),
        True,
    ),
    (Rule("Workers are silent", "silent_workers", 0, for_s=180, severity="critical"), True),
    (
        Rule(
            "Many tasks fail",
            "failure_share",
            0.2,
            subject=ALL,
            for_s=300,
            hysteresis=0.1,
            cooldown_s=900,
        ),
        True,
    ),
    (Rule("A queue is long", "queue_depth", 1000, for_s=300, hysteresis=200), False),
    (Rule("A task is slow", "runtime", 120, for_s=600, hysteresis=30), False),
    (
        Rule("Prices with faults", "quality_findings", 0, severity="info", cooldown_s=3600),
        False,
    ),
    (Rule("Something unusual", "anomalies", 2, severity="info", cooldown_s=3600), False),
    (
        Rule(
            "Forecast intervals are too narrow",
            "forecast_coverage",
            0.65,
            subject=ALL,
            comparison="below",
            for_s=3600,
            hysteresis=0.05,
            cooldown_s=86_400,
        ),
        False,
    ),
)
"""The rules that a new database begins with, and whether each is armed. Armed are those that mean
trouble wherever they hold; the others need a threshold of their own, tried against what was."""
