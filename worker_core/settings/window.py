"""How the window looks and what it remembers."""

from typing import ClassVar, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from worker_core.settings.names import AT_ONCE, taken_by, variable


class WindowSettings(BaseSettings):
    """Window."""

    takers: ClassVar = "the window"

    theme: Literal["system", "light", "dark"] = Field(
        "system",
        validation_alias=variable("AFI_THEME"),
        json_schema_extra=taken_by(AT_ONCE),
        description="Colours of the window.",
    )
    start_local: bool = Field(
        True,
        validation_alias=variable("AFI_START_LOCAL"),
        description="Start this computer's broker, workers and scheduler with the window, "
        "where no other broker is set.",
    )
    history_tasks: int = Field(
        100_000,
        ge=1000,
        validation_alias=variable("AFI_HISTORY_TASKS"),
        description="Tasks that the window keeps in memory.",
    )
    history_days: float = Field(
        30.0,
        gt=0,
        le=36_500,
        validation_alias=variable("AFI_HISTORY_DAYS"),
        description="Days that tasks stay in the history after they were last heard of.",
    )
    history_mb: int = Field(
        2048,
        ge=0,
        validation_alias=variable("AFI_HISTORY_MB"),
        description="Largest history (MiB) of one broker, about 1.6 for 1,000 tasks; the oldest "
        "tasks leave first. 0 means that no history is kept.",
    )
    update_url: str | None = Field(
        None,
        max_length=500,
        validation_alias=variable("AFI_UPDATE_URL"),
        description="https:// address that is asked once a day whether there is a newer version; "
        "nothing but this request is sent, and nothing is installed. Empty: nobody is asked.",
    )
    environment: str | None = Field(
        None,
        max_length=24,
        validation_alias=variable("AFI_ENVIRONMENT"),
        json_schema_extra=taken_by(AT_ONCE),
        description="Name shown on the window's badge, for example production. "
        "Empty: LOCAL for a broker on this computer, else the broker's host.",
    )
    read_only: bool = Field(
        False,
        validation_alias=variable("AFI_READ_ONLY"),
        json_schema_extra=taken_by(AT_ONCE),
        description="The window only looks: it enqueues, cancels and changes nothing.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        validation_alias=variable("AFI_LOG_LEVEL"),
        json_schema_extra=taken_by("the window and all processes"),
        description="How much the logs say.",
    )
