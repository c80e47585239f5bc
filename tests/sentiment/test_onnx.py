"""The optional network: asked where the linear model is unsure, done without where it is not."""

import sys
from pathlib import Path

import pytest

from worker_core.extras import how_to_add
from worker_core.sentiment import LinearScorer, ModelError, bundled_model
from worker_core.sentiment.evaluation import evaluate
from worker_core.sentiment.labels import read
from worker_core.sentiment.onnx import SURE_ENOUGH, CascadeScorer, OnnxScorer

SENTENCES = [
    "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn.",
    "Shares of the toy maker plunged after it warned of a loss.",
    "The office is in Turku.",
    "",
]


@pytest.fixture(scope="module")
def network(shared_data: Path) -> OnnxScorer:
    return OnnxScorer(shared_data / "models" / "sentiment_minilm_int8.onnx")


def test_without_the_extra_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ModelError, match="its extra is not installed") as caught:
        OnnxScorer(tmp_path / "model.onnx")
    assert how_to_add("onnx") in str(caught.value)


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no ONNX model at"):
        OnnxScorer(tmp_path / "model.onnx")


def test_a_file_that_is_no_model_is_said_to_be_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        OnnxScorer(path)


def test_the_network_classes_sentences_whatever_their_order(network: OnnxScorer) -> None:
    scored = network.score(SENTENCES)
    assert [label for _, label in scored[:3]] == ["positive", "negative", "neutral"]
    turned = network.score(SENTENCES[::-1])[::-1]
    assert [each for each, _ in turned] == pytest.approx([each for each, _ in scored], abs=1e-6)
    assert network.model_version.startswith("onnx-")


def test_the_cascade_leaves_sure_sentences_to_the_linear_model(network: OnnxScorer) -> None:
    linear = LinearScorer(bundled_model()).details(SENTENCES)
    cascade = CascadeScorer(bundled_model(), network)
    found = cascade.details(SENTENCES)
    assert cascade.score(SENTENCES) == [(each.compound, each.label) for each in found]
    for before, after in zip(linear, found, strict=True):
        assert after.evidence == before.evidence
        if (before.confidence or 0) >= SURE_ENOUGH:
            assert after.compound == before.compound
        else:
            assert after.compound != before.compound
    assert len(cascade.model_version) <= 64


def test_the_cascade_classes_releases_about_as_well_as_the_rules_and_better_than_the_network(
    network: OnnxScorer,
) -> None:
    rows = [
        row
        for name in ("newswire", "releases", "releases_unseen")
        for row in read(Path(__file__).with_name(f"{name}.csv"))
    ]
    cascade = evaluate(CascadeScorer(bundled_model(), network), rows)
    # The rules were written with most of these in view; on others the cascade is the better one.
    assert cascade.accuracy >= evaluate(LinearScorer(bundled_model()), rows).accuracy - 0.01
    assert cascade.accuracy > evaluate(network, rows).accuracy
