"""Label files: what is read from them, and what is refused in which words."""

from pathlib import Path

import pytest

from worker_core.sentiment.labels import (
    Labelled,
    LabelsError,
    check_classes,
    deduplicated,
    hold_out,
    read,
    read_lexicon,
)
from worker_core.sentiment.tokens import normalised


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "labels.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def many(count: int = 40) -> list[Labelled]:
    words = ["red", "blue", "green", "white", "black", "grey", "brown", "pink"]
    pairs = [(word, other) for word in words for other in words]
    return [Labelled(f"{word} {other} rose", "positive") for word, other in pairs[:count]]


def test_sentences_and_labels_are_read_by_the_names_of_their_columns(tmp_path: Path) -> None:
    path = file(
        tmp_path, 'id,Label,Text\n1,Positive,"Sales, and profit, rose"\n\n2,-1,Sales fell\n'
    )
    assert read(path) == [
        Labelled("Sales, and profit, rose", "positive"),
        Labelled("Sales fell", "negative"),
    ]


def test_a_file_that_is_not_unicode_is_read_as_windows_text(tmp_path: Path) -> None:
    path = file(tmp_path, "text,label\nGewinne für Müller – gestiegen,positive\n".encode("cp1252"))
    assert read(path)[0].text == "Gewinne für Müller – gestiegen"


def test_mixed_encodings_in_one_file_lose_no_row(tmp_path: Path) -> None:
    mixed = b"text,label\n" + "Müller stieg,positive\n".encode() + b"M\xfcller fiel,negative\n"
    assert [row.label for row in read(file(tmp_path, mixed))] == ["positive", "negative"]


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_a_column(tmp_path: Path) -> None:
    path = file(tmp_path, b"\xef\xbb\xbftext,label\nSales rose,positive\n")
    assert len(read(path)) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("sentence,label\nSales rose,positive\n", "no column “text”. Its columns: sentence, label"),
        ("text,label\nSales rose,great\n", "line 2: the label “great” is not known"),
        ("text,label\nSales rose\n", "line 2: a column is missing"),
        ("text,label\n", "no labelled sentence"),
        ("", "no column “text”"),
        (",".join(f"c{n}" for n in range(10_000)) + "\n", "10,000 columns"),
        ('text,label\n"' + "x," * 600_000, "quotation mark before it is probably not closed"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, content: str, told: str
) -> None:
    with pytest.raises(LabelsError) as refused:
        read(file(tmp_path, content))
    assert told in str(refused.value)
    assert "labels.csv" in str(refused.value)


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_bytes_that_are_no_text_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(LabelsError):
        read(file(tmp_path, bytes(range(256)) * 50))


def test_labels_of_one_class_teach_nothing() -> None:
    with pytest.raises(LabelsError, match="All sentences are labelled positive"):
        check_classes(many())


def test_a_class_with_too_few_sentences_is_named() -> None:
    rows = [*many(), Labelled("Sales fell", "negative"), Labelled("It is here", "neutral")]
    with pytest.raises(LabelsError, match="1 negative, 1 neutral"):
        check_classes(rows)


def test_sentences_that_differ_in_numbers_and_links_alone_are_one() -> None:
    assert normalised("$ABC up 5% https://t.co/x") == normalised("Up 7 % @someone")
    rows = [
        Labelled("Profit up 5%", "positive"),
        Labelled("Profit up 6%", "positive"),
        Labelled("Profit up 7%", "neutral"),
    ]
    assert deduplicated(rows) == deduplicated(rows[::-1]) == [rows[0]]
    assert deduplicated(rows[1:])[0].label == "neutral"


def test_nothing_that_is_held_out_is_learned() -> None:
    rows = [row for row in many() for _ in range(3)]
    learned, held = hold_out(rows, seed=1)
    assert len(learned) + len(held) == len(rows)
    assert held
    assert not {normalised(r.text) for r in learned} & {normalised(r.text) for r in held}
    assert hold_out(rows, seed=1) == (learned, held)
    assert hold_out(rows, seed=2) != (learned, held)


def test_a_lexicon_with_a_weight_beyond_its_scale_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, "term,weight\ngood,0.5\nbad,-7\n")
    with pytest.raises(LabelsError, match="“bad” is not between"):
        read_lexicon(path)
    assert read_lexicon(file(tmp_path, "term,weight\nGood,0.5\n")) == {"good": 0.5}
