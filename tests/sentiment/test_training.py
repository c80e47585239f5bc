"""Training gives the same model from the same sentences, and learns from few with a base."""

import random
from pathlib import Path

import pytest

import resources
from worker_core.sentiment import LinearModel, LinearScorer, bundled_model
from worker_core.sentiment.labels import Labelled, LabelsError, read, read_lexicon
from worker_core.sentiment.training import train

NEWSWIRE = Path(__file__).with_name("newswire.csv")


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return read(NEWSWIRE)


@pytest.fixture(scope="module")
def model(rows: list[Labelled]) -> LinearModel:
    return train(rows, lexicon={"good": 0.5})


def test_the_order_of_the_sentences_changes_nothing(
    rows: list[Labelled], model: LinearModel
) -> None:
    mixed = list(rows)
    random.Random(3).shuffle(mixed)
    assert train(mixed, lexicon={"good": 0.5}).sha256 == model.sha256


def test_sentences_given_twice_change_nothing(rows: list[Labelled], model: LinearModel) -> None:
    assert train(rows * 2, lexicon={"good": 0.5}).sha256 == model.sha256


def test_another_lexicon_makes_another_model(rows: list[Labelled], model: LinearModel) -> None:
    assert train(rows, lexicon={"good": 0.6}).sha256 != model.sha256


def test_a_model_says_what_it_was_trained_from(rows: list[Labelled], model: LinearModel) -> None:
    assert model.about["sentences"] == len(rows)
    assert model.about["labels"] == {"positive": 28, "negative": 24, "neutral": 49}
    assert model.about["base"] is None


def test_a_few_sentences_of_a_new_kind_add_to_what_the_base_knows() -> None:
    words = [
        "alder",
        "birch",
        "cedar",
        "elm",
        "fir",
        "hazel",
        "larch",
        "maple",
        "oak",
        "pine",
        "rowan",
        "spruce",
    ]
    rows = [
        Labelled(f"The {word} unit reported zorbling {other} volumes", "negative")
        for word in words
        for other in words[:2]
    ]
    rows += [Labelled(f"The {word} unit has its office in a town", "neutral") for word in words]
    rows += [Labelled(f"The {word} unit reported record profit", "positive") for word in words]
    base = bundled_model()
    learned = LinearScorer(train(rows, base=base))
    ((before, _),) = LinearScorer(base).score(["The willow unit reported zorbling volumes"])
    ((after, label),) = learned.score(["The willow unit reported zorbling volumes"])
    assert (after < before, label) == (True, "negative")
    kept = "Operating profit fell to EUR 8.7 mn from EUR 13.1 mn a year earlier."
    assert learned.score([kept])[0][1] == "negative"
    assert learned.model.about["base"] == base.sha256


def test_sentences_of_one_class_are_refused_in_words(rows: list[Labelled]) -> None:
    with pytest.raises(LabelsError, match="A model needs examples of each class"):
        train([row for row in rows if row.label == "neutral"])


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_bundled_model_is_trained_again_to_the_last_bit(
    shared_data: Path, tmp_path: Path
) -> None:
    text = shared_data / "text"
    files = text / "tfns_train.csv", text / "sentfin_train.csv", resources.release_sentences_path()
    rows = [row for file in files for row in read(file)]
    path = tmp_path / "model.npz"
    lexicon = read_lexicon(text / "senti_bignomics.csv")
    assert lexicon == bundled_model().lexicon.weights
    train(rows[::-1], lexicon=lexicon).save(path)
    assert path.read_bytes() == resources.sentiment_model_path().read_bytes()
