"""What the README and the documentation tell people to type can be typed, and does what it says.

Commands of ours that come to an end are run, page by page in the order in which they are read, in
one folder. What stays until it is stopped is run by the tests that are named here; here its words
go through its own parser. Programs of others are run by tests that are named here too and take
their lines from the pages.
"""

import os
import re
import shlex
import shutil
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
from worker_core.storage import Storage

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "packaging" / "README.md",
        *(page for page in (ROOT / "docs").rglob("*.md") if "reference" not in page.parts),
    ]
)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
_INLINE = re.compile(r"(?<!`)`((?:\./dev|python dev|afi)\s[^`]+)`(?!`)")
_OURS = re.compile(r"(\./dev )?afi( |$)")

# Run as processes of their own by other tests, or with other answers than those of an empty folder.
ELSEWHERE = {
    "api": "tests/api/house.py",
    "beat": "tests/operations/test_beat.py",
    "doctor": "tests/operations/test_doctor.py",
    "flower": "tests/deployment/test_flower.py",
    "selftest": "tests/end_to_end/test_selftest.py",
    "up": "tests/test_cli.py",
    "worker": "tests/faults/system.py",
}
# What a command answers where no broker runs and nothing is stored.
ANSWERS = {"health": {1, 2}, "promote": {1}, "rollback": {1}, "company": {0, 1}, "read": {1}}
# Programs of others that a page may have somebody type, and what runs them.
OTHERS = {
    "apt": "tests/packaging/test_installers.py",
    "cp": "tests/deployment/test_systemd.py",
    "curl": "tests/api/test_server.py",
    "dnf": "tests/packaging/test_installers.py",
    "docker": "tests/deployment/test_compose.py",
    "python": "tests/deployment/test_packaging.py",
    "pg_dump": "tests/storage/test_postgresql_copies.py",
    "pg_restore": "tests/storage/test_postgresql_copies.py",
    "pipx": "tests/packaging/test_wheel.py",
    "redis-cli": "tests/test_docs_words.py",
    "ssh": "tests/deployment/test_flower.py",
    "sudo": "tests/packaging/test_verifying.py",
    "systemctl": "tests/deployment/test_systemd.py",
    "systemd-analyze": "tests/deployment/test_packaging.py",
    "systemd-sysusers": "tests/deployment/test_systemd.py",
    "systemd-tmpfiles": "tests/deployment/test_systemd.py",
    "uv": "tests/packaging/test_wheel.py",
}
# Those of systems on which nothing was tried, as the pages say.
ELSEWHERE_ALONE = {"brew", "winget"}

# What a command's IN.csv has to hold.
_FILES = {
    "anomalies": "SERIES.csv",
    "market": "PRICES.csv",
    "risk": "RETURNS.csv",
    "sentiment": "TEXT.csv",
}


def typed(page: Path) -> Iterator[str]:
    """The commands of a page's blocks, in their order; one may go over several lines."""
    for language, block in _BLOCK.findall(page.read_text("utf-8")):
        if language != "sh":
            continue
        waiting = ""
        for line in block.replace("\\\n", " ").splitlines():
            waiting = f"{waiting}\n{line}".strip()
            try:
                words = shlex.split(waiting, comments=True)
            except ValueError:
                continue  # a quotation goes on
            if words:
                yield re.sub(r"\s+#.*", "", waiting) if "\n" not in waiting else waiting
            waiting = ""


BLOCKS = {page: list(typed(page)) for page in PAGES}
OURS = sorted({one for page in PAGES for one in BLOCKS[page] if _OURS.match(one)})
SAID = sorted(
    # A line may break within one.
    {" ".join(one.split()) for page in PAGES for one in _INLINE.findall(page.read_text("utf-8"))}
)


def _words(command: str) -> list[str]:
    words = shlex.split(command.replace("…", ""))
    return words[words.index("afi") + 1 :]


