"""What may be set of the forecasts of metrics; the defaults were chosen by measuring."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Numbers of the ensemble; ``docs/decisions`` says how they were chosen.

    Attributes:
        pooled_share: weight of the models that learn from all series, 0 to 1.
        boosted_share: weight of the trees within that; the linear model has the rest.
        theta_share: weight of theta in what is left; exponential smoothing has the rest.
        running_share: weight, within theta, of the one with running coefficients.
        seasons: how many seasons of the past are looked at.
        seed: of everything that is drawn by chance.
    """

    pooled_share: float = 1 / 3
    boosted_share: float = 2 / 3
    theta_share: float = 0.5
    running_share: float = 0.25
    seasons: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("pooled_share", "boosted_share", "theta_share", "running_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must be between 0 and 1.")
        if self.seasons < 2:
            raise ValueError("At least two seasons must be looked at.")

    def longest(self, season: int) -> int:
        """Values of the past that are looked at."""
        if season in DAYS:
            return 10 * WEEK * season
        if season > LONGEST_MODELLED:
            return max(10 * season, 520)
        return min(max(self.seasons * season, 4 * self.seasons), 520)


LONGEST_MODELLED = 24
"""Steps of a season that the models themselves carry; longer ones are taken out first."""
DAYS = (24, 48, 96)
"""A day of hours, of half-hours or of quarters of them: the week shows as well."""
WEEK = 7
