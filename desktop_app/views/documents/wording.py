"""What the store knows of a document, in an analyst's words. Nothing here touches a widget."""

import re
from collections.abc import Iterable

from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui import formats
from worker_core.operations.labels import LabelStatus
from worker_core.storage import DocumentRecord, Section, SentimentSentence

STATUS_WORDS = {"pending": "Waiting", "parsed": "Processed", "failed": "Failed"}

# Below 0.05 either way a score is neutral by the convention of VADER (Hutto & Gilbert, 2014).
_TONES = ((0.05, "neutral"), (0.25, "slightly {}"), (0.5, "{}"))

_ITEM_KEY = re.compile(r"(\d+)([a-z])\b")


def title(document: DocumentRecord) -> str:
    """Whose document it is and what kind; its file's name where it does not say."""
    named = [part for part in (document.company, document.document_type) if part]
    return " · ".join(named) if document.company else document.filename


def facts(document: DocumentRecord) -> list[tuple[str, str]]:
    """The facts of the cover, then the measures of the text."""
    filed = document.filing_date
    return [
        ("Company", document.company or formats.NOTHING),
        ("Ticker", document.ticker or formats.NOTHING),
        ("Form", document.document_type or formats.NOTHING),
        ("Period", document.period or formats.NOTHING),
        ("Filed", filed.isoformat() if filed else formats.NOTHING),
        ("Pages", formats.count(document.pages)),
        ("Characters", formats.count(document.characters)),
        ("File", formats.size(document.bytes)),
    ]


def extent(document: DocumentRecord) -> str:
    """How much there is to read: pages where the format has them, else the file's size."""
    if document.pages is not None:
        return formats.plural(document.pages, "page")
    return formats.size(document.bytes)


def left_out(document: DocumentRecord) -> list[str]:
    """A sentence for each part of the document that was not read."""
    told = document.truncated
    if not told:
        return []
    if isinstance(told, dict):
        return [f"{name}: {value}" for name, value in told.items()]
    return [str(part) for part in told] if isinstance(told, list) else [str(told)]


def section_name(name: str) -> str:
    """A section's key as a reader knows it: ``item_1a`` is Item 1A."""
    words = name.replace("_", " ").strip()
    words = _ITEM_KEY.sub(lambda match: match[1] + match[2].upper(), words)
    return words[:1].upper() + words[1:]


def section_at(sections: Iterable[Section], place: int) -> Section | None:
    """The innermost section in which a character stands."""
    around = [section for section in sections if section.start <= place < section.end]
    return min(around, key=lambda section: section.end - section.start, default=None)


def tone_word(mean: float) -> str:
    """A mean score, -1 to 1, as a word."""
    side = "positive" if mean > 0 else "negative"
    for limit, word in _TONES:
        if abs(mean) < limit:
            return word.format(side)
    return f"strongly {side}"


def signed(score: float) -> str:
    """A score with its sign, in a width that does not change: ``+0.142``, ``−0.050``."""
    text = f"{score:+.3f}"
    return text.replace("-", "−") if float(text) else " 0.000"


def tray_outcome(item: TrayItem) -> str:
    """How far a file is, as one word or share for the end of its row."""
    if item.phase is Phase.FAILED:
        return ""
    return "100 %" if item.phase is Phase.DONE else f"{int(item.fraction * 100)} %"


def tray_counts(items: Iterable[TrayItem]) -> str:
    """How the files of the tray stand, for its head."""
    settled = {Phase.DONE: "done", Phase.FAILED: "failed"}
    totals: dict[str, int] = {}
    for item in items:
        word = settled.get(item.phase, "under way")
        totals[word] = totals.get(word, 0) + 1
    order = ("under way", "done", "failed")
    return " · ".join(f"{formats.count(totals[word])} {word}" for word in order if word in totals)


def place(sections: Iterable[Section], start: int, characters: int | None) -> str:
    """Where a sentence stands: its section, and how far into the document."""
    section = section_at(sections, start)
    share = f"{start / characters * 100:.0f} % into the document" if characters else ""
    return " · ".join(filter(None, (section_name(section.name) if section else "", share)))


def strongest(
    sentences: Iterable[SentimentSentence], each: int
) -> tuple[list[SentimentSentence], list[SentimentSentence]]:
    """The most positive and the most negative sentences, those that are neutral left out."""
    by_score = sorted(sentences, key=lambda sentence: sentence.score)
    least = _TONES[0][0]
    positive = [sentence for sentence in reversed(by_score[-each:]) if sentence.score >= least]
    return positive, [sentence for sentence in by_score[:each] if sentence.score <= -least]


def labels_until_training(status: LabelStatus | None) -> str:
    """How many labels are awaited, and what then happens."""
    if status is None:
        return ""
    if status.remaining:
        return (
            f"{formats.plural(status.remaining, 'label')} until the next retraining "
            f"({formats.count(status.new)} of {formats.count(status.needed)} since the last)."
        )
    return (
        f"{formats.plural(status.new, 'new label')}: the model is retrained at the next run "
        "of the schedule."
    )


def misplaced(sentences: int) -> str:
    """Why some marks are not in the text."""
    what = (
        "1 scored sentence does"
        if sentences == 1
        else f"{formats.count(sentences)} scored sentences do"
    )
    return (
        f"{what} not fit this text: the scores are of another reading of it. "
        "Score the document again to have them."
    )
