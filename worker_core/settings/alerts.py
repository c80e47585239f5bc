"""How alert rules are judged, and how one hears of alerts."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import BaseSettings

from worker_core.settings.names import AT_ONCE, taken_by, variable


class AlertSettings(BaseSettings):
    """Alerts."""

    takers: ClassVar = "the scheduler and workers"

    alert_every_s: float = Field(
        60.0,
        ge=10,
        le=3600,
        validation_alias=variable("AFI_ALERT_EVERY_S"),
        description="Seconds from one evaluation of the alert rules to the next.",
    )
    alert_notifications: bool = Field(
        True,
        validation_alias=variable("AFI_ALERT_NOTIFICATIONS"),
        json_schema_extra=taken_by(AT_ONCE),
        description="The window tells of a new alert by a notification of the desktop too, where "
        "the desktop shows such.",
    )
    keep_measurements_days: int = Field(
        14,
        ge=0,
        validation_alias=variable("AFI_KEEP_MEASUREMENTS_DAYS"),
        description="Days after which measurements are removed against which alert rules are "
        "tried. 0 keeps them.",
    )
    keep_alerts_days: int = Field(
        365,
        ge=0,
        validation_alias=variable("AFI_KEEP_ALERTS_DAYS"),
        description="Days after which alerts are removed that are over. 0 keeps them.",
    )
