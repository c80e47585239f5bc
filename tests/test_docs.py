"""What the README and the documentation tell people to type can be typed."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from tests.documents.builders import inline, tag
from worker_core import settings
from worker_core.cli import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)

# These stay until they are told to stop, or need what a test does not have: only looked at.
_STAY = {"api", "beat", "desktop", "flower", "up", "worker"}
_ASK_OTHERS = {"doctor", "health", "quarantine", "selftest"}
_CHANGE = {"correct", "enqueue", "key", "promote", "revoke", "rollback", "token", "train", "update"}

# What a command's IN.csv has to hold.
_FILES = {
    "anomalies": "SERIES.csv",
    "market": "PRICES.csv",
    "risk": "RETURNS.csv",
    "sentiment": "TEXT.csv",
}


def _commands() -> Iterator[str]:
    for page in PAGES:
        if "reference" in page.parts:
            continue
        for block in _BLOCK.findall(page.read_text("utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                command = line.partition(" #")[0].strip()
                if command and not command.startswith("#"):
                    yield command


COMMANDS = sorted(set(_commands()))
OURS = [one for one in COMMANDS if re.match(r"(\./dev )?afi( |$)", one)]


def _words(command: str) -> list[str]:
    words = shlex.split(command.replace("…", ""))
    return words[words.index("afi") + 1 :]


def _found(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The command that words call, the names that led to it, and what it is given."""
    group, names = cli, []
    rest = list(words)
    command: click.Command = group
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            break
        command = found
        names.append(rest.pop(0))
    return command, names, rest


def test_there_are_commands_to_look_at() -> None:
    assert len(OURS) > 20


@pytest.mark.parametrize("command", OURS)
def test_a_command_exists_with_the_options_it_is_given(command: str) -> None:
    found, names, given = _found(_words(command))
    assert names or given, command
    if isinstance(found, click.Group):
        given = given or ["--help"]
    options = {
        option
        for parameter in found.params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    asked = {word.partition("=")[0] for word in given if re.match(r"--?[a-zA-Z]", word)}
    if isinstance(found, click.Group) and found.name == "forecast":
        return  # its first word may be a file
    assert asked <= options | {"--help", "-h", "--version"}, command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of every name that the documentation uses."""
    made = tmp_path_factory.mktemp("docs")
    said = {"DocumentType": "10-K", "TradingSymbol": "ACME", "EntityRegistrantName": "Acme Corp"}
    about = "".join(
        f'<ix:nonNumeric name="dei:{name}" contextRef="y">{value}</ix:nonNumeric> '
        for name, value in said.items()
    )
    told = "<p>Net sales rose by 12 % to $4.5 billion. We expect margins to fall next year.</p>"
    filing = inline(about + tag("1000") + tag("120", "us-gaap:NetIncomeLoss"), rest=told)
    (made / "FILE.htm").write_text(filing)
    (made / "FILE").write_text(filing)
    series = [f"a,{step},{100 + step + 10 * (step % 4)}" for step in range(1, 41)]
    (made / "SERIES.csv").write_text(
        "timestamp,value\n"
        + "".join(f"2024-01-{1 + n // 24:02d} {n % 24:02d}:00:00,{n % 24}\n" for n in range(600))
    )
    (made / "IN.csv").write_text("unique_id,ds,y\n" + "\n".join(series) + "\n")
    (made / "TEXT.csv").write_text("text\nSales rose 12 %.\n")
    days = [str(np.datetime64("2020-01-01") + n) for n in range(900)]
    (made / "PRICES.csv").write_text(
        "date,open,high,low,close,volume\n"
        + "".join(f"{day},10,11,9,{10 + n % 3 / 10},1000\n" for n, day in enumerate(days))
    )
    (made / "RETURNS.csv").write_text(
        "date,A,B,C\n"
        + "".join(
            f"{day},{(n * 7 % 11 - 5) / 500},{(n * 5 % 13 - 6) / 500},{(n * 3 % 17 - 8) / 500}\n"
            for n, day in enumerate(days)
        )
    )
    return made


def _runs(command: str) -> bool:
    _, names, given = _found(_words(command))
    return not (_STAY | _ASK_OTHERS | _CHANGE) & set(names) and "reference" not in names + given


@pytest.mark.parametrize("command", [one for one in OURS if _runs(one)])
def test_a_command_runs_as_it_is_written(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AFI_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    settings.current.cache_clear()
    words = _words(command)
    own = _FILES.get(words[0], "IN.csv")
    words = [own if word == "IN.csv" else word for word in words]
    told = CliRunner().invoke(cli, words)
    settings.current.cache_clear()
    assert told.exit_code == 0, told.output


def test_every_word_of_dev_is_one_that_it_knows() -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    ).stdout
    known = set(re.findall(r"\./dev (\w+)", told))
    used = {found[1] for one in COMMANDS if (found := re.match(r"\./dev (\w+)", one))}
    assert used <= known


def test_every_benchmark_that_is_named_is_there() -> None:
    there = {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"\./dev bench ([a-z_]+)", text))
    assert named
    assert named <= there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_picture_and_every_page_that_is_linked_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


def test_the_documentation_is_built_strictly(tmp_path: Path) -> None:
    """A dead link, a missing anchor and a page that the contents do not name are errors."""
    answer = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "docs", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    for page in PAGES:
        if page.is_relative_to(ROOT / "docs"):
            built = tmp_path / "site" / page.relative_to(ROOT / "docs").with_suffix(".html")
            assert built.is_file(), built
