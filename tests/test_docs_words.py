"""What the documentation says in words is what the program says, has and does.

Names of settings, words of the window, keys, days that things are kept, searches, what a broker is
told: each is read out of the pages and held against the code or a real server.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from desktop_app.monitor.query import parse
from desktop_app.services import updates
from desktop_app.ui.keys import KEYS
from desktop_app.views.alerts import hands as alert_hands
from desktop_app.views.models import hands as model_hands
from desktop_app.views.schedule import hands as schedule_hands
from desktop_app.views.workers.actions import ACTIONS
from tests.monitor.conftest import Server
from tests.test_docs_commands import PAGES, ROOT
from worker_core.health.alert_defaults import DEFAULTS
from worker_core.settings import Settings, variable_of

GUIDE = ROOT / "docs" / "guide"
# Read by the scripts of packaging, and by nobody else.
OF_PACKAGING = {
    "AFI_BROKER_FOLDER",
    "AFI_CODESIGN_IDENTITY",
    "AFI_NOTARY_PROFILE",
    "AFI_SIGN_COMMAND",
}
# Words of a page that are no words of the window.
NOT_SAID = {"in italics", "…"}


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def tables(text: str) -> Iterator[list[list[str]]]:
    """Each table's rows, without its head."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        rows = [
            [cell.strip() for cell in line.strip("| ").split(" | ")] for line in block.split("\n")
        ]
        yield [row for row in rows[2:] if row != [""]]


@pytest.fixture(scope="module")
def said() -> frozenset[str]:
    """Every text of the programs, those of formatted ones in their parts; case does not count."""
    found: set[str] = set()
    for room in ("desktop_app", "worker_core"):
        for module in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(text_of(module))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(" ".join(node.value.casefold().split()))
                elif isinstance(node, ast.ClassDef | ast.alias):
                    found.add(node.name.casefold())  # an error is named by its class
    return frozenset(found)


def test_every_setting_that_is_named_is_one() -> None:
    known = {variable_of(name) for name in Settings.model_fields} | OF_PACKAGING
    for page in PAGES:
        named = set(re.findall(r"\b(?:AFI|CELERY|FLOWER)_[A-Z0-9_]+", text_of(page)))
        meant = {name.removesuffix("_FILE") for name in named if not name.endswith("_")}
        assert meant <= known, page


def italics(page: Path) -> set[str]:
    """What stands in italics, which are the words of the window and of commands."""
    text = re.sub(r"```.*?```", "", text_of(page), flags=re.S)
    text = re.sub(r"`[^`\n]*`|\*\*", "", text)
    return {" ".join(found.split()) for found in re.findall(r"\*([^*|]+?)\*", text)} - NOT_SAID


def test_what_the_guide_has_the_console_say_it_says(said: frozenset[str]) -> None:
    assert len(italics(GUIDE / "troubleshooting.md")) > 40
    for page in sorted(GUIDE.glob("*.md")):
        for phrase in italics(page):
            for part in re.split(r"…|[.:] |\b\d[\d,.]*\b", phrase):
                words = part.casefold().strip(" .:")
                assert any(words in one for one in said), f"{page.name}: nothing says {words!r}"


def test_the_page_of_keys_has_all_keys() -> None:
    text = text_of(GUIDE / "keys.md")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.M | re.S))

    def rows(section: str) -> dict[str, set[str]]:
        (table,) = tables(sections[section])
        return {words: set(re.findall(r"`([^`]+)`", keys)) for keys, words in table}

    for group, wanted in KEYS.items():
        assert {words: set(keys) for keys, words in wanted}.items() <= rows(group).items(), group
    assert rows("Workers") == {action.word: {action.key} for action in ACTIONS}
    for section, hands in (
        ("Alerts", alert_hands._HANDS),
        ("Schedule", schedule_hands._HANDS),
        ("Models", model_hands._HANDS),
    ):
        own = {hand.word: {hand.key} for hand in hands.values() if hand.key}
        assert own.items() <= rows(section).items(), section


