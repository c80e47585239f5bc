#!/usr/bin/env python3
"""Checks what this folder ships for servers with the tools that know it, as far as they are here:
units, users and folders of systemd, the compose files, and that every command and setting exists.

    python packaging/validate.py [--offline]

Prints a line a check and, for one that could not be made, why. Nothing is left behind. Exits with 1
if anything is wrong.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
UNITS = HERE / "systemd"
COMPOSE = ("compose.yaml", "compose.tls.yaml")
DEBIAN = "trixie"
EXPOSURE = 25  # tenths, of 100
SCHEMA_CHECKER = "check-jsonschema==0.38.0"
VARIABLE = re.compile(r"\b(?:AFI|CELERY|FLOWER)_[A-Z0-9_]+\b")


@dataclass(frozen=True)
class Found:
    """``problems`` of a check; None with ``why`` where it could not be made."""

    check: str
    problems: list[str] | None
    why: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks what is shipped for servers.")
    parser.add_argument("--offline", action="store_true", help="fetch no tool that is not here")
    offline = parser.parse_args().offline
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        for found in checks(Path(place), offline=offline):
            if found.problems is None:
                print(f"NOT CHECKED  {found.check}: {found.why}")
            else:
                print(f"{'WRONG' if found.problems else 'ok':<11}  {found.check}")
                wrong += len(found.problems)
                for problem in found.problems:
                    print(f"    {problem}")
    return 1 if wrong else 0


def checks(place: Path, *, offline: bool) -> Iterator[Found]:
    """Every check, with ``place`` to work in."""
    yield Found("every command is one of afi's", unknown_commands())
    yield Found("every variable is a setting", unknown_variables())
    yield from units(place / "units")
    yield from users_and_folders(place / "root")
    yield from compose(place / "compose", offline=offline)


# What anything here can check


def commands() -> Iterator[tuple[str, list[str]]]:
    """Where, and the words behind ``afi``."""
    for unit in sorted(UNITS.glob("*.service")):
        for line in unit.read_text("utf-8").splitlines():
            if line.startswith("ExecStart="):
                words = shlex.split(line.partition("=")[2].replace("%i", "default"))
                if words[0] != "/usr/bin/afi":
                    yield unit.name, words
                else:
                    yield unit.name, words[1:]
    for name, service in services().items():
        if service.get("image") == "afi-desk":
            yield f"compose.yaml, {name}", list(map(str, service["command"]))


def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml."""
    import yaml

    read: dict[str, dict[str, Any]] = yaml.safe_load((HERE / COMPOSE[0]).read_text("utf-8"))[
        "services"
    ]
    return read


def unknown_commands() -> list[str]:
    """Commands, or options, that ``afi`` does not know."""
    import click

    from worker_core.cli import cli

    problems = []
    for where, words in commands():
        command = cli.commands.get(words[0]) if words else None
        if command is None:
            problems.append(f"{where}: there is no command “afi {' '.join(words[:1])}”")
            continue
        try:
            with command.make_context(words[0], words[1:], resilient_parsing=False):
                pass
        except click.ClickException as error:
            problems.append(f"{where}: {error.format_message()}")
    return problems


def unknown_variables() -> list[str]:
    """Variables that are no setting of ours, nor the file of one."""
    from worker_core.settings import Settings, variable_of

    known = {variable_of(field) for field in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known}
    files = [*UNITS.rglob("*"), *(HERE / name for name in (*COMPOSE, "Dockerfile"))]
    problems = []
    for path in sorted(path for path in files if path.is_file()):
        unknown = sorted(set(VARIABLE.findall(path.read_text("utf-8"))) - known)
        problems += [f"{path.relative_to(HERE)}: {name} is no setting" for name in unknown]
    return problems


# systemd


def units(place: Path) -> Iterator[Found]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        yield Found("units", None, "systemd-analyze is not installed")
        return
    shutil.copytree(UNITS, place)
    program = place / "afi"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    for unit in place.glob("*.service"):
        unit.write_text(unit.read_text("utf-8").replace("/usr/bin/afi", str(program)), "utf-8")
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{place}:"}
    # It knows more than it fails for: any word of it is a problem.
    for unit in sorted([*place.glob("*.service"), *place.glob("*.target"), *place.glob("*.slice")]):
        name = unit.name.replace("@.", "@default.")
        said = _said([tool, "verify", "--man=no", name], environment)
        yield Found(f"systemd-analyze verify {name}", _of_ours(said))
        if unit.suffix == ".service":
            words = [tool, "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager"]
            answer = subprocess.run(
                [*words, unit.name], env=environment, capture_output=True, text=True, check=False
            )
            last = answer.stdout.strip().splitlines()[-1:] or [answer.stderr.strip()]
            problems = [] if answer.returncode == 0 else last
            yield Found(f"exposure of {unit.name}: {' '.join(last)}", problems)


def _of_ours(said: str) -> list[str]:
    """Lines about our units; those of the machine it runs on are none of ours."""
    return [line for line in said.splitlines() if "afi" in line]


