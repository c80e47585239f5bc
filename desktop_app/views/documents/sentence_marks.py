"""The scored sentences of a document, found by a place in its text. No widgets."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from worker_core.storage import LabelRecord, SentimentSentence, ToneLabel

LABELS: Final[dict[str, ToneLabel]] = {
    "positive": "positive",
    "neutral": "neutral",
    "negative": "negative",
}
"""What a sentence can be labelled as, in the order of the keys 1, 2 and 3."""

SIGNS: Final = {"positive": "+", "neutral": "○", "negative": "−"}
"""The shape that goes with the colour of a tone."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence as the model told it, and the label that a person gave it, if one did."""

    sentence: SentimentSentence
    label: LabelRecord | None = None

    @property
    def tone(self) -> str:
        """What counts: what a person says, else the model."""
        said = self.label.label if self.label is not None else self.sentence.label
        return said if said in SIGNS else "neutral"

    @property
    def span(self) -> tuple[int, int]:
        return self.sentence.start, self.sentence.end

    @property
    def is_told(self) -> bool:
        """Whether there is something to see: a tone, or that a person looked."""
        return self.tone != "neutral" or self.label is not None


class SentenceMarks:
    """In reading order. A sentence that does not lie within the text, as of an analysis of another
    reading, is left out, and so is one that begins within the one before."""

    def __init__(
        self,
        sentences: Iterable[SentimentSentence] = (),
        labels: Iterable[LabelRecord] = (),
        characters: int = 0,
    ) -> None:
        given = {(label.start, label.end): label for label in labels}
        self._marks: list[Marked] = []
        self.misplaced = 0
        """How many were left out."""
        for sentence in sorted(sentences, key=lambda one: (one.start, one.end)):
            last = self._marks[-1].sentence.end if self._marks else 0
            if not last <= sentence.start < sentence.end <= characters:
                self.misplaced += 1
                continue
            self._marks.append(Marked(sentence, given.get((sentence.start, sentence.end))))
        self._starts = [mark.sentence.start for mark in self._marks]

    def __len__(self) -> int:
        return len(self._marks)

    def __getitem__(self, place: int) -> Marked:
        return self._marks[place]

    def at(self, offset: int) -> int | None:
        """The place of the sentence that has this character."""
        place = bisect_right(self._starts, offset) - 1
        return place if place >= 0 and offset < self._marks[place].sentence.end else None

    def within(self, start: int, end: int) -> Iterator[Marked]:
        """Those that have a character from ``start`` to before ``end``."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        for place in range(first, bisect_left(self._starts, end)):
            if self._marks[place].sentence.end > start:
                yield self._marks[place]

    def beside(self, place: int | None, offset: int, step: int, *, told: bool) -> int | None:
        """The next sentence, or with a ``step`` of -1 the one before: from one, or from where one
        reads. With ``told`` those that have nothing to see are passed over."""
        if place is None:
            ahead = bisect_left(self._starts, offset)
            place = ahead - 1 if step > 0 else ahead
        place += step
        while 0 <= place < len(self._marks):
            if not told or self._marks[place].is_told:
                return place
            place += step
        return None

    def give(self, place: int, label: LabelRecord | None) -> None:
        """Let a sentence have this label from now on."""
        self._marks[place] = Marked(self._marks[place].sentence, label)

    def of_span(self, start: int, end: int) -> int | None:
        """The place of exactly this sentence."""
        place = self.at(start)
        return place if place is not None and self._marks[place].span == (start, end) else None
