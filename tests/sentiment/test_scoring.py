"""Tone is scored by the sentence and summed up by section and document."""

from collections.abc import Sequence

import pytest

from worker_core.documents import Limits, Section
from worker_core.sentiment import Company, Label, bundled_model, score_document

GOOD = "The company reported excellent growth and strong profits in the year."
BAD = "The terrible losses and the fraud hurt the company badly in the year."
PLAIN = "The company has its offices in a building that it rents from others."
TEXT = (
    f"Item 1. Business\n{GOOD}\nNet sales\t391,035\t383,285\nItem 1A. Risk Factors\n{BAD}\n{PLAIN}"
)


def sections() -> list[Section]:
    cut = TEXT.index("Item 1A")
    return [
        Section("Item 1", "Business", 0, cut - 1),
        Section("Item 1A", "Risk Factors", cut, len(TEXT)),
    ]


def test_each_sentence_has_its_place_tone_and_class() -> None:
    sentiment = score_document(TEXT, sections(), Limits())
    assert [TEXT[s.start : s.end] for s in sentiment.sentences] == [GOOD, BAD, PLAIN]
    assert [s.label for s in sentiment.sentences] == ["positive", "negative", "neutral"]
    assert sentiment.sentences[0].compound > 0.5
    assert sentiment.sentences[1].compound < -0.5
    assert sentiment.model_version == bundled_model().version


def test_a_document_and_its_sections_have_shares_and_a_mean() -> None:
    sentiment = score_document(TEXT, sections(), Limits())
    tone = sentiment.tone
    assert tone.count == 3
    assert tone.positive == tone.neutral == tone.negative == pytest.approx(1 / 3)
    assert tone.mean == pytest.approx(sum(s.compound for s in sentiment.sentences) / 3)
    business, risks = sentiment.sections
    assert (business.name, business.tone.count, business.tone.positive) == ("Item 1", 1, 1.0)
    assert (risks.name, risks.tone.count, risks.tone.negative) == ("Item 1A", 2, 0.5)


def test_a_document_without_prose_has_no_tone_instead_of_a_neutral_one() -> None:
    tone = score_document("Net sales\t391,035\n95014", [], Limits()).tone
    assert (tone.count, tone.mean) == (0, None)
    assert tone.positive == tone.neutral == tone.negative == 0


def test_a_section_that_only_refers_elsewhere_has_no_tone_of_its_own() -> None:
    referring = [Section("Item 1", "Business", 0, len(TEXT), by_reference=True)]
    assert score_document(TEXT, referring, Limits()).sections == ()


def test_sentences_beyond_the_limit_are_left_out_and_that_is_recorded() -> None:
    sentiment = score_document(f"{GOOD} " * 30, [], Limits(max_sentences=10))
    assert sentiment.tone.count == 10
    assert sentiment.truncated == ("Only the first 10 sentences were scored.",)
    assert score_document(f"{GOOD} " * 10, [], Limits(max_sentences=10)).truncated == ()


def test_another_model_can_take_the_scorers_place() -> None:
    class Gloomy:
        model_version = "gloomy-1"

        def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
            return [(-1.0, "negative") for _ in sentences]

    sentiment = score_document(TEXT, sections(), Limits(), Gloomy())
    assert sentiment.model_version == "gloomy-1"
    assert sentiment.tone.negative == 1.0


def test_each_sentence_has_a_confidence_and_what_decided_at_its_place() -> None:
    sentiment = score_document(TEXT, sections(), Limits())
    good, bad, _ = sentiment.sentences
    assert good.confidence is not None
    assert 1 / 3 <= good.confidence <= 1
    words = {TEXT[good.start + e.start : good.start + e.end] for e in good.evidence}
    assert words & {"excellent", "excellent growth", "strong profits", "strong", "growth"}
    assert bad.evidence[0].toward == "negative"
    assert sentiment.tone.confidence == pytest.approx(
        sum(s.confidence or 0 for s in sentiment.sentences) / 3
    )


def test_the_side_of_a_tone_is_that_of_its_mean() -> None:
    sentiment = score_document(TEXT, sections(), Limits())
    assert [section.tone.label for section in sentiment.sections] == ["positive", "negative"]
    assert score_document("95014", [], Limits()).tone.label is None


def test_a_company_has_the_tone_of_the_sentences_that_name_it() -> None:
    text = (
        "Harrow Vale Inc. (NYSE: HVI) reported a strong rise in profit for the quarter. "
        "Its rival Dunmore Corp. (Nasdaq: DUN) swung to a heavy loss in the same quarter. "
        "Harrow Vale raised its outlook for the year once more. "
        "The weather was mild in most of the regions they serve."
    )
    first, second = score_document(text, [], Limits()).entities
    assert (first.name, first.ticker, first.tone.count, first.tone.label) == (
        "Harrow Vale", "HVI", 2, "positive",
    )  # fmt: skip
    assert (second.name, second.ticker, second.tone.label) == ("Dunmore", "DUN", "negative")


def test_a_company_that_the_document_is_about_is_found_without_its_ticker() -> None:
    text = "Sales of Harrow Vale fell by a third in the quarter."
    (entity,) = score_document(
        text, [], Limits(), companies=[Company("Harrow Vale Instruments, Inc.", "HVI")]
    ).entities or (None,)
    assert entity is None
    (entity,) = score_document(
        text, [], Limits(), companies=[Company("Harrow Vale, Inc.", "HVI")]
    ).entities
    assert (entity.name, entity.ticker) == ("Harrow Vale, Inc.", "HVI")
