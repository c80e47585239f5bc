"""``afi alerts``: what is wrong, and the rules by which that is found."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from worker_core.operations.alert_rules import Rule
    from worker_core.operations.alert_trials import Tried
    from worker_core.storage import AlertRecord

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def alerts() -> None:
    """What is wrong, and the rules by which that is found.

    They are evaluated by the task monitoring.alert_processing, which the schedule starts every
    minute: with a worker and a scheduler, and no window.
    """


@alerts.command("list")
@click.option("--settled", is_flag=True, help="Those that are over.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_alerts(settled: bool, as_json: bool) -> None:
    """List the alerts that are open."""
    from worker_core.operations.alerts import changes, listed

    with _in_words():
        rows = listed(settled=settled)
        evaluated = changes().evaluated_at
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    for row in rows:
        click.echo(_line(row))
    if not rows:
        click.echo("No alert is over yet." if settled else "Nothing fires.")
    if evaluated is None:
        click.echo("The rules have not been evaluated yet: that needs a worker and a scheduler.")
    else:
        click.echo(f"Evaluated last {_time(evaluated)}.")


@alerts.command("measures")
def list_measures() -> None:
    """List what rules can be about."""
    from worker_core.operations.alert_rules import MEASURES

    for measure in MEASURES.values():
        click.echo(f"{measure.key:<18} in {measure.unit}, by {measure.about}")
        click.echo(f"    {measure.description}")


@alerts.command("rules")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_rules(as_json: bool) -> None:
    """List the rules, and whether each can be judged."""
    from worker_core.operations import alert_rules
    from worker_core.operations.alerts import changes

    with _in_words():
        rules, told = alert_rules.rules(), changes()
    reads = {read.measure: read for read in told.reads}
    states = [alert_rules.rule_state(rule, reads, told.now) for rule in rules]
    if as_json:
        rows = [
            asdict(rule) | {"state": state.state, "words": state.words}
            for rule, state in zip(rules, states, strict=True)
        ]
        click.echo(json.dumps(rows, indent=2, default=str))
        return
    for rule, state in zip(rules, states, strict=True):
        click.echo(f"{rule.name} ({rule.severity}{', armed' if rule.armed else ''})")
        click.echo(f"    {alert_rules.rule_words(rule.edit)}")
        click.echo(f"    {state.words}")
    if not rules:
        click.echo("There are no rules. “afi alerts add --help” says how one is made.")


def _saying(command: F) -> F:
    for option in (
        click.option("--severity", default="warning", help="critical, warning or info."),
        click.option(
            "--cooldown",
            "cooldown_s",
            type=float,
            default=300.0,
            metavar="SECONDS",
            help="Pause after the end, in which it does not fire again.",
        ),
        click.option(
            "--back",
            "hysteresis",
            type=float,
            default=0.0,
            metavar="VALUE",
            help="How far beyond the threshold it must come back to end.",
        ),
        click.option(
            "--for",
            "for_s",
            type=float,
            default=0.0,
            metavar="SECONDS",
            help="How long it must hold.",
        ),
        click.option("--subject", default="*", help="Queue, task or symbol; * and ? are wild."),
        click.option("--below", type=float, metavar="VALUE", help="Fire below this value."),
        click.option(
            "--above",
            type=float,
            metavar="VALUE",
            help="Fire above this value. Shares are between 0 and 1, times in seconds.",
        ),
    ):
        command = option(command)
    return command


@alerts.command("try")
@click.argument("measure")
@_saying
@click.option("--days", type=click.FloatRange(min=0, min_open=True), default=7.0)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def try_one(measure: str, days: float, as_json: bool, **said: Any) -> None:
    """Say when a rule over MEASURE would have fired, without keeping it.

    MEASURE may also be the name of a rule that is there; then give no options.
    """
    from worker_core.operations.alert_rules import rule_of, rules
    from worker_core.operations.alert_trials import try_rule

    with _in_words():
        named = [one for one in rules() if one.name == measure]
        rule = rule_of(named[0].edit) if named else _rule("tried", measure, said)
        tried = try_rule(rule, asked_s=days * 86_400)
    click.echo(json.dumps(_told(tried), indent=2) if as_json else tried.trial.words)
    for firing in () if as_json else tried.trial.firings[:20]:
        lasted = firing.lasted(tried.now.timestamp())
        click.echo(
            f"    {_time(datetime.fromtimestamp(firing.at, UTC))}  {firing.subject}  "
            f"{_span(lasted)}"
        )


@alerts.command("add")
@click.argument("name")
@click.argument("measure")
@_saying
@click.option("--arm", "armed", is_flag=True, help="Judge by it from now on.")
def add_rule(name: str, measure: str, armed: bool, **said: Any) -> None:
    """Keep a new rule called NAME over MEASURE. It is disarmed unless --arm is given."""
    from worker_core.operations.alert_rules import add, rule_words
    from worker_core.operations.alert_trials import try_rule

    with _in_words():
        rule = _rule(name, measure, said)
        record = add(rule, armed=armed)
        click.echo(f"{record.name}: {rule_words(record.edit)}")
        click.echo(try_rule(rule).trial.words)


@alerts.command("arm")
@click.argument("name")
def arm_rule(name: str) -> None:
    """Judge by a rule from now on."""
    from worker_core.operations.alert_rules import arm

    with _in_words():
        click.echo(f"{arm(name).name} is armed.")


@alerts.command("disarm")
@click.argument("name")
def disarm_rule(name: str) -> None:
    """Judge by a rule no more. What fires by it is settled."""
    from worker_core.operations.alert_rules import arm

    with _in_words():
        click.echo(f"{arm(name, armed=False).name} is disarmed.")


@alerts.command("remove")
@click.argument("name")
def remove_rule(name: str) -> None:
    """Remove a rule. What fires by it is settled."""
    from worker_core.operations.alert_rules import remove

    with _in_words():
        remove(name)
    click.echo(f"{name} is removed.")


@alerts.command("ack")
@click.argument("ids", nargs=-1, type=int, required=True)
def acknowledge_alerts(ids: tuple[int, ...]) -> None:
    """Say that somebody looks after these alerts (numbers as in the list)."""
    from worker_core.operations.alerts import acknowledge

    with _in_words():
        _settled(acknowledge(ids), len(ids), "acknowledged")


@alerts.command("snooze")
@click.argument("ids", nargs=-1, type=int, required=True)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True, max=60 * 24 * 366), default=60.0
)
def snooze_alerts(ids: tuple[int, ...], minutes: float) -> None:
    """Leave these alerts alone for a while."""
    from worker_core.operations.alerts import snooze

    with _in_words():
        until = datetime.now(UTC) + timedelta(minutes=minutes)
        _settled(snooze(ids, until), len(ids), f"snoozed until {_time(until)}")


@contextmanager
def _in_words() -> Iterator[None]:
    from worker_core.operations.errors import OperationError

    try:
        yield
    except OperationError as error:
        raise click.ClickException(str(error)) from error


def _rule(name: str, measure: str, said: dict[str, Any]) -> "Rule":
    from worker_core.operations.alert_rules import validate

    above, below = said.pop("above"), said.pop("below")
    if (above is None) == (below is None):
        raise click.UsageError("Give --above VALUE or --below VALUE.")
    limit = {"comparison": "above", "threshold": above}
    if above is None:
        limit = {"comparison": "below", "threshold": below}
    return validate({"name": name, "measure": measure, **limit, **said})


def _told(tried: "Tried") -> dict[str, Any]:
    trial = asdict(tried.trial)
    return {"rule": asdict(tried.rule), "now": tried.now.isoformat(), **trial}


def _settled(done: int, asked: int, what: str) -> None:
    click.echo(f"{done} of {asked} {what}.")
    if done < asked:
        click.echo("The others are over, or there are none of these numbers.")


def _line(row: "AlertRecord") -> str:
    from worker_core.operations.alert_rules import value_words

    where = "" if row.subject == "(all)" else f" {row.subject}:"
    value = value_words(row.measure, row.value)
    limit = value_words(row.measure, row.threshold)
    line = (
        f"{row.id:>5}  {row.state:<12} {row.severity:<8} {_time(row.fired_at)}  "
        f"{row.rule_name}:{where} {value} ({row.comparison} {limit})"
    )
    if row.snoozed_until is not None:
        line += f", until {_time(row.snoozed_until)}"
    if row.acted_by is not None:
        line += f", {row.acted_by}"
    return line


def _span(seconds: float) -> str:
    from worker_core.operations.alert_rules import span

    return span(seconds)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
