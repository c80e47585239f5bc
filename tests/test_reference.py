"""The reference pages are what the code says, on whatever computer they are written."""

import re
from pathlib import Path

import pytest

from worker_core import reference, settings
from worker_core.catalog import QUEUES, TASKS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGES = reference.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_committed_page_is_what_the_code_writes(name: str) -> None:
    path = FOLDER / name
    committed = path.read_text("utf-8") if path.is_file() else ""
    if committed != PAGES[name]:
        pytest.fail(
            f"docs/reference/{name} is not what the code says any more. "
            "Write it anew: ./dev afi reference docs/reference",
            pytrace=False,
        )


def test_every_task_has_a_section_with_a_row_for_each_argument() -> None:
    sections = dict(section.partition("\n")[::2] for section in PAGES["tasks.md"].split("\n### "))
    for spec in TASKS.values():
        section = sections[spec.name]
        for argument, field in spec.arguments.model_fields.items():
            row = next(line for line in section.splitlines() if line.startswith(f"| `{argument}`"))
            assert str(field.description) in row
            assert ("**required**" in row) == field.is_required()
        assert ("Not available" in section) == (spec.unavailable is not None)


def test_every_queue_has_a_section() -> None:
    page = PAGES["tasks.md"]
    assert all(f"## {queue.title}\n\nQueue `{name}`." in page for name, queue in QUEUES.items())


def test_every_setting_has_a_row_with_its_variable_and_its_key() -> None:
    page = PAGES["settings.md"]
    for name, field in settings.Settings.model_fields.items():
        both = f"| `{settings.variable_of(name)}` `{name}` |"
        (row,) = (line for line in page.splitlines() if line.startswith(both))
        assert str(field.description) in row


def test_links_lead_to_sections_that_exist() -> None:
    page = PAGES["tasks.md"]
    headings = {
        line.removeprefix("### ").replace(".", "")
        for line in page.splitlines()
        if line.startswith("### ")
    }
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links == headings


def test_every_request_of_the_api_has_its_place_and_every_link_leads_to_one() -> None:
    from worker_core.api.app import create

    page = PAGES["api.md"]
    document = create(settings.Settings.model_validate({})).openapi()
    for path, methods in document["paths"].items():
        for method in methods:
            task = "/".join(path.split("/")[-2:])
            submitted = task.replace("/", ".") in TASKS
            assert (f"| [`{task}`](" if submitted else f"### {method.upper()} {path}\n") in page
    headings = {
        re.sub(r"[^\w-]", "", heading.replace(" ", "-")).lower()
        for heading in re.findall(r"^##+ (.+)$", page, re.M)
    }
    linked = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert linked <= headings, linked - headings
    assert len(linked) > 40


def test_what_the_api_page_says_of_a_member_is_what_its_model_says() -> None:
    page = PAGES["api.md"]
    row = "| `limit` | query | integer | 1 to 200 | `50` | Rows of a page. |"
    assert row in page
    assert "| 404 | Nothing of that name, or nothing that is yours. |" in page
    section = page.partition("### GET /healthz\n")[2].partition("\n### ")[0]
    assert "No token is needed." in section
    assert (
        "No token is needed." not in page.partition("### GET /api/me\n")[2].partition("\n### ")[0]
    )


def test_limits_and_bounds_are_in_words() -> None:
    page = PAGES["tasks.md"]
    assert "- Rate limit: 10 a hour" not in page
    assert "- Rate limit: 10 an hour" in page
    assert "- Time limits: soft 2 h, hard 2 h 30 s" in page
    assert "| `trials` | integer | 2 to 2,000 | `50` | Settings to try. |" in page
    assert "2 to 50 entries; each `^[A-Z0-9^]" in page


def test_no_default_of_this_computer_stands_in_a_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://user:secret@host:1/0")
    assert reference.pages() == PAGES
    assert str(Path.cwd()) not in "".join(PAGES.values())


def test_pages_are_written_into_a_folder_that_need_not_exist(tmp_path: Path) -> None:
    paths = reference.write(tmp_path / "docs" / "reference")
    assert {path.name: path.read_text("utf-8") for path in paths} == PAGES