def _found(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The command that words call, the names that led to it, and what it is given."""
    names = []
    rest = list(words)
    command: click.Command = cli
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            break
        command = found
        names.append(rest.pop(0))
    return command, names, rest


def test_there_are_commands_to_look_at() -> None:
    assert len(OURS) > 30
    assert len(SAID) > 15


def test_a_block_without_a_language_holds_no_command() -> None:
    for page in PAGES:
        for language, block in _BLOCK.findall(page.read_text("utf-8")):
            if language == "":
                first = {line.split()[0] for line in block.splitlines() if line.strip()}
                assert not first & {"afi", "./dev", "$", *OTHERS}, page


def test_every_program_that_a_page_calls_is_run_by_a_test_that_is_there() -> None:
    for page in PAGES:
        for command in BLOCKS[page]:
            first = shlex.split(command)[0]
            if not _OURS.match(command) and first != "./dev" and "=" not in first:
                assert first in OTHERS, f"{page.name}: {command}"
        for command in re.findall(r"(?<!`)`([a-z][a-z_-]+\s[^`]+)`(?!`)", page.read_text("utf-8")):
            first = command.split()[0]
            if shutil.which(first):
                known = {*OTHERS, *ELSEWHERE_ALONE, "afi", "celery"}
                assert first in known, f"{page.name}: {command}"
    for program, file in OTHERS.items():
        assert program in (ROOT / file).read_text("utf-8"), (program, file)
    for file in ELSEWHERE.values():
        assert (ROOT / file).is_file(), file
    for command, file in ELSEWHERE.items():
        assert f'"{command}"' in (ROOT / file).read_text("utf-8"), (command, file)


@pytest.mark.parametrize("command", [*OURS, *(one for one in SAID if _OURS.match(one))])
def test_a_command_exists_with_the_options_it_is_given(command: str) -> None:
    found, names, given = _found(_words(command))
    assert names or given or command.endswith("…"), command
    if isinstance(found, click.Group) and found.name == "forecast":
        return  # its first word may be a file
    options = {
        option
        for parameter in found.params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    asked = {word.partition("=")[0] for word in given if re.match(r"--?[a-zA-Z]", word)}
    assert asked <= options | {"--help", "-h", "--version"}, command


@pytest.mark.parametrize(
    "command", [one for one in OURS if set(_found(_words(one))[1]) & set(ELSEWHERE)]
)
def test_what_stays_until_it_is_stopped_understands_its_words(command: str) -> None:
    found, names, given = _found(_words(command))
    with found.make_context(" ".join(names), given):
        pass


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
    return not set(ELSEWHERE) & set(names) and "reference" not in names + given


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(_OURS.match(one) and _runs(one) for one in BLOCKS[page])],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_the_commands_of_a_page_run_one_after_the_other(
    page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings.current.cache_clear()
    # What somebody who follows the page has by then: a document.
    with Storage.open(settings.current().database_url, "unused") as storage:
        storage.documents.register("1" * 64, "10-K.htm", 1, "text/html", "1")
    try:
        for command in BLOCKS[page]:
            if not _OURS.match(command) or not _runs(command):
                continue
            words = _words(command)
            own = _FILES.get(words[0], "IN.csv")
            told = CliRunner().invoke(cli, [own if word == "IN.csv" else word for word in words])
            expected = next((ANSWERS[word] for word in words if word in ANSWERS), {0})
            assert told.exit_code in expected, f"{command}: {told.output}"
            assert told.exception is None or isinstance(told.exception, SystemExit), command
    finally:
        settings.current.cache_clear()


def test_every_word_of_dev_is_one_that_it_knows() -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    ).stdout
    known = set(re.findall(r"\./dev (\w+)", told))
    every = [*(one for page in PAGES for one in BLOCKS[page]), *SAID]
    used = {found[1] for one in every if (found := re.match(r"(?:\./dev|python dev) (\w+)", one))}
    assert {"run", "test", "shot"} <= used <= known


def test_every_benchmark_that_is_named_is_there() -> None:
    there = {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"\./dev bench ([a-z_]+)", text))
    assert named
    assert named <= there


def test_a_picture_that_is_asked_for_is_one_that_can_be_made() -> None:
    from tests.shot_words import parser

    asked = [one for page in PAGES for one in BLOCKS[page] if one.startswith("./dev shot")]
    assert asked
    for command in asked:
        assert parser().parse_args(shlex.split(command)[2:]).page


def test_what_celery_is_told_in_the_readme_is_understood() -> None:
    """The worker of this line is run by tests/tasks."""
    text = (ROOT / "README.md").read_text("utf-8")
    (line,) = re.findall(r"`(celery -A [^`]+)`", text)
    answer = subprocess.run(
        [sys.executable, "-m", *shlex.split(line), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


def test_every_extra_that_is_named_can_be_installed() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    lists = re.findall(r"FILE\[([\w,]+)\]", text)
    named = {one for each in lists for one in each.split(",")}
    named |= set(re.findall(r"--extra (\w+)", text))
    assert named == set(project["optional-dependencies"])
