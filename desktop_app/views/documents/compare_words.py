"""What a comparison of two filings says, in words. Nothing here touches a widget."""

from typing import TYPE_CHECKING, Final

from desktop_app.ui import formats
from desktop_app.views.documents import figure_words, wording
from worker_core.storage import DocumentRecord, SentimentScore

if TYPE_CHECKING:
    from worker_core.operations.comparison import FilingComparison, MetricChange, SectionChange

KINDS: Final = {
    "added": "+ Added",
    "removed": "− Removed",
    "changed": "± Changed",
    "same": "= Same",
}
"""A sign and a word for what became of a section."""
_SHARES: Final = {"growth", "margins", "returns"}


def filing(document: DocumentRecord) -> str:
    """A filing among those of its company: its form, its period and its file."""
    parts = (document.document_type, document.period, document.filename)
    return formats.shorten(" · ".join(filter(None, parts)), 70)


def section(change: "SectionChange", *, alone: bool = False) -> str:
    """Which part of the filings; ``alone`` where they are compared as wholes."""
    if not change.name and alone:
        return "The whole document"
    if not change.name:
        whole = change.before is None or change.after is None or change.before[0] == 0
        return "Before the first section" if whole and change.title == "" else change.title
    return f"{wording.section_name(change.name)}  {change.title}".strip()


def words_changed(change: "SectionChange") -> str:
    """How many words came and went."""
    if change.kind == "same":
        return ""
    return f"+{formats.count(change.added)} −{formats.count(change.removed)}"


def tone(score: SentimentScore | None) -> str:
    return wording.signed(score.mean).strip() if score is not None else formats.NOTHING


def tones(comparison: "FilingComparison") -> str:
    """The tone of both as wholes."""
    whole = next((one for one in comparison.tones if not one.section), None)
    if whole is None:
        return "Neither is scored yet."
    return f"Tone {tone(whole.before)} → {tone(whole.after)}"


def summed_up(comparison: "FilingComparison") -> str:
    """How many sections became what."""
    counts = {
        word: sum(1 for one in comparison.sections if one.kind == kind)
        for kind, word in (("changed", "changed"), ("added", "added"), ("removed", "removed"),
                           ("same", "the same"))
    }  # fmt: skip
    told = [f"{formats.count(count)} {word}" for word, count in counts.items() if count]
    return f"Sections: {', '.join(told)}." if told else "Neither filing has text."


def metric_change(change: "MetricChange") -> str:
    """By how much a metric moved: shares in percentage points, money in percent."""
    difference = change.change
    if difference is None or change.before is None or change.before.value is None:
        return _not_comparable(change)
    metric = change.before
    if metric.unit == "ratio" and metric.group in _SHARES:
        return f"{difference * 100:+.2f} pp".replace("-", "−")
    if metric.unit in {"money", "money/share"} and change.before.value > 0:
        return f"{difference / change.before.value * 100:+.1f} %".replace("-", "−")
    return f"{difference:+,.3f}".replace("-", "−")


def _not_comparable(change: "MetricChange") -> str:
    before, after = change.before, change.after
    if before and after and before.version != after.version:
        return "other formula"
    return formats.NOTHING


def metric_value(comparison: "FilingComparison", change: "MetricChange", side: int) -> str:
    period = comparison.periods[side]
    metric = (change.before, change.after)[side]
    return figure_words.metric_value(metric, period.currency if period else None)


def periods(comparison: "FilingComparison") -> str:
    """Which periods the metrics are of, or that there are none."""
    before, after = comparison.periods
    if before is None and after is None:
        return "No metrics were calculated from either filing."
    told = [figure_words.period(one) if one else "none of this length" for one in (before, after)]
    return f"{told[0]} → {told[1]}"


def unchanged(lines: int) -> str:
    return f"… {formats.plural(lines, 'line')} the same …"


def untold(change: "SectionChange") -> str:
    return f"{formats.plural(change.untold, 'more changed line')} of this filing are not shown."