def users_and_folders(root: Path) -> Iterator[Found]:
    for folder in ("etc", "var/lib"):
        (root / folder).mkdir(parents=True)
    for tool, words, file in (
        ("systemd-sysusers", [], "afi-desk.sysusers.conf"),
        ("systemd-tmpfiles", ["--create"], "afi-desk.tmpfiles.conf"),
    ):
        found = shutil.which(tool)
        if found is None:
            yield Found(file, None, f"{tool} is not installed")
        elif os.geteuid() != 0:
            yield Found(file, None, f"{tool} works on a root of its own as root alone")
        else:
            said = _said([found, *words, f"--root={root}", str(UNITS / file)], dict(os.environ))
            made = [line for line in said.splitlines() if not line.startswith("Creating ")]
            yield Found(f"{tool} {file}", made)


# compose


def compose(place: Path, *, offline: bool) -> Iterator[Found]:
    from make_secrets import write

    shutil.copytree(HERE, place, ignore=shutil.ignore_patterns("secrets", "__pycache__"))
    write(place / "secrets", tls=shutil.which("openssl") is not None)
    files = [place / name for name in COMPOSE]
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    name = "compose files against the specification's schema"
    if offline or not Path(uv).exists():
        yield Found(
            name, None, "without fetching nothing here knows the schema" if offline else "no uv"
        )
    else:
        words = [uv, "tool", "run", "--from", SCHEMA_CHECKER, "check-jsonschema"]
        words += ["--builtin-schema", "vendor.compose-spec", *map(str, files)]
        yield _by(name, words, dict(os.environ))
    yield from _by_compose(place, files, offline=offline)


def _by_compose(place: Path, files: list[Path], *, offline: bool) -> Iterator[Found]:
    name = "docker compose config"
    program, why = _compose_program(place / "unpacked", offline=offline)
    if program is None:
        yield Found(name, None, why)
        return
    environment = {**os.environ, "HOME": str(place)}
    for chosen in (files[:1], files):
        given = [word for file in chosen for word in ("-f", str(file))]
        profiles = ["--profile", "flower", "--profile", "filings"]
        words = [*program, *given, *profiles, "config", "--quiet"]
        yield _by(f"{name} {' '.join(file.name for file in chosen)}", words, environment)


def _compose_program(place: Path, *, offline: bool) -> tuple[list[str] | None, str]:
    """A compose of version 2: the machine's, or else Debian's package, unpacked aside."""
    for words in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(words[0]) and _version([*words, "version", "--short"]):
            return words, ""
    if offline or not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None, "there is no docker compose 2 here, and it was not fetched"
    place.mkdir()
    if problem := _fetch(place):
        return None, problem
    packages = list(place.glob("*.deb"))
    subprocess.run(["dpkg-deb", "-x", packages[0], place], check=True)
    for program in (
        *place.rglob("cli-plugins/docker-compose"),
        *(place / "usr/bin").glob("docker-compose"),
    ):
        if _version([str(program), "version", "--short"]):
            return [str(program)], ""
    return None, "the docker-compose of this system's packages is older than version 2"


def _fetch(place: Path) -> str:
    """Have apt download Debian 13's package docker-compose into ``place``, from where this system
    gets its own; why that cannot be done, or nothing."""
    sources = Path("/etc/apt/sources.list.d/debian.sources")
    if not sources.is_file():
        return "there is no docker compose 2 here, and this is no Debian that could fetch it"
    first = sources.read_text("utf-8").strip().partition("\n\n")[0]
    (place / "x.sources").write_text(
        re.sub(r"(?m)^Suites:.*", f"Suites: {DEBIAN}", first) + "\n", "utf-8"
    )
    for folder in ("lists/partial", "cache/archives/partial"):
        (place / folder).mkdir(parents=True)
    apart = {
        "Dir::State::lists": place / "lists",
        "Dir::Cache": place / "cache",
        "Dir::Etc::sourcelist": place / "x.sources",
        "Dir::Etc::sourceparts": "/dev/null",
        "APT::Sandbox::User": "root",
    }
    apt = [
        "apt-get",
        "-q",
        *(word for one in apart.items() for word in ("-o", "{}={}".format(*one))),
    ]
    for words in (["update"], ["download", "docker-compose"]):
        answer = subprocess.run(
            [*apt, *words], cwd=place, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            return f"docker-compose could not be fetched: {answer.stderr.strip()[-200:]}"
    return ""


def _version(words: list[str]) -> bool:
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip().lstrip("v").partition(".")[0] >= "2"


def _by(name: str, words: list[str], environment: Mapping[str, str]) -> Found:
    answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        return Found(name, [])
    return Found(name, (answer.stdout + answer.stderr).strip().splitlines()[-20:] or ["it failed"])


def _said(words: list[str], environment: Mapping[str, str]) -> str:
    answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    said = answer.stdout + answer.stderr
    return said or ("" if answer.returncode == 0 else f"it failed with {answer.returncode}: afi")


if __name__ == "__main__":
    sys.exit(main())
