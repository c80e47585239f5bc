"""What is kept: documents, what was found in them, their figures and their search index, prices and
economic series, the ledger of tasks, their large results and their schedule, trained models, users
and what they did, files by content.

The one place that speaks SQL. Importing it loads neither SQLAlchemy nor Alembic nor fsspec: the
window is drawn first. `Storage.open` loads what it needs, and like every call here it blocks, so
it has no place on a thread that draws.
"""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from worker_core.storage.access_records import (
    AuditEntry,
    Claim,
    Intake,
    KeptEntry,
    OwnedDocument,
    Role,
    Taken,
    TokenRecord,
    UserRecord,
)
from worker_core.storage.alert_records import (
    AlertChange,
    AlertChanges,
    AlertRecord,
    AlertRuleEdit,
    AlertRuleRecord,
    AlertState,
    ConditionRecord,
    Evaluated,
    Judgement,
    Measurement,
    MeasureRead,
    MeasureReading,
)
from worker_core.storage.anomaly_records import (
    AnomalyKind,
    AnomalyRecord,
    BaselineRecord,
    RiskSeries,
    RiskUniverse,
)
from worker_core.storage.artifacts import Artifact, Artifacts
from worker_core.storage.cleaning import display_name
from worker_core.storage.errors import ArtifactError, StorageError
from worker_core.storage.financial_records import (
    Basis,
    FactSet,
    MetricPeriod,
    MetricRecord,
    MetricSeries,
    ReportedDocument,
    StoredFact,
)
from worker_core.storage.forecast_records import (
    ConformalRecord,
    ForecastKind,
    ForecastOutcome,
    ForecastPoint,
    ForecastRecord,
    NewForecast,
)
from worker_core.storage.health_records import Ended, HealthRecord, PerformanceRecord
from worker_core.storage.model_records import (
    ModelAction,
    ModelChange,
    ModelGroup,
    ModelPointer,
    ModelRecord,
    ModelStatus,
    NewModel,
)
from worker_core.storage.name_records import NAME_KINDS, NamedRecord, NameKind
from worker_core.storage.records import (
    Correction,
    DocumentRecord,
    NewTask,
    ScheduleClaim,
    ScheduleEdit,
    ScheduleRecord,
    Section,
    SentimentEvidence,
    SentimentRecord,
    SentimentScore,
    SentimentSentence,
    SourceRecord,
    SummaryRecord,
    SummarySentence,
    TaskNote,
    TaskRecord,
    TaskState,
)
from worker_core.storage.report_records import ReportKind, ReportRecord
from worker_core.storage.search_records import IndexSlice, SearchFilters, SearchHit
from worker_core.storage.sentiment_records import (
    LabelRecord,
    NewLabel,
    ToneComparison,
    ToneDay,
    ToneLabel,
    ToneObservation,
    ToneTrend,
)
from worker_core.storage.study_records import StudyRecord, TrialRecord, TrialState

if TYPE_CHECKING:
    from optuna.storages import BaseStorage
    from sqlalchemy import Engine

    from worker_core.storage.access import AccessRepository
    from worker_core.storage.alert_rules import AlertRuleRepository
    from worker_core.storage.alerts import AlertRepository
    from worker_core.storage.anomalies import AnomalyRepository
    from worker_core.storage.audit import AuditRepository
    from worker_core.storage.documents import DocumentRepository
    from worker_core.storage.facts import FactRepository
    from worker_core.storage.forecasts import ForecastRepository
    from worker_core.storage.health import HealthRepository, PerformanceRepository
    from worker_core.storage.labels import LabelRepository
    from worker_core.storage.market import MarketRepository
    from worker_core.storage.measurements import MeasurementRepository
    from worker_core.storage.metrics import MetricRepository
    from worker_core.storage.models import ModelRepository
    from worker_core.storage.names import NameReading
    from worker_core.storage.owned_documents import DocumentOwners
    from worker_core.storage.owned_tasks import OwnedTasks
    from worker_core.storage.reports import ReportRepository
    from worker_core.storage.results import ResultRepository
    from worker_core.storage.retention import Keeper
    from worker_core.storage.risk import RiskRepository
    from worker_core.storage.schedule import ScheduleRepository
    from worker_core.storage.search import SearchRepository
    from worker_core.storage.sentiment import SentimentRepository
    from worker_core.storage.tasks import TaskRepository
    from worker_core.storage.trials import TrialReading

__all__ = [
    "NAME_KINDS",
    "AlertChange",
    "AlertChanges",
    "AlertRecord",
    "AlertRuleEdit",
    "AlertRuleRecord",
    "AlertState",
    "AnomalyKind",
    "AnomalyRecord",
    "Artifact",
    "ArtifactError",
    "Artifacts",
    "AuditEntry",
    "BaselineRecord",
    "Basis",
    "Claim",
    "ConditionRecord",
    "ConformalRecord",
    "Correction",
    "DocumentRecord",
    "Ended",
    "Evaluated",
    "FactSet",
    "ForecastKind",
    "ForecastOutcome",
    "ForecastPoint",
    "ForecastRecord",
    "HealthRecord",
    "IndexSlice",
    "Intake",
    "Judgement",
    "KeptEntry",
    "LabelRecord",
    "MeasureRead",
    "MeasureReading",
    "Measurement",
    "MetricPeriod",
    "MetricRecord",
    "MetricSeries",
    "ModelAction",
    "ModelChange",
    "ModelGroup",
    "ModelPointer",
    "ModelRecord",
    "ModelStatus",
    "NameKind",
    "NamedRecord",
    "NewForecast",
    "NewLabel",
    "NewModel",
    "NewTask",
    "OwnedDocument",
    "PerformanceRecord",
    "ReportKind",
    "ReportRecord",
    "ReportedDocument",
    "RiskSeries",
    "RiskUniverse",
    "Role",
    "ScheduleClaim",
    "ScheduleEdit",
    "ScheduleRecord",
    "SearchFilters",
    "SearchHit",
    "Section",
    "SentimentEvidence",
    "SentimentRecord",
    "SentimentScore",
    "SentimentSentence",
    "SourceRecord",
    "Storage",
    "StorageError",
    "StoredFact",
    "StudyRecord",
    "SummaryRecord",
    "SummarySentence",
    "Taken",
    "TaskNote",
    "TaskRecord",
    "TaskState",
    "TokenRecord",
    "ToneComparison",
    "ToneDay",
    "ToneLabel",
    "ToneObservation",
    "ToneTrend",
    "TrialRecord",
    "TrialState",
    "UserRecord",
    "display_name",
]


