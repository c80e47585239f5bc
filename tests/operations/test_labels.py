"""Labels as the window and the command line work with them."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core import settings as settings_module
from worker_core.cli import cli
from worker_core.operations import labels
from worker_core.operations.errors import LabelRefused
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import NewModel

SHA = "7" * 64
TEXT = "Sales rose. Profit fell."


@pytest.fixture(autouse=True)
def _this_data_folder(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    monkeypatch.setenv("AFI_DATA_DIR", str(data_dir))
    settings_module.current.cache_clear()
    yield
    settings_module.current.cache_clear()


@pytest.fixture
def document(settings: Settings) -> str:
    with stored(settings) as storage:
        storage.documents.register(SHA, "a.txt", 1, "text/plain", "t")
        storage.documents.save_parsed(
            SHA, text=TEXT, sections=(), parser_version="1", filing_date=date(2024, 1, 1)
        )
    return SHA


def afi(*words: str) -> str:
    answer = CliRunner().invoke(cli, ["sentiment", "labels", *words])
    return f"{answer.exit_code}: {answer.output}"


def test_a_sentence_is_labelled_corrected_and_had_back(document: str) -> None:
    first = labels.give(document, 0, 11, "positive", by="ann")
    assert first.text == "Sales rose."
    second = labels.give(document, 0, 11, "neutral")
    assert [each.label for each in labels.of_document(document)] == ["neutral"]
    assert labels.undo(second.id) == first
    with pytest.raises(LabelRefused, match="not stand"):
        labels.undo(second.id)
    assert labels.listed() == (first,)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 2), (-1, 3), (20, 99), (500, 510)])
def test_a_place_without_text_is_refused(document: str, start: int, end: int) -> None:
    with pytest.raises(LabelRefused, match="no text at that place"):
        labels.give(document, start, end, "positive")


def test_a_document_that_is_not_there_is_refused() -> None:
    with pytest.raises(LabelRefused, match="no text"):
        labels.give("8" * 64, 0, 4, "positive")
    assert labels.of_document("8" * 64) == ()


def test_the_status_tells_how_many_are_awaited_before_the_next_training(
    settings: Settings, document: str
) -> None:
    labels.give(document, 0, 11, "positive")
    labels.give(document, 12, 24, "negative")
    status = labels.status(settings=settings)
    assert (status.total, status.new, status.needed, status.remaining) == (2, 2, 50, 48)
    assert status.trained_at is None
    with stored(settings) as storage:
        storage.models.register(NewModel("sentiment", "linear-1"))
    status = labels.status(settings=settings)
    assert (status.new, status.remaining) == (0, 50)
    assert status.trained_at is not None


def test_labels_go_in_and_out_as_tables(tmp_path: Path, document: str) -> None:
    labels.give(document, 0, 11, "positive", by="ann")
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("Sentence,Tone\nThe plant burned down.,-1\n,1\nThe board met.,neutral\n")
    said = afi("import", str(table), "--text", "sentence", "--label", "tone", "--by", "bob")
    assert said == "0: 2 labels are kept.\n"
    assert "3 labels: 1 negative, 1 neutral, 1 positive" in afi("status")
    assert afi("export", "-o", str(out)) == "0: 3 labels are written.\n"
    with out.open(newline="") as file:
        rows = [(row["text"], row["label"], row["by"]) for row in csv.DictReader(file)]
    assert rows == [
        ("Sales rose.", "positive", "ann"),
        ("The plant burned down.", "negative", "bob"),
        ("The board met.", "neutral", "bob"),
    ]


def test_a_table_that_is_no_label_file_is_refused_in_words(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("text,label\nSales rose.,good\n")
    assert "the label “good” is not known" in afi("import", str(table))
    assert labels.status().total == 0