def test_how_long_things_are_kept_is_what_the_settings_say() -> None:
    told: dict[str, str] = {}
    for table in tables(text_of(GUIDE / "data.md")):
        for row in table:
            if len(row) == 4 and (
                found := re.fullmatch(r"`(AFI_KEEP_\w+_DAYS|AFI_LEDGER_DAYS)`", row[2])
            ):
                told[found[1]] = row[1]
    fields = {variable_of(name): field for name, field in Settings.model_fields.items()}
    assert set(told) >= {name for name in fields if re.fullmatch(r"AFI_KEEP_\w+_DAYS", name)}
    for name, words in told.items():
        days = fields[name].default
        assert words == (f"{days} days" if days else "for ever"), name


def test_the_rules_that_are_explained_are_those_of_a_new_database() -> None:
    text = text_of(GUIDE / "watching.md")
    told = {row[0] for table in tables(text) for row in table if row[0].startswith(RULE_NAMES)}
    assert told == {rule.name + (" (armed)" if armed else "") for rule, armed in DEFAULTS}


RULE_NAMES = tuple(rule.name for rule, _ in DEFAULTS)


def test_the_searches_that_are_shown_can_be_typed() -> None:
    (block,) = re.findall(r"```text\n(.*?)```", text_of(GUIDE / "watching.md"), re.S)
    for line in block.splitlines():
        assert str(parse(line)), line


def test_the_answer_about_a_newer_version_is_understood() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", text_of(GUIDE / "data.md"), re.S)
    assert msgspec.json.decode(block, type=updates._Answer).version == "1.2.0"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.kill()


def test_a_broker_understands_what_it_is_to_be_told(server: Server, tmp_path: Path) -> None:
    """``redis-cli`` sends the words behind it as they are."""
    text = "\n".join(text_of(page) for page in PAGES)
    commands = set(re.findall(r"`redis-cli ([^`]+)`", text))
    assert {"SLOWLOG GET", "CONFIG SET maxmemory 2gb"} <= commands
    server.start()
    with server.client() as client:
        for command in commands:
            client.execute_command(*command.split())
    options = set(
        re.findall(r"`((?:appendonly|maxmemory-policy|min-replicas-to-write) \w+)`", text)
    )
    assert {one.split()[0] for one in options} == {
        *("appendonly", "maxmemory-policy", "min-replicas-to-write")
    }
    users = tmp_path / "users.acl"
    lines = set(re.findall(r"`(user default [^`]+)`", text))
    assert lines
    users.write_text("\n".join([*lines, "user admin on >secret ~* &* +@all"]) + "\n")
    given = [word for option in sorted(options) for word in f"--{option}".split()]
    server.kill()
    server.start(*given, "--aclfile", str(users))
    assert "`ACL LOAD`" in text
    with server.client(username="admin", password="secret") as client:
        assert client.execute_command("ACL LOAD")
        for option in options:
            name, value = option.split()
            assert client.config_get(name) == {name: value}


def test_the_requests_that_the_page_of_the_api_names_are_its_requests() -> None:
    from worker_core.api.app import create

    paths = create(Settings.model_validate({})).openapi()["paths"]
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path))
        for path, ways in paths.items()
        for method in ways
    }
    text = text_of(ROOT / "docs" / "api.md")
    named = set(re.findall(r"`(GET|POST|DELETE) (/\S+)`", text))
    assert len(named) > 8
    for method, path in named:
        parts = [re.sub(r"^[A-Z0-9]+$", "*", part) for part in path.partition("?")[0].split("/")]
        pattern = re.compile(
            "/".join(r"[^/]+" if part == "*" else re.escape(part) for part in parts)
        )
        assert any(way == method and pattern.fullmatch(one) for way, one in known), (method, path)


def test_the_table_of_measurements_names_each_that_there_is() -> None:
    section = text_of(ROOT / "README.md").partition("## Measurements\n")[2].partition("\n## ")[0]
    (table,) = tables(section)
    named = {name for row in table for name in re.findall(r"`(\w+)`", row[0])}
    assert named == {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
