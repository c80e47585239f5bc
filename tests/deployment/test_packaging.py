"""What is shipped for servers: start scripts, units, the compose files and what they need."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deployment.conftest import free_ports, running, with_selectors
from worker_core.operations.connection import ping

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "packaging"
SCRIPTS = {
    "start_celery_worker.py": "worker",
    "start_celery_beat.py": "beat",
    "start_flower.py": "flower",
}


def loaded(name: str) -> ModuleType:
    """A script of the folder, which is no package."""
    spec = importlib.util.spec_from_file_location(f"shipped_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(*words: str, folder: Path = FOLDER) -> "subprocess.CompletedProcess[str]":
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CELERY_", "AFI_"))
    }
    return subprocess.run(
        words,
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )


# Start scripts


@pytest.mark.parametrize(("script", "command"), SCRIPTS.items())
def test_a_start_script_is_its_command(script: str, command: str, tmp_path: Path) -> None:
    helped = run(sys.executable, str(FOLDER / script), "--help", folder=tmp_path)
    assert helped.returncode == 0, helped.stderr
    assert f"Usage: afi {command}" in helped.stdout


def test_a_start_script_hands_on_its_arguments(tmp_path: Path) -> None:
    script = str(FOLDER / "start_celery_worker.py")
    refused = run(sys.executable, script, "-Q", "no_such_queue", folder=tmp_path)
    assert refused.returncode == 2
    assert "There is no queue 'no_such_queue'" in refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="it is a script of the shell")
def test_the_shell_script_starts_what_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "afi").write_text('#!/bin/sh\necho "afi: $*"; exit 7\n')
    (tmp_path / "afi").chmod(0o755)
    for words, said in (([], "up"), (["worker", "--profile", "a b"], "worker --profile a b")):
        answer = subprocess.run(
            [FOLDER / "start_celery.sh", *words],
            env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.returncode, answer.stdout) == (7, f"afi: {said}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="it is a script of the shell")
def test_the_shell_script_works_from_a_checkout_without_an_installation(tmp_path: Path) -> None:
    if not (PROJECT / ".venv").is_dir():
        pytest.skip("the checkout has no environment of its own, and one would be installed")
    links = tmp_path / "bin"
    links.mkdir()
    for name in ("sh", "dirname", "env", "python3"):
        found = sys.executable if name == "python3" else shutil.which(name)
        (links / name).symlink_to(str(found))
    answer = subprocess.run(
        [FOLDER / "start_celery.sh", "worker", "--help"],
        env={"PATH": str(links), "HOME": os.environ.get("HOME", str(tmp_path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "Usage: afi worker" in answer.stdout


def test_the_windows_script_keeps_arguments_and_exit_code() -> None:
    text = (FOLDER / "start_celery.bat").read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n")
    lines = text.decode("ascii").splitlines()
    assert 'set "WORDS=%*"' in lines
    assert 'if "%~1"=="" set "WORDS=up"' in lines
    assert "    afi %WORDS%" in lines
    assert '    python "%~dp0..\\dev" afi %WORDS%' in lines
    assert lines[-1] == "exit /b %ERRORLEVEL%"


# Compose


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return read


def test_every_command_and_every_setting_that_is_named_exists() -> None:
    validate = loaded("validate")
    assert len(list(validate.commands())) >= 10
    assert validate.unknown_commands() == []
    assert validate.unknown_variables() == []


def test_every_queue_is_served(compose: dict[str, Any]) -> None:
    from worker_core.catalog import QUEUES
    from worker_core.profiles import PROFILES

    commands = [
        service.get("command", [])
        for service in compose["services"].values()
        if "profiles" not in service
    ]
    profiles = {words[2] for words in commands if words[:1] == ["worker"]}
    assert {queue for name in profiles for queue in PROFILES[name].queues} == set(QUEUES)


def test_the_image_is_built_once_and_never_asked_of_a_registry(compose: dict[str, Any]) -> None:
    ours = {
        name: service
        for name, service in compose["services"].items()
        if service["image"] == "afi-desk"
    }
    assert len(ours) == 7
    assert [name for name, service in ours.items() if "build" in service] == ["worker"]
    # Whatever profile is chosen, who builds is there.
    assert "profiles" not in ours["worker"]
    assert {service["pull_policy"] for service in ours.values()} == {"never"}


def test_no_service_has_more_rights_than_it_needs(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), name
        assert service["logging"]["options"]["max-size"], name
        # What is published is published on the machine's own address.
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert service["stop_grace_period"] == "60s", name
    assert compose["networks"]["inside"] == {"internal": True}


def test_no_password_stands_in_the_files() -> None:
    for path in [
        *FOLDER.glob("compose*.yaml"),
        FOLDER / "Dockerfile",
        *(FOLDER / "systemd").rglob("*"),
    ]:
        if path.is_file():
            assert not re.search(r"://[^\s/]*:[^\s/]*@", path.read_text()), path


def test_nothing_names_where_images_or_packages_come_from() -> None:
    text = (FOLDER / "Dockerfile").read_text()
    assert not re.search(r"https?://|--index|--extra-index", text)
    assert "--require-hashes" in text
    assert re.search(r"^USER 10001:10001$", text, re.M)


# Secrets


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificates, is not installed")
    folder = tmp_path_factory.mktemp("shipped") / "secrets"
    loaded("make_secrets").write(folder, tls=True)
    return folder


def test_every_secret_that_is_named_is_written(written: Path) -> None:
    for name in ("compose.yaml", "compose.tls.yaml"):
        read = yaml.safe_load((FOLDER / name).read_text())
        named = {one["file"].removeprefix("./secrets/") for one in read["secrets"].values()}
        assert {file for file in named if not (written / file).is_file()} == set()
        used = {
            secret for service in read["services"].values() for secret in service.get("secrets", ())
        }
        assert used <= set(read["secrets"])


def test_secrets_stay_when_they_are_written_again(written: Path) -> None:
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    loaded("make_secrets").write(written, tls=True)
    assert {path: path.read_bytes() for path in written.rglob("*") if path.is_file()} == before


def test_the_certificates_hold_by_the_strict_rules(written: Path) -> None:
    """Python 3.13 checks by them, and so does the image."""
    words = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver"]
    answer = subprocess.run(
        [*words, "-CAfile", written / "authority.pem", written / "broker.pem"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


def test_a_broker_takes_the_users_that_are_written(written: Path) -> None:
    """A server with the options of compose.tls.yaml, less the places of its container."""
    port, plain = free_ports(2)
    words = [
        *(
            str(with_selectors().path),
            "--aclfile",
            str(written / "users.acl"),
            "--port",
            str(plain),
        ),
        *("--tls-port", str(port), "--tls-cert-file", str(written / "broker.pem")),
        *("--tls-key-file", str(written / "broker.key"), "--save", "", "--tls-auth-clients", "no"),
        *("--tls-ca-cert-file", str(written / "authority.pem"), "--bind", "127.0.0.1"),
    ]
    health = (written / "redis" / "afi-health").read_text().strip()
    with running(words, f"redis://afi-health:{health}@127.0.0.1:{plain}/0"):
        for role in ("worker", "beat", "api", "flower"):
            url = (written / f"{role}-broker-url").read_text().strip()
            assert url.startswith("rediss://")
            url = url.replace("@broker:6379", f"@localhost:{port}")
            ping(url.replace("/run/secrets/authority.pem", str(written / "authority.pem")))


# The image's libraries


def test_the_image_has_what_the_server_needs_and_not_the_window() -> None:
    text = loaded("server_requirements").chosen((PROJECT / "requirements.lock").read_text())
    names = {str(canonicalize_name(name)) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", text)}
    assert {"celery", "fastapi", "uvicorn", "psycopg", "psycopg-binary", "flower"} <= names
    assert not names & {"pyside6-essentials", "pyqtgraph", "qasync", "pytest", "mypy", "mkdocs"}
    assert set(missing(names)) == set()
    # No line lost its hash.
    assert all("--hash=sha256:" in block for block in re.split(r"(?m)^(?=\S+==)", text)[1:])


def missing(names: set[str]) -> Iterator[str]:
    """What those packages need here and is not among them."""
    for name in names:
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform
        for requirement in map(Requirement, needs):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed = canonicalize_name(requirement.name)
                if needed not in names:
                    yield f"{name} needs {needed}"


def test_a_file_that_is_no_lock_is_refused() -> None:
    chosen = loaded("server_requirements").chosen
    with pytest.raises(ValueError, match=r"no requirements\.lock"):
        chosen("# nothing\n")
    with pytest.raises(ValueError, match="celery has no hash"):
        chosen("celery==1\n    # via afi-desk (pyproject.toml)\n")


# The tools that know it


def test_the_units_hold_before_the_tools_that_know_them() -> None:
    answer = run(sys.executable, str(FOLDER / "validate.py"), "--offline")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "WRONG" not in answer.stdout
    assert "NOT CHECKED  docker compose config" in answer.stdout or "ok" in answer.stdout


def test_a_fault_in_a_unit_is_found(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / "packaging"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("installer", "__pycache__"))
    unit = copy / "systemd" / "afi-beat.service"
    text = unit.read_text().replace("afi beat", "afi beats")
    unit.write_text(text.replace("[Service]\n", "[Service]\nNoSuchKey=yes\n"))
    for other in ("afi-api.service", "afi-flower.service", "afi-worker@.service"):
        (copy / "systemd" / other).unlink()
    answer = run(sys.executable, str(copy / "validate.py"), "--offline")
    assert answer.returncode == 1
    assert "NoSuchKey" in answer.stdout
    assert "there is no command “afi beats”" in answer.stdout
