"""Every setting, declared once: type, default, description.

Values come, in this order, from the environment, the user's settings file and the defaults here.
Celery itself reads only some of the CELERY_* variables, and some of them over the application's
own configuration, so all of them are parsed here and handed to it.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    JsonConfigSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

APP_NAME = "afi-desk"
SETTINGS_FILE = "settings.json"
# What is not among these, workers would subscribe to as a pattern, or count by characters where
# the broker counts bytes.
KEY_PREFIX = re.compile(r"[!-)+->@-Z^-~]*")
KEY_PREFIX_WORDS = "printable ASCII characters other than * ? [ ] \\ and the space"


class SettingsError(Exception):
    """A setting has a value that cannot be used. The text names it and what is accepted."""


def _variable(name: str) -> AliasChoices:
    """The environment's name of a setting; the settings file uses the field's own."""
    return AliasChoices(name, name.lower())


def config_dir() -> Path:
    """The folder of the user's settings file."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))


class Settings(BaseSettings):
    """What a user may set. Field names are the keys of the settings file."""

    model_config = SettingsConfigDict(
        populate_by_name=True, extra="ignore", frozen=True, validate_default=False
    )

    # Broker and results
    broker_url: str | None = Field(
        None,
        repr=False,
        validation_alias=_variable("CELERY_BROKER_URL"),
        description="Address of the broker, for example redis://host:6379/0. "
        "Empty: the broker that AFI Desk runs on this computer.",
    )
    result_backend: str | None = Field(
        None,
        repr=False,
        validation_alias=_variable("CELERY_RESULT_BACKEND"),
        description="Address of the store of task results. Empty: the broker's.",
    )
    key_prefix: str = Field(
        "",
        max_length=200,
        validation_alias=_variable("AFI_KEY_PREFIX"),
        description="Text before every key in the broker, for brokers that several applications "
        "share. It must be the same for all workers and windows.",
    )
    ledger: bool = Field(
        True,
        validation_alias=_variable("AFI_LEDGER"),
        description="Write each task that is submitted to the database before it is sent, so that "
        "none is lost. Off for a broker whose workers use another database.",
    )
    task_serializer: Literal["json"] = Field(
        "json",
        validation_alias=_variable("CELERY_TASK_SERIALIZER"),
        description="Format of task messages. Only json: other formats can run code when read.",
    )
    result_serializer: Literal["json"] = Field(
        "json",
        validation_alias=_variable("CELERY_RESULT_SERIALIZER"),
        description="Format of task results. Only json: other formats can run code when read.",
    )
    timezone: str = Field(
        "UTC",
        validation_alias=_variable("CELERY_TIMEZONE"),
        description="Time zone of the schedule, by its IANA name.",
    )
    exchange: str = Field(
        "XNYS",
        pattern=r"^[A-Z0-9]{4}$",
        validation_alias=_variable("AFI_EXCHANGE"),
        description="Exchange whose trading hours the schedule keeps, by its ISO 10383 code.",
    )
    visibility_timeout_s: int = Field(
        600,
        ge=2,
        validation_alias=_variable("AFI_VISIBILITY_TIMEOUT_S"),
        description="Seconds after which a task that a worker took but never finished "
        "is delivered again.",
    )
    result_expires_s: int = Field(
        86_400,
        ge=60,
        validation_alias=_variable("AFI_RESULT_EXPIRES_S"),
        description="Seconds that a task's result is kept in the result store.",
    )
    result_inline_kb: int = Field(
        64,
        ge=1,
        validation_alias=_variable("AFI_RESULT_INLINE_KB"),
        description="Largest task result (KiB, as JSON) that the result store itself holds; a "
        "larger one goes to the database, and the result store names it.",
    )
    result_max_mb: int = Field(
        64,
        ge=1,
        le=512,
        validation_alias=_variable("AFI_RESULT_MAX_MB"),
        description="Largest task result (MiB, as JSON) that is kept at all; a task with a larger "
        "one fails.",
    )
    journal_events: int = Field(
        50_000,
        ge=0,
        validation_alias=_variable("AFI_JOURNAL_EVENTS"),
        description="Event messages that the broker keeps for a window that was closed or cut "
        "off, about three a task and 0.5 kB each; 0 means none.",
    )

    # Guarantees
    lease_s: int = Field(
        60,
        ge=3,
        validation_alias=_variable("AFI_LEASE_S"),
        description="Seconds after which a task counts as abandoned when its worker "
        "gives no sign. It is renewed while the task runs.",
    )
    poison_attempts: int = Field(
        3,
        ge=1,
        validation_alias=_variable("AFI_POISON_ATTEMPTS"),
        description="Attempts in a row that ended with a killed worker, after which a task "
        "is put into quarantine.",
    )
    max_retries: int = Field(
        3,
        ge=0,
        le=20,
        validation_alias=_variable("AFI_MAX_RETRIES"),
        description="How often a task is tried again after a failure that may pass.",
    )
    retry_delay_s: float = Field(
        60.0,
        gt=0,
        validation_alias=_variable("AFI_RETRY_DELAY_S"),
        description="Seconds before the first retry, give or take a quarter; "
        "each further one waits twice as long.",
    )
    rate_limits: bool = Field(
        True,
        validation_alias=_variable("AFI_RATE_LIMITS"),
        description="Keep to the rate limits of tasks, over all workers together.",
    )
    sweep_every_s: float = Field(
        30.0,
        gt=0,
        validation_alias=_variable("AFI_SWEEP_EVERY_S"),
        description="Seconds between looks for submitted tasks that the broker has lost.",
    )
    sweep_grace_s: float = Field(
        60.0,
        gt=0,
        validation_alias=_variable("AFI_SWEEP_GRACE_S"),
        description="Seconds without a sign of a task before it is looked for.",
    )
    ledger_days: int = Field(
        30,
        ge=1,
        validation_alias=_variable("AFI_LEDGER_DAYS"),
        description="Days that tasks which have ended stay in the ledger of submitted tasks.",
    )

    # Workers
    worker_concurrency: int = Field(
        4,
        ge=1,
        le=256,
        validation_alias=_variable("AFI_WORKER_CONCURRENCY"),
        description="Tasks that one worker runs at the same time.",
    )
    worker_prefetch_multiplier: int = Field(
        1,
        ge=0,
        le=1000,
        validation_alias=_variable("CELERY_WORKER_PREFETCH_MULTIPLIER"),
        description="Tasks that a worker holds in reserve for each one it can run; "
        "0 means without limit.",
    )
    task_acks_late: bool = Field(
        True,
        validation_alias=_variable("CELERY_TASK_ACKS_LATE"),
        description="Acknowledge a task when it is done, so that a killed worker's task "
        "is delivered again.",
    )
    worker_max_tasks_per_child: int = Field(
        1000,
        ge=1,
        validation_alias=_variable("CELERY_WORKER_MAX_TASKS_PER_CHILD"),
        description="Tasks after which a worker process is replaced by a fresh one.",
    )
    worker_max_memory_mb: int = Field(
        1024,
        ge=128,
        validation_alias=_variable("AFI_WORKER_MAX_MEMORY_MB"),
        description="Resident memory (MiB) above which a worker process is replaced "
        "after its task.",
    )
    worker_memory_limit_mb: int = Field(
        4096,
        ge=0,
        validation_alias=_variable("AFI_WORKER_MEMORY_LIMIT_MB"),
        description="Memory (MiB) that a worker process can get at all; a task that asks for more "
        "fails. On Linux only; 0 means no limit.",
    )
    worker_preload: bool = Field(
        True,
        validation_alias=_variable("AFI_WORKER_PRELOAD"),
        description="Load the libraries that a worker's tasks need before its processes are "
        "started, so that they share them in memory and the first task does not wait for them.",
    )
    soft_stop_s: float = Field(
        10.0,
        ge=0,
        validation_alias=_variable("AFI_SOFT_STOP_S"),
        description="Seconds that running tasks have left to finish after a soft stop (SIGQUIT); "
        "then they go back to their queues.",
    )
    flower_port: int = Field(
        5555,
        ge=1,
        le=65_535,
        validation_alias=_variable("FLOWER_PORT"),
        description="Port of Flower, on this computer only.",
    )

    # Storage
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)),
        validation_alias=_variable("AFI_DATA_DIR"),
        description="Folder of the database, stored files, the local broker and logs.",
    )
    database: str | None = Field(
        None,
        repr=False,
        validation_alias=_variable("AFI_DATABASE_URL"),
        description="Address of the database, for example postgresql://user@host/afi. "
        "Empty: an SQLite file in the data folder.",
    )
    artifacts: str | None = Field(
        None,
        validation_alias=_variable("AFI_ARTIFACTS_URL"),
        description="Where files are stored, for example s3://bucket/afi. "
        "Empty: a folder in the data folder.",
    )

    # Documents
    max_document_mb: int = Field(
        100,
        ge=1,
        validation_alias=_variable("AFI_MAX_DOCUMENT_MB"),
        description="Largest file (MiB) that is accepted.",
    )
    max_document_pages: int = Field(
        2000,
        ge=1,
        validation_alias=_variable("AFI_MAX_DOCUMENT_PAGES"),
        description="Pages of a PDF that are read; the rest is left out, and that is recorded.",
    )
    max_document_characters: int = Field(
        20_000_000,
        ge=10_000,
        validation_alias=_variable("AFI_MAX_DOCUMENT_CHARACTERS"),
        description="Characters of text that are kept; the rest is left out, and that is recorded.",
    )
    max_sentences: int = Field(
        20_000,
        ge=100,
        validation_alias=_variable("AFI_MAX_SENTENCES"),
        description="Sentences that are scored and summarised; the rest is left out, and that "
        "is recorded.",
    )
    parse_timeout_s: float = Field(
        60.0,
        gt=0,
        validation_alias=_variable("AFI_PARSE_TIMEOUT_S"),
        description="Seconds that reading one document may take.",
    )
    parse_memory_mb: int = Field(
        1024,
        ge=256,
        validation_alias=_variable("AFI_PARSE_MEMORY_MB"),
        description="Memory (MiB) that reading one document may take.",
    )
    summary_sentences: int = Field(
        5,
        ge=1,
        le=50,
        validation_alias=_variable("AFI_SUMMARY_SENTENCES"),
        description="Sentences in a document's summary.",
    )
    sentiment_onnx_path: str | None = Field(
        None,
        validation_alias=_variable("AFI_SENTIMENT_ONNX_PATH"),
        description="An ONNX model that is asked about sentences of whose tone the bundled model "
        "is not sure; its …tokenizer.json stands beside it. It needs the extra onnx. Empty: none.",
    )

    # The window
    theme: Literal["system", "light", "dark"] = Field(
        "system",
        validation_alias=_variable("AFI_THEME"),
        description="Colours of the window.",
    )
    start_local: bool = Field(
        True,
        validation_alias=_variable("AFI_START_LOCAL"),
        description="Start this computer's broker, workers and scheduler with the window, "
        "where no other broker is set.",
    )
    history_tasks: int = Field(
        100_000,
        ge=1000,
        validation_alias=_variable("AFI_HISTORY_TASKS"),
        description="Tasks that the window keeps in memory.",
    )
    history_days: float = Field(
        30.0,
        gt=0,
        le=36_500,
        validation_alias=_variable("AFI_HISTORY_DAYS"),
        description="Days that tasks stay in the history after they were last heard of.",
    )
    history_mb: int = Field(
        2048,
        ge=0,
        validation_alias=_variable("AFI_HISTORY_MB"),
        description="Largest history (MiB) of one broker, about 1.6 for 1,000 tasks; the oldest "
        "tasks leave first. 0 means that no history is kept.",
    )
    environment: str | None = Field(
        None,
        max_length=24,
        validation_alias=_variable("AFI_ENVIRONMENT"),
        description="Name shown on the window's badge, for example production. "
        "Empty: LOCAL for a broker on this computer, else the broker's host.",
    )
    read_only: bool = Field(
        False,
        validation_alias=_variable("AFI_READ_ONLY"),
        description="The window only looks: it enqueues, cancels and changes nothing.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        validation_alias=_variable("AFI_LOG_LEVEL"),
        description="How much the logs say.",
    )

    @field_validator("broker_url", "result_backend", "database", "artifacts", "environment")
    @classmethod
    def _empty_means_unset(cls, value: str | None) -> str | None:
        return value.strip() or None if value else None

    @field_validator("broker_url", "result_backend")
    @classmethod
    def _certificates_are_checked(cls, value: str | None) -> str | None:
        # Without the parameter Celery's broker connection would skip the check in silence.
        if value and value.startswith("rediss://") and "ssl_cert_reqs=" not in value:
            raise ValueError(
                "a rediss:// address must say how the server's certificate is checked: "
                "add ?ssl_cert_reqs=required&ssl_ca_certs=/path/to/ca.pem"
            )
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

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @cached_property
    def database_url(self) -> str:
        """The configured database, else the SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data_dir / 'afi.sqlite3'}"

    @cached_property
    def artifacts_url(self) -> str:
        """The configured store of files, else a folder in the data folder."""
        return self.artifacts or str(self.data_dir / "artifacts")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = JsonConfigSettingsSource(settings_cls, json_file=config_dir() / SETTINGS_FILE)
        return init_settings, env_settings, file


# What this process was told to use instead of what is written down.
_overrides: dict[str, Any] = {}


def override(values: Mapping[str, Any]) -> Settings:
    """Let these (field name → value) go before everything that is read, in this process alone.
    They replace those of an earlier call.

    Raises:
        SettingsError: one of them cannot be used; then nothing has changed.
    """
    before = dict(_overrides)
    _overrides.clear()
    _overrides.update(values)
    current.cache_clear()
    try:
        return current()
    except SettingsError:
        _overrides.clear()
        _overrides.update(before)
        raise


def load() -> Settings:
    """Read the settings afresh, under this process's overrides.

    Raises:
        SettingsError: a value is unusable; the text names every such setting.
    """
    return _load(_overrides)


def load_unchanged() -> Settings:
    """The settings as they would be without overrides. Raises as ``load``."""
    return _load({})


def _load(overrides: Mapping[str, Any]) -> Settings:
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error
    except ValueError as error:
        raise SettingsError(_unreadable(error)) from error


@lru_cache(maxsize=1)
def current() -> Settings:
    """This process's settings, read at the first call."""
    return load()


