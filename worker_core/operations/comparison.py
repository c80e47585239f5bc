"""Two filings of one company beside each other: text, tone and metrics.

Importing it loads the reading of documents, so that the window does so only when it compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from worker_core.documents.compared import LineChange, SectionChange, Side, compare_texts
from worker_core.operations.errors import NoDocument
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import (
    DocumentRecord,
    MetricPeriod,
    MetricRecord,
    SearchFilters,
    SentimentScore,
    Storage,
)

__all__ = [
    "FilingComparison",
    "LineChange",
    "MetricChange",
    "SectionChange",
    "Side",
    "ToneChange",
    "candidates",
    "compare",
]

MOST_CANDIDATES = 200
_YEARLY = ("10-k", "20-f", "40-f")


@dataclass(frozen=True, slots=True)
class ToneChange:
    """The tone of a section in either filing, or of the whole where ``section`` is empty."""

    section: str
    before: SentimentScore | None
    after: SentimentScore | None


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric in the period of either filing; None where the filing has no such period."""

    name: str
    before: MetricRecord | None
    after: MetricRecord | None

    @property
    def change(self) -> Decimal | None:
        """The later value less the earlier one, where there are both, by one formula."""
        before, after = self.before, self.after
        if before is None or after is None or before.value is None or after.value is None:
            return None
        return after.value - before.value if before.version == after.version else None


@dataclass(frozen=True, slots=True)
class FilingComparison:
    """``sections`` as `documents.compared.compare_texts` gives them. ``tones`` begin with the
    whole. ``periods`` are those of the metrics; ``notes`` say what could not be compared."""

    before: DocumentRecord
    after: DocumentRecord
    sections: tuple[SectionChange, ...]
    tones: tuple[ToneChange, ...]
    metrics: tuple[MetricChange, ...]
    periods: tuple[MetricPeriod | None, MetricPeriod | None]
    notes: tuple[str, ...]


def candidates(document_id: int, *, settings: Settings | None = None) -> tuple[DocumentRecord, ...]:
    """The other read filings of a document's company, the latest first: those of its ticker, and
    those of its name that know no ticker.

    Raises:
        NoDocument: there is no such document.
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        record = _known(storage, document_id)
        found: dict[int, DocumentRecord] = {}
        if record.ticker:
            same = storage.documents.of_ticker(record.ticker, limit=MOST_CANDIDATES)
            found |= {one.id: one for one in same}
        if record.company:
            named = SearchFilters(company=record.company)
            same = storage.documents.list(MOST_CANDIDATES, None, named)
            found |= {one.id: one for one in same if one.ticker in {None, record.ticker}}
    read = [one for one in found.values() if one.id != record.id and one.status == "parsed"]
    return tuple(sorted(read, key=_when, reverse=True))


def _when(record: DocumentRecord) -> tuple[str, int]:
    """What orders filings in time: the end of what they report on, else when they were filed."""
    filed = record.filing_date.isoformat() if record.filing_date else ""
    return record.period or filed, record.id


def compare(before_id: int, after_id: int, *, settings: Settings | None = None) -> FilingComparison:
    """Hold the later of two filings against the earlier.

    Raises:
        NoDocument: one of them is not stored, or has no text.
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        records = _known(storage, before_id), _known(storage, after_id)
        before, after = (_text(storage, record) for record in records)
        sections = [storage.documents.sections(record.id) for record in records]
        tones, models = zip(*(_tones(storage, record) for record in records), strict=True)
        periods = _periods(storage, *records)
    notes = []
    if None not in models and models[0] != models[1]:
        notes.append(
            f"The tones are of different models, {models[0]} and {models[1]}: score both "
            "documents again to compare them."
        )
    names = dict.fromkeys([*tones[0], *tones[1]])
    return FilingComparison(
        *records,
        sections=compare_texts(before, after, *sections),
        tones=tuple(ToneChange(name, tones[0].get(name), tones[1].get(name)) for name in names),
        metrics=_metrics(*periods),
        periods=periods,
        notes=tuple(notes),
    )


def _known(storage: Storage, document_id: int) -> DocumentRecord:
    record = storage.documents.get(document_id)
    if record is None:
        raise NoDocument(
            f"There is no document {document_id} any more.",
            "It may have been cleaned up. Choose another one.",
        )
    return record


def _text(storage: Storage, record: DocumentRecord) -> str:
    text = storage.documents.text(record.id)
    if text is None:
        raise NoDocument(
            f"{record.filename} has no text yet.", "Wait until it is read, or choose another one."
        )
    return text


def _tones(
    storage: Storage, record: DocumentRecord
) -> tuple[Mapping[str, SentimentScore], str | None]:
    sentiment = storage.documents.sentiment(record.id)
    if sentiment is None:
        return {}, None
    scores = {one.section: one for one in sentiment.scores if not one.entity}
    return scores, sentiment.model_version


def _periods(
    storage: Storage, before: DocumentRecord, after: DocumentRecord
) -> tuple[MetricPeriod | None, MetricPeriod | None]:
    """What either filing reports on; of the earlier one, a period as long as the later's.

    A filing is also a source of later periods, for what they begin with: those are not its own.
    """
    later = _period(storage, after, None)
    return _period(storage, before, later.basis if later else None), later


def _period(storage: Storage, record: DocumentRecord, basis: str | None) -> MetricPeriod | None:
    found = [
        one
        for one in storage.metrics.periods(document=record.id)
        if basis in {None, one.basis}
        and (not record.period or one.end.isoformat() <= record.period)
    ]
    yearly = (record.document_type or "").lower().startswith(_YEARLY)

    def fit(one: MetricPeriod) -> tuple[bool, bool, int]:
        own = one.end.isoformat() == record.period
        return own, (one.basis == "annual") == yearly, one.end.toordinal()

    return max(found, key=fit, default=None)


def _metrics(before: MetricPeriod | None, after: MetricPeriod | None) -> tuple[MetricChange, ...]:
    sides = [{one.name: one for one in side.metrics} if side else {} for side in (before, after)]
    names = dict.fromkeys([*sides[1], *sides[0]])
    return tuple(MetricChange(name, sides[0].get(name), sides[1].get(name)) for name in names)