class Storage:
    """The database and the store of files, opened together.

    It may be opened before a process forks, and shared by threads.
    """

    documents: "DocumentRepository"
    facts: "FactRepository"
    metrics: "MetricRepository"
    tasks: "TaskRepository"
    results: "ResultRepository"
    schedule: "ScheduleRepository"
    search: "SearchRepository"
    sentiment: "SentimentRepository"
    labels: "LabelRepository"
    models: "ModelRepository"
    forecasts: "ForecastRepository"
    anomalies: "AnomalyRepository"
    risk: "RiskRepository"
    alert_rules: "AlertRuleRepository"
    alerts: "AlertRepository"
    measurements: "MeasurementRepository"
    trials: "TrialReading"
    names: "NameReading"
    health: "HealthRepository"
    performance: "PerformanceRepository"
    access: "AccessRepository"
    audit: "AuditRepository"
    owned_tasks: "OwnedTasks"
    owned_documents: "DocumentOwners"
    artifacts: Artifacts

    def __init__(self, engine: "Engine", artifacts: Artifacts) -> None:
        from worker_core.storage.access import AccessRepository
        from worker_core.storage.alert_rules import AlertRuleRepository
        from worker_core.storage.alerts import AlertRepository
        from worker_core.storage.anomalies import AnomalyRepository
        from worker_core.storage.audit import AuditRepository
        from worker_core.storage.documents import DocumentRepository
        from worker_core.storage.facts import FactRepository
        from worker_core.storage.forecasts import ForecastRepository
        from worker_core.storage.health import HealthRepository, PerformanceRepository
        from worker_core.storage.labels import LabelRepository
        from worker_core.storage.measurements import MeasurementRepository
        from worker_core.storage.metrics import MetricRepository
        from worker_core.storage.models import ModelRepository
        from worker_core.storage.names import NameReading
        from worker_core.storage.owned_documents import DocumentOwners
        from worker_core.storage.owned_tasks import OwnedTasks
        from worker_core.storage.results import ResultRepository
        from worker_core.storage.risk import RiskRepository
        from worker_core.storage.schedule import ScheduleRepository
        from worker_core.storage.search import SearchRepository
        from worker_core.storage.sentiment import SentimentRepository
        from worker_core.storage.tasks import TaskRepository
        from worker_core.storage.trials import TrialReading

        self._engine = engine
        self.documents = DocumentRepository(engine)
        self.facts = FactRepository(engine)
        self.metrics = MetricRepository(engine)
        self.tasks = TaskRepository(engine)
        self.results = ResultRepository(engine)
        self.schedule = ScheduleRepository(engine)
        self.search = SearchRepository(engine)
        self.sentiment = SentimentRepository(engine)
        self.labels = LabelRepository(engine)
        self.models = ModelRepository(engine, artifacts)
        self.forecasts = ForecastRepository(engine)
        self.anomalies = AnomalyRepository(engine)
        self.risk = RiskRepository(engine)
        self.alert_rules = AlertRuleRepository(engine)
        self.alerts = AlertRepository(engine)
        self.measurements = MeasurementRepository(engine)
        self.trials = TrialReading(engine)
        self.names = NameReading(engine)
        self.health = HealthRepository(engine)
        self.performance = PerformanceRepository(engine)
        self.access = AccessRepository(engine)
        self.audit = AuditRepository(engine)
        self.owned_tasks = OwnedTasks(engine)
        self.owned_documents = DocumentOwners(engine)
        self.artifacts = artifacts

    @cached_property
    def market(self) -> "MarketRepository":
        """Prices, corporate actions, economic series and findings about them. Loads NumPy."""
        from worker_core.storage.market import MarketRepository

        return MarketRepository(self._engine)

    @cached_property
    def reports(self) -> "ReportRepository":
        """Reports that were made, and their files."""
        from worker_core.storage.reports import ReportRepository

        return ReportRepository(self._engine, self.artifacts)

    def studies(self) -> "BaseStorage":
        """A store of searches for settings, in this database. Loads Optuna.

        Raises:
            StorageError: the database cannot keep them.
        """
        from worker_core.storage.studies import study_store

        return study_store(self._engine)

    def keepers(self) -> "tuple[Keeper, ...]":
        """One for each kind of data that is not kept for ever."""
        from worker_core.storage.retention import keepers

        return keepers(self._engine, self.artifacts)

    @classmethod
    def open(cls, database_url: str, artifacts_url: str) -> Self:
        """Open both, and bring the database's tables to this version of the program.

        Raises:
            StorageError: the database cannot be used. The store of files is not touched before its
                first use.
        """
        from worker_core.storage.engine import create_engine
        from worker_core.storage.migrate import upgrade

        engine = create_engine(database_url)
        try:
            upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, Artifacts(artifacts_url))

    def close(self) -> None:
        """Close the connections to the database. Using the storage again opens new ones."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()
