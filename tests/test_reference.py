"""The reference pages are what the code says, on whatever computer they are written."""

from pathlib import Path

import pytest

from worker_core import reference, settings
from worker_core.catalog import QUEUES, TASKS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"


@pytest.mark.parametrize("name", reference.pages())
def test_a_committed_page_is_what_the_code_writes(name: str) -> None:
    path = FOLDER / name
    committed = path.read_text("utf-8") if path.is_file() else ""
    if committed != reference.pages()[name]:
        pytest.fail(
            f"docs/reference/{name} is not what the code says any more. "
            "Write it anew: ./dev afi reference docs/reference",
            pytrace=False,
        )


def test_every_task_has_a_section_with_a_row_for_each_argument() -> None:
    sections = dict(
        section.partition("\n")[::2] for section in reference.pages()["tasks.md"].split("\n### ")
    )
    for spec in TASKS.values():
        section = sections[spec.name]
        for argument, field in spec.arguments.model_fields.items():
            row = next(line for line in section.splitlines() if line.startswith(f"| `{argument}`"))
            assert str(field.description) in row
            assert ("**required**" in row) == field.is_required()
        assert ("Not available" in section) == (spec.unavailable is not None)


def test_every_queue_has_a_section() -> None:
    page = reference.pages()["tasks.md"]
    assert all(f"## {queue.title}\n\nQueue `{name}`." in page for name, queue in QUEUES.items())


def test_every_setting_has_a_row_with_its_variable_and_its_key() -> None:
    page = reference.pages()["settings.md"]
    for name, field in settings.Settings.model_fields.items():
        row = next(line for line in page.splitlines() if f"| `{name}` |" in line)
        assert row.startswith(f"| `{settings.variable_of(name)}` |")
        assert str(field.description) in row


def test_links_lead_to_sections_that_exist() -> None:
    page = reference.pages()["tasks.md"]
    headings = {
        line.removeprefix("### ").replace(".", "")
        for line in page.splitlines()
        if line.startswith("### ")
    }
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links == headings


def test_limits_and_bounds_are_in_words() -> None:
    page = reference.pages()["tasks.md"]
    assert "- Rate limit: 10 a hour" not in page
    assert "- Rate limit: 10 an hour" in page
    assert "- Time limits: soft 2 h, hard 2 h 30 s" in page
    assert "| `trials` | integer | 2 to 2,000 | `50` | Settings to try. |" in page
    assert "2 to 50 entries; each `^[A-Z0-9^]" in page


def test_no_default_of_this_computer_stands_in_a_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = reference.pages()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://user:secret@host:1/0")
    assert reference.pages() == here
    assert str(Path.cwd()) not in "".join(here.values())


def test_pages_are_written_into_a_folder_that_need_not_exist(tmp_path: Path) -> None:
    paths = reference.write(tmp_path / "docs" / "reference")
    assert {path.name: path.read_text("utf-8") for path in paths} == reference.pages()
