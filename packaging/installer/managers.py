"""How a package is put in, replaced and taken out: by apt and dpkg, or by dnf and rpm."""

import re
from typing import Protocol

from installer import pages, system_rpm
from installer.chroot import Chroot
from installer.steps import StepFailedError

NAME = "afi-desk"


class Manager(Protocol):
    """Works inside a bare system, as root. Each raises subprocess.CalledProcessError."""

    def install(self, chroot: Chroot, file: str) -> str:
        """Put it in with what it declares to need; what to tell of it."""
        ...

    def replace(self, chroot: Chroot, file: str) -> None:
        """Put another version in its place, also an older one."""
        ...

    def remove(self, chroot: Chroot) -> str:
        """Take it out; what it said."""
        ...


class Apt:
    """A .deb."""

    def install(self, chroot: Chroot, file: str) -> str:
        before = _packages(chroot)
        chroot.run("apt-get", "update", "-q")
        # What it declares to need and nothing else; and somebody who says yes.
        (chroot.folder / "etc/apt/apt.conf.d/90verify").write_text(
            'APT::Install-Recommends "false";\nAPT::Get::Assume-Yes "true";\n'
        )
        _types(chroot, file, "apt")
        new = _packages(chroot) - before - {NAME}
        return f"with {len(new)} packages that it needs"

    def replace(self, chroot: Chroot, file: str) -> None:
        chroot.run("dpkg", "-i", file)

    def remove(self, chroot: Chroot) -> str:
        return chroot.run(*pages.removing("apt").split()).stdout


class Rpm:
    """An .rpm, by dnf on a Debian, which is told what libraries are there (`system_rpm`)."""

    def __init__(self, packages: list[str]) -> None:
        self.packages = packages

    def install(self, chroot: Chroot, file: str) -> str:
        chroot.run("apt-get", "update", "-q")
        base = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
        # One of several names is written as a choice.
        names = [re.split(r"[ |]", package)[0] for package in self.packages]
        chroot.run(*base, "dnf", "rpm", *names)
        with (chroot.folder / "etc/dnf/dnf.conf").open("a") as settings:
            settings.write("assumeyes=True\n")
        # Before dnf knows what is there it must refuse, or its yes would say nothing.
        folder, _, name = file.rpartition("/")
        line = pages.installing("dnf", name)
        early = chroot.run("sh", "-c", f"cd {folder} && {line}", check=False)
        if early.returncode == 0 or "nothing provides" not in early.stderr + early.stdout:
            raise StepFailedError(f"dnf asked for nothing: {early.stdout[-300:]}{early.stderr}")
        system = system_rpm.build(chroot.run, chroot.folder)
        chroot.run("rpm", "-i", system)
        _types(chroot, file, "dnf")
        chroot.run("rpm", "-V", NAME)
        asked = chroot.run("rpm", "-qp", "--requires", file).stdout
        libraries = re.findall(r"^lib[^(]+\.so", asked, re.M)
        return f"dnf finds the {len(libraries)} libraries that it requires"

    def replace(self, chroot: Chroot, file: str) -> None:
        chroot.run("rpm", "-U", "--force", file)

    def remove(self, chroot: Chroot) -> str:
        return chroot.run(*pages.removing("dnf").split()).stdout


def _types(chroot: Chroot, file: str, program: str) -> None:
    """What the guide has somebody type who is in the file's folder."""
    folder, _, name = file.rpartition("/")
    chroot.run("sh", "-c", f"cd {folder} && {pages.installing(program, name)}")


def _packages(chroot: Chroot) -> set[str]:
    return set(chroot.run("dpkg-query", "-W", "-f", "${Package}\n").stdout.split())
