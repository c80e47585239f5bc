"""Where the broker and its results are, and what holds for every task."""

from typing import ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from worker_core.settings.names import KEY_PREFIX, KEY_PREFIX_WORDS, taken_by, variable
from worker_core.settings.transport import problem_of


class BrokerSettings(BaseSettings):
    """Broker and guarantees."""

    takers: ClassVar = "the window and all processes"

    broker_url: str | None = Field(
        None,
        repr=False,
        validation_alias=variable("CELERY_BROKER_URL"),
        description="Address of the broker, for example redis://host:6379/0. "
        "Empty: the broker that AFI Desk runs on this computer.",
    )
    result_backend: str | None = Field(
        None,
        repr=False,
        validation_alias=variable("CELERY_RESULT_BACKEND"),
        description="Address of the store of task results. Empty: the broker's.",
    )
    key_prefix: str = Field(
        "",
        max_length=200,
        validation_alias=variable("AFI_KEY_PREFIX"),
        description="Text before every key in the broker, for brokers that several applications "
        "share. It must be the same for all workers and windows.",
    )
    ledger: bool = Field(
        True,
        validation_alias=variable("AFI_LEDGER"),
        description="Write each task that is submitted to the database before it is sent, so that "
        "none is lost. Off for a broker whose workers use another database.",
    )
    task_serializer: Literal["json"] = Field(
        "json",
        validation_alias=variable("CELERY_TASK_SERIALIZER"),
        description="Format of task messages. Only json: other formats can run code when read.",
    )
    result_serializer: Literal["json"] = Field(
        "json",
        validation_alias=variable("CELERY_RESULT_SERIALIZER"),
        description="Format of task results. Only json: other formats can run code when read.",
    )
    timezone: str = Field(
        "UTC",
        validation_alias=variable("CELERY_TIMEZONE"),
        json_schema_extra=taken_by("the scheduler and workers"),
        description="Time zone of the schedule, by its IANA name.",
    )
    exchange: str = Field(
        "XNYS",
        pattern=r"^[A-Z0-9]{4}$",
        validation_alias=variable("AFI_EXCHANGE"),
        description="Exchange whose trading hours the schedule keeps, by its ISO 10383 code.",
    )
    visibility_timeout_s: int = Field(
        600,
        ge=2,
        validation_alias=variable("AFI_VISIBILITY_TIMEOUT_S"),
        description="Seconds after which a task that a worker took but never finished "
        "is delivered again.",
    )
    result_expires_s: int = Field(
        86_400,
        ge=60,
        validation_alias=variable("AFI_RESULT_EXPIRES_S"),
        description="Seconds that a task's result is kept in the result store.",
    )
    result_inline_kb: int = Field(
        64,
        ge=1,
        validation_alias=variable("AFI_RESULT_INLINE_KB"),
        description="Largest task result (KiB, as JSON) that the result store itself holds; a "
        "larger one goes to the database, and the result store names it.",
    )
    result_max_mb: int = Field(
        64,
        ge=1,
        le=512,
        validation_alias=variable("AFI_RESULT_MAX_MB"),
        description="Largest task result (MiB, as JSON) that is kept at all; a task with a larger "
        "one fails.",
    )
    journal_events: int = Field(
        50_000,
        ge=0,
        validation_alias=variable("AFI_JOURNAL_EVENTS"),
        description="Event messages that the broker keeps for a window that was closed or cut "
        "off, about three a task and 0.5 kB each; 0 means none.",
    )

    # Guarantees
    lease_s: int = Field(
        60,
        ge=3,
        validation_alias=variable("AFI_LEASE_S"),
        description="Seconds after which a task counts as abandoned when its worker "
        "gives no sign. It is renewed while the task runs.",
    )
    poison_attempts: int = Field(
        3,
        ge=1,
        validation_alias=variable("AFI_POISON_ATTEMPTS"),
        description="Attempts in a row that ended with a killed worker, after which a task "
        "is put into quarantine.",
    )
    max_retries: int = Field(
        3,
        ge=0,
        le=20,
        validation_alias=variable("AFI_MAX_RETRIES"),
        description="How often a task is tried again after a failure that may pass.",
    )
    retry_delay_s: float = Field(
        60.0,
        gt=0,
        validation_alias=variable("AFI_RETRY_DELAY_S"),
        description="Seconds before the first retry, give or take a quarter; "
        "each further one waits twice as long.",
    )
    rate_limits: bool = Field(
        True,
        validation_alias=variable("AFI_RATE_LIMITS"),
        description="Keep to the rate limits of tasks, over all workers together.",
    )
    sweep_every_s: float = Field(
        30.0,
        gt=0,
        validation_alias=variable("AFI_SWEEP_EVERY_S"),
        description="Seconds between looks for submitted tasks that the broker has lost.",
    )
    sweep_grace_s: float = Field(
        60.0,
        gt=0,
        validation_alias=variable("AFI_SWEEP_GRACE_S"),
        description="Seconds without a sign of a task before it is looked for.",
    )
    ledger_days: int = Field(
        30,
        ge=1,
        validation_alias=variable("AFI_LEDGER_DAYS"),
        description="Days that tasks which have ended stay in the ledger of submitted tasks.",
    )

    @field_validator("broker_url", "result_backend")
    @classmethod
    def _certificates_are_checked(cls, value: str | None) -> str | None:
        if value and (problem := problem_of(value)):
            raise ValueError(problem)
        return value

    @field_validator("key_prefix")
    @classmethod
    def _plain_prefix(cls, value: str) -> str:
        if not KEY_PREFIX.fullmatch(value):
            raise ValueError(f"a key prefix consists of {KEY_PREFIX_WORDS}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin") from error
        return value
