"""What the guide has somebody type who was given a package: typed to the letter, by apt and by dnf,
on a copy of this computer that is thrown away.

The package holds a small program in place of the frozen one, which takes minutes to build; that one
is put through the same lines by packaging/verify_deb.py and verify_rpm.py.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.machine import AFI, Machine, machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = "0.0.9", "0.1.0"
PLACE = "/opt"
OWN = "/home/analyst"
BUILT_BY = {"apt": "dpkg-deb", "dnf": "rpmbuild"}
YES = 'APT::Get::Assume-Yes "true"; APT::Install-Recommends "false";'


@pytest.fixture(scope="module")
def computer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("installers")) as one:
        one.does("useradd --create-home analyst")
        yield one


@pytest.fixture(params=["apt", "dnf"])
def program(request: pytest.FixtureRequest) -> str:
    named = str(request.param)
    if missing := [one for one in (named, BUILT_BY[named]) if not shutil.which(one)]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    return named


@pytest.fixture
def packages(tmp_path: Path, program: str) -> dict[str, Path]:
    """The package of both versions. Each says which it is."""
    from installer import debian, rpm
    from installer.parts import Part
    from installer.tree import Product, lay_out

    made = {}
    for version in (OLD, NEW):
        out = tmp_path / version
        frozen = out / "dist"
        frozen.mkdir(parents=True)
        small = frozen / "afi-desk"
        small.write_text(AFI.replace("\n", f'\n[ "$1" = which ] && exec echo {version}\n', 1))
        small.chmod(0o755)
        inside = (Part("pypi", "one", "1.0", "Apache-2.0", (ROOT / "LICENSE",)),)
        product = Product(ROOT, frozen, version, inside, (Path("/usr/lib/libGL.so.1"),))
        tree = out / "tree"
        lay_out(product, tree)
        builder = debian if program == "apt" else rpm
        package = builder.build(product, tree, out, "x86_64")
        assert package is not None
        made[version] = package
    return made


def as_analyst(one: Machine, words: str) -> str:
    return one.does(f"runuser -u analyst -- env HOME={OWN} {words}")


def handed_over(one: Machine, package: Path) -> str:
    shutil.copy(package, one.root / PLACE.lstrip("/") / package.name)
    return package.name


def prepared(one: Machine, program: str, package: Path) -> None:
    """Somebody who says yes, with the libraries at hand, since the copy has no network: apt finds
    what the package depends on among what it has downloaded, and dnf is told what is there."""
    from installer import system_rpm

    if program == "apt":
        one.writes("/etc/apt/apt.conf.d/90yes", f"{YES}\n")
        downloaded(package, one.root / "var/cache/apt/archives")
        return
    with (one.root / "etc/dnf/dnf.conf").open("a") as settings:
        settings.write("assumeyes=True\n")
    system = system_rpm.build(one.ran, one.root)
    one.does(f"rpm -i {system}")


def downloaded(package: Path, target: Path) -> None:
    """What this computer lacks of the package's dependencies."""
    place = package.parent / "archives"
    (place / "partial").mkdir(parents=True)
    options = ["-y", "-q", "--no-install-recommends", "-o", f"Dir::Cache::archives={place}"]
    words = ["apt-get", "install", "--download-only", *options, f"{package}"]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip(f"Debian's packages cannot be had: {answer.stderr.strip()[-200:]}")
    for file in place.glob("*.deb"):
        shutil.copy(file, target / file.name)


def test_a_package_goes_in_is_replaced_and_taken_out_by_the_lines_of_the_guide(
    program: str, packages: dict[str, Path], computer: Machine
) -> None:
    from installer import pages

    prepared(computer, program, packages[OLD])
    for version in (OLD, NEW):
        line = pages.installing(program, handed_over(computer, packages[version]))
        computer.does(f"cd {PLACE} && {line}")
        assert as_analyst(computer, "afi which").strip() == version
    assert as_analyst(computer, "afi --version").startswith("afi, version ")
    assert as_analyst(computer, "afi documents list").startswith("No document")
    entry = computer.root / "usr/share/applications/afi-desk.desktop"
    assert "Exec=afi-desk" in entry.read_text()

    told = computer.does(pages.removing(program))
    assert "~/.local/share/afi-desk" in told
    assert not entry.exists()
    assert not (computer.root / "usr/lib/afi-desk").exists()
    assert computer.types("command -v afi").returncode != 0
    assert (computer.root / f"{OWN}/.local/share/afi-desk/afi.sqlite3".lstrip("/")).is_file()
