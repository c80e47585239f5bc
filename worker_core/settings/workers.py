"""How workers run, and where data lies."""

from pathlib import Path
from typing import ClassVar, Literal

import platformdirs
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from worker_core.settings.names import APP_NAME, taken_by, variable


class WorkerSettings(BaseSettings):
    """Workers and storage."""

    takers: ClassVar = "workers"

    worker_concurrency: int = Field(
        4,
        ge=1,
        le=256,
        validation_alias=variable("AFI_WORKER_CONCURRENCY"),
        description="Tasks that one worker runs at the same time.",
    )
    worker_pool: Literal["auto", "prefork", "threads", "solo"] = Field(
        "auto",
        validation_alias=variable("AFI_WORKER_POOL"),
        description="How a worker runs tasks side by side: in processes (prefork), in threads, or "
        "one after the other (solo). Only processes can be ended while they run; in threads a task "
        "that is cancelled stops at its next word of progress. auto: threads on Windows, which "
        "knows no forks, else prefork.",
    )
    worker_prefetch_multiplier: int = Field(
        1,
        ge=0,
        le=1000,
        validation_alias=variable("CELERY_WORKER_PREFETCH_MULTIPLIER"),
        description="Tasks that a worker holds in reserve for each one it can run; "
        "0 means without limit.",
    )
    task_acks_late: bool = Field(
        True,
        validation_alias=variable("CELERY_TASK_ACKS_LATE"),
        description="Acknowledge a task when it is done, so that a killed worker's task "
        "is delivered again.",
    )
    worker_max_tasks_per_child: int = Field(
        1000,
        ge=1,
        validation_alias=variable("CELERY_WORKER_MAX_TASKS_PER_CHILD"),
        description="Tasks after which a worker process is replaced by a fresh one.",
    )
    worker_max_memory_mb: int = Field(
        1024,
        ge=128,
        validation_alias=variable("AFI_WORKER_MAX_MEMORY_MB"),
        description="Resident memory (MiB) above which a worker process is replaced "
        "after its task.",
    )
    worker_memory_limit_mb: int = Field(
        4096,
        ge=0,
        validation_alias=variable("AFI_WORKER_MEMORY_LIMIT_MB"),
        description="Memory (MiB) that a worker process can get at all; a task that asks for more "
        "fails. On Linux only; 0 means no limit.",
    )
    worker_preload: bool = Field(
        True,
        validation_alias=variable("AFI_WORKER_PRELOAD"),
        description="Load the libraries that a worker's tasks need before its processes are "
        "started, so that they share them in memory and the first task does not wait for them.",
    )
    soft_stop_s: float = Field(
        10.0,
        ge=0,
        validation_alias=variable("AFI_SOFT_STOP_S"),
        description="Seconds that running tasks have left to finish after a soft stop (SIGQUIT); "
        "then they go back to their queues.",
    )
    log_format: Literal["line", "json"] = Field(
        "line",
        validation_alias=variable("AFI_LOG_FORMAT"),
        json_schema_extra=taken_by("all processes"),
        description="How logs are written: line is for people; json is one object a line, with "
        "the ids of task and request. The API's access log is always json.",
    )

    # Storage
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)),
        validation_alias=variable("AFI_DATA_DIR"),
        json_schema_extra=taken_by("the window and all processes"),
        description="Folder of the database, stored files, the local broker and logs.",
    )
    database: str | None = Field(
        None,
        repr=False,
        validation_alias=variable("AFI_DATABASE_URL"),
        json_schema_extra=taken_by("the window and all processes"),
        description="Address of the database, for example postgresql://user@host/afi. "
        "Empty: an SQLite file in the data folder.",
    )
    artifacts: str | None = Field(
        None,
        validation_alias=variable("AFI_ARTIFACTS_URL"),
        json_schema_extra=taken_by("the window and all processes"),
        description="Where files are stored, for example s3://bucket/afi. "
        "Empty: a folder in the data folder.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()
