"""The lines of packaging/README.md that verify a built package on bare systems. They take minutes
each, a system to debootstrap among them, so that they are run where they are asked for."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "packaging" / "README.md").read_text("utf-8")
LINES = re.findall(r"^sudo (\S+ packaging/verify_\S+\.py .*)$", PAGE, re.M)


def test_both_kinds_of_package_are_verified() -> None:
    assert {re.findall(r"verify_(\w+)", line)[0] for line in LINES} == {"deb", "rpm"}
    assert all((ROOT / line.split()[1]).is_file() for line in LINES)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("line", LINES)
def test_a_package_that_was_built_is_verified_by_the_line_of_the_page(line: str) -> None:
    if not os.environ.get("AFI_VERIFY_PACKAGES"):
        pytest.skip("it takes minutes, and AFI_VERIFY_PACKAGES=1 does not ask for it")
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("it needs root (the line's sudo) and debootstrap")
    package = line.split()[2]
    if not list(ROOT.glob(package)):
        pytest.skip(f"./dev package has made no {package}")
    answer = subprocess.run(
        ["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout[-4000:] + answer.stderr[-4000:]
