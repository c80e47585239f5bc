"""Versions of trained models that are neither in use nor led to by a rollback."""

from datetime import datetime

from sqlalchemy import Engine

from worker_core.storage.artifacts import Artifacts
from worker_core.storage.engine import reading, writing
from worker_core.storage.model_history import prunable, prune
from worker_core.storage.retention import Removal

KEPT_OF_EACH = 5


class ModelKeeper:
    """The newest few of each kind and subject stay, whatever their age."""

    kind = "models"
    setting = "keep_models_days"

    def __init__(self, engine: Engine, artifacts: Artifacts) -> None:
        self._engine = engine
        self._artifacts = artifacts

    def removable(self, before: datetime) -> Removal:
        with reading(self._engine) as connection:
            rows = prunable(connection, before, KEPT_OF_EACH)
        return Removal(len(rows), sum(row.artifact_bytes or 0 for row in rows))

    def remove(self, before: datetime) -> Removal:
        with writing(self._engine) as connection:
            rows = prunable(connection, before, KEPT_OF_EACH)
            _, files = prune(connection, before, KEPT_OF_EACH)
        for sha256 in files:
            self._artifacts.delete(sha256)
        return Removal(len(rows), sum(row.artifact_bytes or 0 for row in rows))
