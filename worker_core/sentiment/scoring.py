"""From the tone of sentences to the tone of sections and documents."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from worker_core.documents import Limits, Section, is_prose, is_short_statement, split_sentences
from worker_core.sentiment.entities import Company, Finder
from worker_core.sentiment.model import (
    DetailedScorer,
    DocumentSentiment,
    EntitySentiment,
    Scored,
    SectionSentiment,
    SentenceScorer,
    SentenceSentiment,
    Tone,
)
from worker_core.sentiment.scorers import default_scorer


def score_document(
    text: str,
    sections: Sequence[Section],
    limits: Limits,
    scorer: SentenceScorer | None = None,
    companies: Iterable[Company] = (),
) -> DocumentSentiment:
    """Score every sentence of prose, and sum them up by section and for the document.

    A filing is never scored as one text: its length alone would drive the score to an end of the
    scale. Table rows, headings and labels have no tone and are left out, and so are sections
    that only refer to another document.

    Args:
        companies: those the document is about, for the tone of the sentences that name them;
            companies that it introduces with their ticker are found in any case.
    """
    scorer = scorer or default_scorer()
    parts = split_sentences(text, limits.max_sentences + 1)
    complete = len(parts) <= limits.max_sentences
    prose = [
        part
        for part in parts[: limits.max_sentences]
        if is_prose(part.text) or is_short_statement(part.text)
    ]
    scores = score_sentences(scorer, [part.text for part in prose])
    finder = Finder(companies, text)
    named = [finder.find(part.text) for part in prose]
    sentences = [
        SentenceSentiment(
            part.start,
            part.end,
            each.compound,
            each.label,
            each.confidence,
            each.evidence,
            tuple(dict.fromkeys(company.name for company in companies_named)),
        )
        for part, each, companies_named in zip(prose, scores, named, strict=True)
    ]
    starts = [sentence.start for sentence in sentences]
    return DocumentSentiment(
        scorer.model_version,
        _tone(sentences),
        tuple(
            SectionSentiment(
                section.name,
                section.title,
                _tone(
                    sentences[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
                ),
            )
            for section in sections
            if not section.by_reference
        ),
        tuple(sentences),
        () if complete else (f"Only the first {limits.max_sentences:,} sentences were scored.",),
        _entities(sentences, named),
    )


def score_sentences(scorer: SentenceScorer, sentences: Sequence[str]) -> list[Scored]:
    """Scores with confidence and evidence, as far as the scorer gives them."""
    if isinstance(scorer, DetailedScorer):
        return scorer.details(sentences)
    return [Scored(compound, label) for compound, label in scorer.score(sentences)]


def _entities(
    sentences: Sequence[SentenceSentiment], named: Sequence[Sequence[Company]]
) -> tuple[EntitySentiment, ...]:
    of: dict[Company, list[SentenceSentiment]] = defaultdict(list)
    for sentence, companies in zip(sentences, named, strict=True):
        for company in companies:
            of[company].append(sentence)
    ordered = sorted(of.items(), key=lambda item: (-len(item[1]), item[0].name))
    return tuple(
        EntitySentiment(company.name, company.ticker, _tone(where)) for company, where in ordered
    )


def _tone(sentences: Sequence[SentenceSentiment]) -> Tone:
    count = len(sentences)
    if count == 0:
        return Tone(0, 0.0, 0.0, 0.0, None)
    labels = [sentence.label for sentence in sentences]
    return Tone(
        count,
        labels.count("positive") / count,
        labels.count("neutral") / count,
        labels.count("negative") / count,
        sum(sentence.compound for sentence in sentences) / count,
        _mean([each.confidence for each in sentences if each.confidence is not None]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