def save(changes: Mapping[str, Any]) -> Settings:
    """Write ``changes`` (field name → value; None removes the key) to the user's settings file.

    Raises:
        SettingsError: a value, or the file as it stands, is unusable. Nothing is written then.
    """
    path = config_dir() / SETTINGS_FILE
    try:
        stored: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise SettingsError(_unreadable(error)) from error
    stored |= changes
    stored = {key: value for key, value in stored.items() if value is not None}
    try:
        Settings.model_validate(stored)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    # An address may hold a password.
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(stored, indent=2, default=str) + "\n", "utf-8")
    temporary.replace(path)
    current.cache_clear()
    return current()


def variable_of(field: str) -> str:
    """The environment variable that sets ``field``."""
    alias = Settings.model_fields[field].validation_alias
    if not isinstance(alias, AliasChoices):
        raise TypeError(f"{field} declares no environment variable")
    return str(alias.choices[0])


def _unreadable(error: ValueError) -> str:
    return (
        f"The settings file {config_dir() / SETTINGS_FILE} is not valid JSON ({error}). "
        "Mend it, or remove it to start from the defaults."
    )


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        if name in Settings.model_fields:
            name = variable_of(name)
        text = f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}"
        # An address may hold a password, and this text goes to logs and screens.
        secret = any(word in name.upper() for word in ("URL", "BACKEND"))
        lines.append(text if secret else f"{text} (it is {problem.get('input')!r})")
    return "Some settings cannot be used.\n" + "\n".join(lines)
