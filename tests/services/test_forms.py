"""A form is what the catalog's models say, and nothing that is typed into it can break it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field as ModelField

from desktop_app.services.forms import Field, check, fields, texts_of
from desktop_app.services.forms.shapes import SHAPES
from worker_core.arguments import TaskArguments
from worker_core.catalog import TASKS, TaskSpec, task

SHA = "ab" * 32
SUMMARY = task("document_processing.generate_document_summary")
DOCUMENT = task("document_processing.process_document")
DOCUMENTS = task("document_processing.batch_process_documents")
COMPARE = task("sentiment_analysis.compare_company_sentiment")
METRICS = task("anomaly_detection.detect_metric_anomalies")
SCORES = task("sentiment_analysis.batch_sentiment_analysis")
MARKET = task("data_processing.update_market_data")
TUNE = task("model_training.optimize_model_hyperparameters")
CLEANUP = task("data_processing.cleanup_old_data")

EXAMPLES: Mapping[str, Any] = {
    "document": SHA,
    "filename": "10K_AAPL_2024.html",
    "documents": [{"document": SHA, "filename": "a.html", "filing_date": "2024-11-01"}],
    "document_ids": [1, 2, 30],
    "tickers": ["AAPL", "BRK-B", "^GSPC"],
    "ticker": "AAPL",
    "metrics": ["Revenue, net", "EPS"],
    "model": "sentiment",
    "sources": ["sec facts", "fred"],
    "start": "2024-01-31",
    "filing_date": "2024-11-01",
    "company": "Apple Inc.",
    "dry_run": False,
}


class Numbers(TaskArguments):
    share: float = ModelField(0.5, ge=0, lt=1, description="A share.")
    scale: float = ModelField(gt=0, description="A factor.")


NUMBERS = replace(TUNE, name="model_training.numbers", arguments=Numbers)


def field(spec: TaskSpec, name: str) -> Field:
    return next(one for one in fields(spec) if one.name == name)


def arguments(spec: TaskSpec, **texts: str | bool) -> dict[str, Any] | None:
    return check(spec, texts).arguments


def problem(spec: TaskSpec, **texts: str | bool) -> dict[str, str]:
    checked = check(spec, texts)
    assert checked.arguments is None
    return checked.problems


every_task = pytest.mark.parametrize("spec", TASKS.values(), ids=TASKS)


@every_task
def test_a_form_has_every_argument_of_its_task_with_words_and_a_kind(spec: TaskSpec) -> None:
    form = fields(spec)
    assert [one.name for one in form] == list(spec.arguments.model_fields)
    for one in form:
        assert one.label
        assert one.description
        assert one.required == spec.arguments.model_fields[one.name].is_required()
        assert bool(one.choices) == (one.kind == "choice")


@every_task
def test_an_untouched_form_lacks_what_is_required_and_nothing_else(spec: TaskSpec) -> None:
    required = {one.name for one in fields(spec) if one.required}
    checked = check(spec, texts_of(spec, {}))
    assert checked.problems == dict.fromkeys(required, "is needed")
    assert (checked.arguments is None) == bool(required)


@every_task
def test_a_task_s_arguments_go_through_its_form_and_come_out_the_same(spec: TaskSpec) -> None:
    given = {one.name: EXAMPLES.get(one.name, one.minimum) for one in fields(spec)}
    given = {name: value for name, value in given.items() if value is not None}
    texts = texts_of(spec, given)
    assert check(spec, texts).problems == {}
    sent = check(spec, texts).arguments or {}
    assert {name: sent[name] for name in given} == given
    spec.arguments.model_validate(sent)


def test_every_pattern_of_the_catalog_has_words_for_people() -> None:
    def patterns(schema: object) -> set[str]:
        if isinstance(schema, dict):
            own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
            return own.union(*map(patterns, schema.values()))
        return set().union(*map(patterns, schema)) if isinstance(schema, list) else set()

    used = [patterns(spec.arguments.model_json_schema()) for spec in TASKS.values()]
    assert set().union(*used) == set(SHAPES)


def test_bounds_defaults_and_choices_are_those_of_the_model() -> None:
    trials = field(TUNE, "trials")
    assert (trials.kind, trials.minimum, trials.maximum, trials.default) == (
        "integer",
        2,
        2000,
        "50",
    )
    assert field(TUNE, "model").choices == ("sentiment", "forecasting", "anomalies")
    assert field(CLEANUP, "dry_run").default is True
    assert (field(MARKET, "start").kind, field(MARKET, "start").placeholder) == (
        "date",
        "YYYY-MM-DD",
    )
    assert field(DOCUMENTS, "documents").kind == "json"
    assert field(DOCUMENTS, "documents").placeholder == '[{"document":"…","filename":"…"}]'


@pytest.mark.parametrize(
    ("spec", "name", "words"),
    [
        (TUNE, "trials", "2 to 2,000"),
        (COMPARE, "tickers", "2 to 50 entries"),
        (SCORES, "document_ids", "at most 10,000 entries"),
        (DOCUMENT, "company", "at most 200 characters"),
        (DOCUMENT, "document", ""),
        (CLEANUP, "dry_run", ""),
        (NUMBERS, "scale", ""),
    ],
)
def test_bounds_are_put_in_words(spec: TaskSpec, name: str, words: str) -> None:
    assert field(spec, name).limits == words


def test_labels_carry_the_unit_of_the_argument() -> None:
    assert field(TUNE, "time_budget_s").label == "Time budget (seconds)"
    assert field(SCORES, "document_ids").label == "Document IDs"
    assert field(CLEANUP, "dry_run").label == "Dry run"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "must be at least 1"),
        ("51", "must be at most 50"),
        ("five", "must be a whole number"),
        ("2.5", "must be a whole number"),
        ("9" * 5000, "is too large"),
    ],
)
def test_a_number_out_of_bounds_or_no_number_is_refused_in_plain_words(
    text: str, words: str
) -> None:
    assert problem(SUMMARY, document=SHA, sentences=text) == {"sentences": words}


def test_a_blank_field_is_not_sent_so_that_the_default_holds() -> None:
    assert arguments(SUMMARY, document=SHA, sentences="  ") == {"document": SHA}


def test_every_field_with_a_problem_is_named_at_once() -> None:
    assert problem(DOCUMENT, document="xyz", filing_date="yesterday") == {
        "document": "must be a SHA-256: 64 characters of 0–9 and a–f",
        "filename": "is needed",
        "filing_date": "must be a date such as 2024-01-31",
    }


def test_tickers_are_folded_to_capitals_and_hashes_to_small_letters() -> None:
    assert arguments(COMPARE, tickers="aapl, Msft\n^gspc") == {"tickers": ["AAPL", "MSFT", "^GSPC"]}
    assert arguments(SUMMARY, document=f" {SHA.upper()} ") == {"document": SHA}


def test_numbers_in_a_list_are_separated_by_commas_lines_or_spaces() -> None:
    assert arguments(SCORES, document_ids="1, 2\n3 4;5,") == {"document_ids": [1, 2, 3, 4, 5]}


def test_free_texts_are_separated_by_commas_or_else_by_lines() -> None:
    assert arguments(METRICS, ticker="AAPL", metrics="EPS, net income") == {
        "ticker": "AAPL",
        "metrics": ["EPS", "net income"],
    }
    assert arguments(METRICS, ticker="AAPL", metrics="Revenue, net\r\nEPS\n") == {
        "ticker": "AAPL",
        "metrics": ["Revenue, net", "EPS"],
    }


def test_a_list_names_the_first_wrong_entry_and_counts_the_others() -> None:
    assert problem(COMPARE, tickers="AAPL, A$, B$, C$") == {
        "tickers": "entry 2, “A$”, must be a ticker such as AAPL, BRK-B or ^GSPC (and 2 more)"
    }
    assert problem(COMPARE, tickers="AAPL") == {"tickers": "must have at least 2 entries"}
    assert problem(SCORES, document_ids=",") == {"document_ids": "must not be empty"}


def test_json_is_checked_down_to_the_entry() -> None:
    good = f'[{{"document": "{SHA}", "filename": "a.html"}}]'
    assert arguments(DOCUMENTS, documents=good) == {
        "documents": [{"document": SHA, "filename": "a.html"}]
    }
    assert problem(DOCUMENTS, documents=f'[{{"document": "{SHA}"}}]') == {
        "documents": "entry 1, filename, is needed"
    }
    assert problem(DOCUMENTS, documents="{}") == {"documents": "must be a list in brackets"}
    broken = problem(DOCUMENTS, documents='[{"document": }]')["documents"]
    assert broken.startswith("is not JSON: ")
    assert broken.endswith("at line 1, column 15")


def test_a_choice_is_refused_with_what_there_is_to_choose() -> None:
    assert problem(TUNE, model="everything") == {
        "model": "must be 'sentiment', 'forecasting' or 'anomalies'"
    }


@pytest.mark.parametrize("text", ["0", "1700000000", "2024-02-30", "31.01.2024", "2024-01-31T00"])
def test_only_a_calendar_date_is_a_date(text: str) -> None:
    assert problem(MARKET, start=text) == {"start": "must be a date such as 2024-01-31"}


@pytest.mark.parametrize("text", ["nan", "-inf", "1e999", "half"])
def test_a_number_is_finite_so_that_it_can_be_sent_as_json(text: str) -> None:
    assert problem(NUMBERS, scale=text) == {"scale": "must be a number"}


def test_open_bounds_are_said_as_such() -> None:
    assert problem(NUMBERS, share="1", scale="0") == {
        "share": "must be less than 1.0",
        "scale": "must be more than 0.0",
    }
    assert arguments(NUMBERS, scale="2.5") == {"scale": 2.5}


def test_a_switch_is_sent_as_it_stands() -> None:
    assert arguments(CLEANUP, dry_run=False) == {"dry_run": False}
    assert arguments(CLEANUP, dry_run="perhaps") is None


def test_a_name_that_the_task_does_not_have_is_refused() -> None:
    assert problem(CLEANUP, colour="red") == {"colour": "is not an argument of this task"}


def test_arguments_that_do_not_fit_still_fill_the_form_so_that_they_can_be_mended() -> None:
    texts = texts_of(SUMMARY, {"document": 7, "sentences": "many", "colour": "red"})
    assert texts == {"document": "7", "sentences": "many"}
    assert set(check(SUMMARY, texts).problems) == {"document", "sentences"}
    assert texts_of(CLEANUP, {"dry_run": "maybe"}) == {"dry_run": True}
    assert texts_of(DOCUMENT, {"company": None})["company"] == ""


hostile = st.one_of(
    st.text(st.characters(), max_size=200),
    st.booleans(),
    st.sampled_from(
        ["[" * 5000, "{}", "null", "\x00", "\ud800", "NaN", "-0", "1_0", "٣", "\u202eAAPL", ",;\n"]
    ),
    st.integers().map(str),
    st.dates().map(str),
)


@given(spec=st.sampled_from(list(TASKS.values())), data=st.data())
def test_whatever_is_typed_gives_arguments_that_the_model_accepts_or_problems(
    spec: TaskSpec, data: st.DataObject
) -> None:
    texts = {one.name: data.draw(hostile, one.name) for one in fields(spec)}
    checked = check(spec, texts)
    if checked.arguments is None:
        assert checked.problems
        assert set(checked.problems) <= {one.name for one in fields(spec)}
        assert all(checked.problems.values())
    else:
        assert checked.problems == {}
        spec.arguments.model_validate(checked.arguments)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(spec=st.sampled_from(list(TASKS.values())), data=st.data())
def test_whatever_was_once_sent_can_be_put_into_a_form(spec: TaskSpec, data: st.DataObject) -> None:
    sent = {one.name: data.draw(json_values, one.name) for one in fields(spec)}
    texts = texts_of(spec, sent)
    assert set(texts) == set(sent)
    check(spec, texts)
