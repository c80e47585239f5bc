"""The scorer that is in use: the promoted model, else the one that comes with the program, with the
ONNX model behind it where the settings name one."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from worker_core import settings
from worker_core.sentiment import linear, onnx, scorers
from worker_core.sentiment.linear import LinearModel, ModelError
from worker_core.sentiment.model import SentenceScorer
from worker_core.storage import ModelRecord, StorageError
from worker_core.tasks.base import Run

log = logging.getLogger(__name__)

KIND = "sentiment"
LARGEST = 64 * 2**20
_MODELS = 3


@dataclass(frozen=True, slots=True)
class InUse:
    """A scorer, and the version of its linear model in the registry (None: the bundled one).

    ``notes`` are sentences for the reader on what could not be used.
    """

    scorer: SentenceScorer
    champion: str | None
    notes: tuple[str, ...] = ()


# By version, so that a promotion is in force with the next task and costs one look at a row.
_loaded: dict[str, LinearModel] = {}


def champion(run: Run) -> tuple[LinearModel | None, str | None, tuple[str, ...]]:
    """The promoted model and its version, or nothing and why it cannot be used.

    Raises:
        StorageError: the database, or for the moment the store of files, does not answer.
    """
    record = run.storage.models.champion(KIND)
    if record is None:
        return None, None, ()
    model = _loaded.get(record.version)
    if model is None:
        try:
            model = _load(run, record)
        except (ModelError, StorageError) as error:
            if getattr(error, "transient", False):
                raise
            note = (
                f"The model {record.version} is in use, but cannot be read: {error} "
                "The one that comes with the program was used instead."
            )
            log.warning("%s", note)
            return None, None, (note,)
        while len(_loaded) >= _MODELS:
            _loaded.pop(next(iter(_loaded)))
        _loaded[record.version] = model
    return model, record.version, ()


def in_use(run: Run) -> InUse:
    """What sentences are to be scored with now. Raises as ``champion``."""
    model, version, notes = champion(run)
    if model is None:
        try:
            model = scorers.bundled_model()
        except ModelError:
            scorer = scorers.default_scorer()
            return InUse(scorer, None, (*notes, f"{scorer.model_version} stood in for it."))
    path = settings.current().sentiment_onnx_path
    if path is None:
        return InUse(scorers.LinearScorer(model), version, notes)
    try:
        network = _network(Path(path).expanduser())
    except ModelError as error:
        note = f"{error} The linear model was used alone."
        log.warning("%s", note)
        return InUse(scorers.LinearScorer(model), version, (*notes, note))
    return InUse(onnx.CascadeScorer(model, network), version, notes)


@lru_cache(maxsize=1)
def _network(path: Path) -> onnx.OnnxScorer:
    return onnx.OnnxScorer(path)


def _load(run: Run, record: ModelRecord) -> LinearModel:
    data = run.storage.models.artifact(record, LARGEST)
    return linear.loads(data, record.version)
