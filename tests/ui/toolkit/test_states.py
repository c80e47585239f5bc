import pytest
from celery import states as celery_states

from desktop_app.ui import pills, states
from desktop_app.ui.tokens import Tone
from resources import icon_path

ALL = [*states.TASK_STATES.values(), *states.CONDITIONS.values()]


def test_every_state_of_celery_is_in_the_table() -> None:
    assert states.TASK_STATES.keys() >= celery_states.ALL_STATES
    assert "PROGRESS" in states.TASK_STATES


def test_no_two_states_of_a_task_have_the_same_word_or_shape() -> None:
    rows = states.TASK_STATES.values()
    assert len({row.word for row in rows}) == len(rows)
    assert len({row.icon for row in rows}) == len(rows)


def test_no_two_conditions_have_the_same_word() -> None:
    assert len({row.word for row in states.CONDITIONS.values()}) == len(states.CONDITIONS)


def test_conditions_of_the_same_shape_are_of_the_same_tone() -> None:
    tones: dict[str, set[Tone]] = {}
    for row in states.CONDITIONS.values():
        tones.setdefault(row.icon, set()).add(row.tone)
    assert {icon: found for icon, found in tones.items() if len(found) > 1} == {
        "state-starting": {Tone.RUNNING, Tone.WAITING}  # on its way up, on its way down
    }


@pytest.mark.parametrize("state", ALL, ids=lambda state: state.name)
def test_a_state_has_a_word_a_meaning_and_a_shape_that_is_there(state: states.State) -> None:
    assert state.word
    assert state.meaning.endswith(".")
    assert icon_path(state.icon).is_file()
    assert states.of(state.name) is state


def test_red_stands_only_where_a_person_must_act() -> None:
    red = {state.name for state in ALL if state.tone is Tone.DANGER}
    assert red == {"FAILURE", "REJECTED", "crashed", "firing", "overdue"}


def test_nothing_follows_a_final_state() -> None:
    final = {name for name, state in states.TASK_STATES.items() if state.final}
    assert final == {"FAILURE", "REJECTED", "REVOKED", "SUCCESS"}


def test_the_order_is_that_of_the_table() -> None:
    assert [state.order for state in states.TASK_STATES.values()] == list(
        range(len(states.TASK_STATES))
    )


@pytest.mark.parametrize(
    ("name", "word"),
    [("MY_OWN-STATE", "My own state"), ("", "Unknown"), ("__", "Unknown"), ("ß", "Ss")],
)
def test_a_state_of_another_application_is_shown_as_it_is_called(name: str, word: str) -> None:
    state = states.of(name)
    assert (state.word, state.tone) == (word, Tone.WAITING)
    assert icon_path(state.icon).is_file()


def test_a_pill_says_its_state_to_everyone(qapp: object) -> None:
    pill = pills.Pill("FAILURE")
    assert (pill.accessibleName(), pill.toolTip()) == ("Failed", "It ended with an error.")
    narrow = pill.sizeHint().width()
    pill.set_state("PROGRESS")
    assert pill.accessibleName() == "In progress"
    assert pill.sizeHint().width() > narrow
