"""``afi sentiment``: tables in, tables and models out, and refusals in words."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core.cli.sentiment import sentiment
from worker_core.sentiment import bundled_model, linear

NEWSWIRE = Path(__file__).with_name("newswire.csv")


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(sentiment, [str(word) for word in words])
    return result.exit_code, result.output


def test_a_table_gets_a_label_a_score_and_a_confidence(tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("id,text\n1,Net profit rose sharply.\n2,Net profit fell sharply.\n3\n")
    assert run("score", table, "--column", "text", "-o", out) == (0, "")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["label"]) for row in rows[:2]] == [("1", "positive"), ("2", "negative")]
    assert float(rows[0]["score"]) > 0 > float(rows[1]["score"])
    assert 1 / 3 <= float(rows[0]["confidence"]) <= 1
    assert len(rows) == 3


def test_a_table_without_the_column_is_refused_and_no_output_is_left(tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("id,headline\n1,Net profit rose.\n")
    code, said = run("score", table, "-o", out)
    assert code == 1
    assert "no column “text”. Its columns: id, headline" in said
    assert not out.exists()


def test_a_model_that_was_trained_can_be_evaluated(tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    code, said = run("train", NEWSWIRE, "-o", model)
    assert code == 0
    assert json.loads(said)["sha256"] == linear.load(model).sha256
    code, said = run("evaluate", NEWSWIRE, "--model", model, "--json")
    quality = json.loads(said)
    assert quality["model"] == linear.load(model).version
    assert quality["accuracy"] > 0.9
    assert set(quality["by_class"]) == {"negative", "neutral", "positive"}
    assert quality["per_cpu_s"] > 0


def test_the_bundled_model_is_evaluated_in_words(tmp_path: Path) -> None:
    code, said = run("evaluate", NEWSWIRE)
    assert code == 0
    assert bundled_model().version in said
    assert "macro-F1" in said


def test_labels_of_one_class_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "one.csv"
    table.write_text("text,label\n" + "".join(f"Sales of {c} rose,1\n" for c in "abcdefghij"))
    code, said = run("train", table, "-o", tmp_path / "model.npz")
    assert code == 1
    assert "All sentences are labelled positive" in said


def test_a_network_that_the_settings_do_not_name_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFI_SENTIMENT_ONNX_PATH", raising=False)
    code, said = run("evaluate", NEWSWIRE, "--backend", "cascade")
    assert code == 1
    assert "AFI_SENTIMENT_ONNX_PATH" in said


def test_empty_huge_and_strange_texts_are_scored_beside_the_others(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    huge = "Net profit rose sharply. " + "word " * 60_000
    with table.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [["text"], [""], [huge], ["L\u2019Or\xe9al\u2019s profit fell."], ["\x00"]]
        )
    # Over itself: the table is replaced when all of it is scored.
    assert run("score", table, "-o", table) == (0, "")
    before = csv.field_size_limit(2**20)
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    csv.field_size_limit(before)
    assert [row["label"] for row in rows] == ["neutral", "positive", "negative", "neutral"]
    assert list(tmp_path.iterdir()) == [table]


def test_a_folder_in_the_place_of_a_table_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    code, said = run("score", tmp_path, "-o", tmp_path / "out.csv")
    assert code != 0
    assert "directory" in said
    table = tmp_path / "in.csv"
    table.write_text("text\nSales rose.\n")
    code, said = run("score", table, "-o", tmp_path / "no" / "out.csv")
    assert code == 1
    assert list(tmp_path.iterdir()) == [table]


def test_a_label_file_with_one_huge_text_is_read_and_the_text_cut(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("text,label\n" + "word " * 60_000 + ",positive\nSales fell.,negative\n")
    code, said = run("evaluate", table, "--json")
    assert code == 0
    assert json.loads(said)["sentences"] == 2
