"""A bare Debian in a folder, with processes of its own that end with it. Needs root."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MOUNTS = (("proc", "proc", "proc"), ("sysfs", "sys", "sysfs"), ("devpts", "dev/pts", "devpts"))
DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx")
SCREENS = "tmp/.X11-unix"


class Chroot:
    """A folder that ``debootstrap`` has filled, and what is run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *words: str, user: str = "root", check: bool = True, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in it and wait; nothing of this process's environment goes along."""
        command = self.command(*words, user=user, **environment)
        return subprocess.run(command, check=check, capture_output=True, text=True)

    def command(self, *words: str, user: str = "root", **environment: str) -> list[str]:
        """The words that run a command in it."""
        home = "/root" if user == "root" else f"/home/{user}"
        given = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **environment,
        }
        pairs = [f"{name}={value}" for name, value in given.items()]
        return ["chroot", f"--userspec={user}", str(self.folder), "env", "-i", *pairs, *words]

    def processes(self) -> dict[int, str]:
        """What runs in it: the command line of each, by its number."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (path / "root").readlink() == self.folder:
                    words = (path / "cmdline").read_bytes().replace(b"\0", b" ")
                    state = (path / "stat").read_text().rpartition(")")[2].split()[0]
                    if state != "Z":
                        found[int(path.name)] = words.decode(errors="replace").strip()
        return found


@contextlib.contextmanager
def debian(suite: str, folder: Path, cache: Path | None = None) -> Iterator[Chroot]:
    """A bare one, made by debootstrap from the mirror that this computer uses; removed at the end.

    ``cache`` keeps the made folder as an archive, so that the next time takes seconds.

    Raises:
        subprocess.CalledProcessError: it could not be made.
    """
    archive = cache / f"{suite}.tar" if cache else None
    folder.mkdir(parents=True)
    if archive is not None and archive.is_file():
        subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)
    else:
        make = ["debootstrap", "--variant=minbase", suite, str(folder), _mirror()]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        if archive is not None:
            archive.parent.mkdir(parents=True, exist_ok=True)
            command = ["tar", "-cf", str(archive), "--one-file-system", "-C", str(folder), "."]
            subprocess.run(command, check=True)
    for part in Path("/etc/apt/apt.conf.d").iterdir():
        # How this computer reaches its mirror.
        if "Acquire::" in part.read_text("utf-8"):
            shutil.copy(part, folder / "etc/apt/apt.conf.d" / part.name)
    shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
    chroot = Chroot(folder.resolve())
    mounted: list[Path] = []
    try:
        _devices(folder)
        for kind, place, source in MOUNTS:
            target = folder / place
            target.mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", "-t", kind, source, str(target)], check=True)
            mounted.append(target)
        memory = folder / "dev/shm"
        memory.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(memory)], check=True)
        mounted.append(memory)
        screens = folder / SCREENS
        screens.mkdir(parents=True, exist_ok=True)
        # Where no X server has run yet it is not there.
        Path("/", SCREENS).mkdir(mode=0o1777, exist_ok=True)
        subprocess.run(["mount", "--bind", "/" + SCREENS, str(screens)], check=True)
        mounted.append(screens)
        yield chroot
    finally:
        for number in chroot.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, 9)
        for target in reversed(mounted):
            subprocess.run(["umount", "-l", str(target)], check=False)
        # With anything still mounted in it, removing it would reach outside.
        if not any(str(folder) in line for line in Path("/proc/mounts").read_text().splitlines()):
            shutil.rmtree(folder, ignore_errors=True)


def _devices(folder: Path) -> None:
    for name in DEVICES:
        target = folder / "dev" / name
        if not target.exists():
            kind = Path("/dev", name).stat()
            with contextlib.suppress(OSError):
                os.mknod(target, kind.st_mode, kind.st_rdev)


def _mirror() -> str:
    """Where this computer gets Debian's packages from."""
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line for line in answer.stdout.split() if line.rstrip("/").endswith("/debian")]
    return found[0] if found else "http://deb.debian.org/debian"
