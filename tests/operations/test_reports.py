"""Reports are made of what is stored, kept, listed and read."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from tests.seeded_reports import NAME, NOW, TICKER, fill_company, fill_system
from worker_core import settings as settings_module
from worker_core.cli import cli
from worker_core.operations.errors import NoDocument
from worker_core.operations.ledger import opened, stored
from worker_core.operations.reporting.company import company_data
from worker_core.operations.reporting.system import MOST_MODELS, system_data
from worker_core.operations.reports import listed, make, read, written
from worker_core.settings import Settings
from worker_core.storage import ForecastPoint, NewForecast, NewModel
from worker_core.storage.forecast_reading import MOST
from worker_core.storage.retention.reports import ReportKeeper

STRANGE = "Żółć & 日本 <b>"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("reports")
    values = Settings(data_dir=folder, broker_url="redis://127.0.0.1:1/0")
    storage = opened(values)
    fill_system(storage, values, tasks=60)
    fill_company(storage)
    fill_company(storage, "QXY", STRANGE)
    return values


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, broker_url="redis://127.0.0.1:1/0")


def words_of(document: bytes) -> str:
    found = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in found)
    finally:
        found.close()


def test_a_report_on_the_system_says_what_ran_failed_and_was_found(settings: Settings) -> None:
    page = written("html", now=NOW, settings=settings).decode().replace("<wbr>", "")
    for part in ("Something is broken", "forecasting.generate_stock_forecast", "lost-", "Queues"):
        assert part in page
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page
    assert page.count("<svg") == 3
    assert "Something is broken" in words_of(written("pdf", now=NOW, settings=settings))


def test_a_report_on_a_company_holds_all_that_is_known_of_it(settings: Settings) -> None:
    page = written("html", company=TICKER.lower(), now=NOW, settings=settings).decode()
    for part in (
        NAME,
        "perhaps by chance",
        "Within 80 %",
        "Gross margin",
        "41.2 %",
        "1.31",
        "It fell by 6.1 %",
        "&lt;b&gt;here",
        "hardly by chance",
        "Revenue rose by nine per cent.",
        "Its earnings of the coming week",
        "Shares outstanding were not reported",
    ):
        assert part in page, part
    # Of what cannot be computed in any period nothing is shown; amounts stand before ratios.
    assert "Altman z" not in page
    assert page.index("<td>Revenue") < page.index("<td>Gross margin")
    # Fan, revenue, net income, tone.
    assert page.count("<svg") == 4


def test_a_company_is_found_by_its_name_too(settings: Settings) -> None:
    assert STRANGE in words_of(written("pdf", company=STRANGE, now=NOW, settings=settings))


def test_the_forecasts_of_a_company_are_found_however_many_others_there_are(
    empty: Settings,
) -> None:
    def forecast(subject: str) -> NewForecast:
        day = NOW.date()
        points = (ForecastPoint(1, day, 2.0, (1.0, 3.0)),)
        return NewForecast(
            "metric", subject, day, 1, "ets-1", 2.0, (0.1, 0.9), points, 0, "0" * 64,
            metric="revenue",
        )  # fmt: skip

    storage = opened(empty)
    fill_company(storage)
    storage.forecasts.save_many([forecast(f"A{number}") for number in range(MOST)])
    storage.forecasts.save(forecast(TICKER))
    assert [one.what for one in company_data(storage, TICKER, NOW.date()).others] == ["Revenue"]


def test_the_models_in_use_are_found_however_many_wait(empty: Settings) -> None:
    storage = opened(empty)

    def model(version: str) -> NewModel:
        return NewModel("forecast.price", version, "AAPL", {"name": version})

    storage.models.register(model("used"))
    storage.models.promote("forecast.price", "used", "AAPL")
    for number in range(MOST_MODELS):
        storage.models.register(model(f"waits-{number}"))
    data = system_data(storage, NOW - timedelta(days=7), NOW)
    assert list(data.models) == [("forecast.price", "AAPL", "used", "champion")]


def test_one_quarter_is_shown_where_there_is_no_year(empty: Settings) -> None:
    storage = opened(empty)
    fill_company(storage)
    last = max(storage.metrics.periods(TICKER), key=lambda one: one.end)
    storage.metrics.replace(TICKER, [last])
    data = company_data(storage, TICKER, NOW.date())
    assert (data.basis, [one.end for one in data.periods]) == ("quarter", [last.end])


def test_a_company_of_which_nothing_is_known_is_refused_in_words(settings: Settings) -> None:
    for wanted in ("NOPE", "No such company", "x" * 200, "'; drop table"):
        with pytest.raises(NoDocument, match="Nothing is stored about"):
            written("html", company=wanted, settings=settings)


def test_a_report_without_anything_says_so(empty: Settings) -> None:
    page = written("html", now=NOW, settings=empty).decode()
    for part in ("No health check", "No task ended", "No model has been trained"):
        assert part in page
    assert words_of(written("pdf", now=NOW, settings=empty))


def test_reports_are_kept_once_by_their_task_listed_and_read(settings: Settings) -> None:
    first = make("task-1", now=NOW, settings=settings)
    assert make("task-1", now=NOW, settings=settings) == first
    make("task-2", company=TICKER, now=NOW, settings=settings)
    assert {row.task_id for row in listed(settings=settings)} == {"task-1", "task-2"}
    (found,) = listed("company", TICKER, settings=settings)
    assert (found.task_id, found.title) == ("task-2", NAME)
    assert read("task-2", "pdf", settings=settings).startswith(b"%PDF")
    assert read("task-1", settings=settings).startswith(b"<!doctype html>")
    with pytest.raises(NoDocument, match="no report of a task"):
        read("never", settings=settings)


def test_old_reports_go_with_their_files(empty: Settings) -> None:
    old = make("old", now=NOW - timedelta(days=400), settings=empty)
    new = make("new", now=NOW, settings=empty)
    with stored(empty) as storage:
        keeper = next(one for one in storage.keepers() if isinstance(one, ReportKeeper))
        before = NOW - timedelta(days=365)
        assert keeper.removable(before).bytes == old.html_bytes + old.pdf_bytes
        assert keeper.remove(before).count == 1
        assert keeper.remove(before).count == 0
        assert not storage.artifacts.exists(old.html_sha256)
        assert storage.artifacts.exists(new.pdf_sha256)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("AFI_DATA_DIR", str(settings.data_dir))
    settings_module.current.cache_clear()
    yield CliRunner()
    settings_module.current.cache_clear()


def test_the_command_line_writes_what_the_ending_says(run: CliRunner, tmp_path: Path) -> None:
    for words, name, start in (
        (["system", "--days", "30"], "a.html", b"<!doctype"),
        (["company", TICKER], "b.PDF", b"%PDF"),
    ):
        done = run.invoke(cli, ["report", *words, "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_bytes().startswith(start)
    wrong = run.invoke(cli, ["report", "system", "-o", str(tmp_path / "c.txt")])
    assert "neither in .html nor in .pdf" in wrong.output
    unknown = run.invoke(cli, ["report", "company", "NOPE", "-o", str(tmp_path / "d.pdf")])
    assert unknown.exit_code == 1
    assert "Nothing is stored about" in unknown.output
    assert not (tmp_path / "d.pdf").exists()
    nowhere = run.invoke(cli, ["report", "system", "-o", str(tmp_path / "no" / "e.pdf")])
    assert "could not be written" in nowhere.output
