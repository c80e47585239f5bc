"""A copy of this computer that is thrown away, with systemd as its first process.

Namespaces of its own keep its processes, mounts, host name and network apart. It sees the files of
this computer, and what it writes stays in its memory (overlayfs). So what a page has an
administrator type can be typed there, to the letter, and harms nothing here.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
SYSTEMD = ("/lib/systemd/systemd", "/usr/lib/systemd/systemd")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Where the copy has the checkout, the interpreter and its libraries: services see no home folders.
CHECKOUT, INTERPRETER, LIBRARIES = "/opt/afi-desk", "/opt/python", "/opt/libraries"

# $1 a folder, $2 the checkout, $3 the interpreter's prefix, $4 its libraries, $5 systemd. The file
# "begun" says that all of it could be done, and the rest is systemd's.
BOOT = f"""
set -eu
mount --make-rprivate /
mount -t tmpfs -o size=1g tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
cd "$1/root"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do cp -a "/dev/$node" dev/; done
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx
mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p .{CHECKOUT} .{INTERPRETER} .{LIBRARIES} before
mount --bind "$2" .{CHECKOUT}
mount --bind "$3" .{INTERPRETER}
mount --bind "$4" .{LIBRARIES}
echo {uuid4().hex} > etc/machine-id
ip link set lo up
pivot_root . before
touch /run/begun
umount -l /before
exec env -i container=afi PATH={PATH} LANG=C.UTF-8 "$5" --system --unit=sysinit.target \
    --show-status=no --log-target=journal
"""

# "afi", as a package would bring it. A worker has the tasks of the tests besides its own.
AFI = f"""#!/bin/sh
export PYTHONPATH={CHECKOUT}:{LIBRARIES} LD_LIBRARY_PATH={INTERPRETER}/lib
python={INTERPRETER}/bin/python{sys.version_info[0]}.{sys.version_info[1]}
[ "$1" = python ] && shift && exec "$python" "$@"
[ "$1" = worker ] || exec "$python" -m worker_core "$@"
exec "$python" -c "import tests.faults.tasks; from worker_core.cli import main; main()" "$@"
"""


class Machine:
    """A running copy; ``root`` is its file system as it is seen from here."""

    def __init__(self, pid: int, others: "list[subprocess.Popen[bytes]]") -> None:
        self.pid = pid
        self.root = _root_of(pid)
        self.others = others

    def inside(self, *words: str) -> list[str]:
        spaces = [f"--{name}" for name in ("mount", "pid", "cgroup", "uts", "ipc", "net", "root")]
        own = ["env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", "SYSTEMD_COLORS=0", "PAGER=cat"]
        return [
            "nsenter",
            f"--target={self.pid}",
            *spaces,
            f"--wd={self.root}{CHECKOUT}",
            *own,
            *words,
        ]

    def types(self, line: str) -> "subprocess.CompletedProcess[str]":
        """What root gets who types this line in the checkout."""
        return subprocess.run(
            self.inside("sh", "-c", line),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    def does(self, line: str) -> str:
        """What a line prints that must not fail."""
        return self.ran("sh", "-c", line).stdout

    def ran(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """What words did that must not fail."""
        line = shlex.join(words)
        answer = self.types(line)
        assert answer.returncode == 0, f"{line}\n{answer.stdout}{answer.stderr}{self.journal()}"
        return answer

    def starts(self, *words: str) -> None:
        """A process that stays, and is no service."""
        out = subprocess.DEVNULL
        self.others.append(subprocess.Popen(self.inside(*words), stdin=out, stdout=out, stderr=out))

    def writes(self, path: str, text: str, *, mode: int = 0o644, group: str = "root") -> None:
        file = self.root / path.lstrip("/")
        file.write_text(text)
        file.chmod(mode)
        self.does(f"chgrp {group} {path}")

    def journal(self) -> str:
        return self.types("journalctl --no-pager --no-hostname -n 40 -u 'afi-*'").stdout

    def until(self, probe: Callable[[], bool], what: str) -> None:
        over = time.monotonic() + PATIENCE_S
        while not probe():
            if time.monotonic() > over:
                pytest.fail(f"{what} did not happen within {PATIENCE_S:.0f} s\n{self.journal()}")
            time.sleep(0.1)

    def shows(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.does(f"systemctl show --value -p {name} {unit}").strip()


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A machine that has started; skips, with the reason, where none can be had."""
    systemd, groups = _needed()
    group = groups / f"afi-{uuid4().hex[:8]}"
    group.mkdir()
    place = folder / "machine"
    place.mkdir()
    flags = ["--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup", "--kill-child"]
    given = [place, PROJECT, sys.base_prefix, sysconfig.get_path("purelib"), systemd]
    log = folder / "boot.log"
    outer = f'echo $$ > "{group}/cgroup.procs" && exec "$@"'
    words = ["sh", "-c", outer, "sh", "unshare", *flags, "sh", "-c", BOOT, "sh", *map(str, given)]
    others: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as output:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        one = Machine(_begun(process, log), others)
        one.until(lambda: _is_up(one), "the start of systemd")
        yield one
    finally:
        # With the first process of its own numbering all others end.
        process.send_signal(signal.SIGKILL)
        process.wait()
        for other in others:
            other.wait(PATIENCE_S)
        _remove(group)


def _needed() -> tuple[str, Path]:
    """systemd, and the root of the control groups of version 2."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("namespaces with an init of their own are made by root on Linux alone")
    missing = [name for name in ("unshare", "nsenter", "ip", "systemctl") if not shutil.which(name)]
    systemd = next((path for path in SYSTEMD if Path(path).exists()), None)
    if missing or systemd is None:
        pytest.skip(f"not installed: {', '.join(missing) or 'systemd'}")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2" and os.access(place, os.W_OK):
            return systemd, Path(place)
    pytest.skip("no control groups of version 2 are mounted here")


def _root_of(pid: int) -> Path:
    """The file system as a process sees it."""
    return Path(f"/proc/{pid}/root")


def _begun(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """The number of the machine's first process, once systemd has the word."""
    over = time.monotonic() + PATIENCE_S
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while time.monotonic() < over:
        if process.poll() is not None:
            pytest.skip(f"no machine can be made here: {log.read_text().strip()[-300:]}")
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                if (_root_of(int(child)) / "run" / "begun").exists():
                    return int(child)
        time.sleep(0.05)
    pytest.fail(f"no machine was made: {log.read_text()}")


def _is_up(one: Machine) -> bool:
    return one.types("systemctl is-system-running").stdout.strip() in ("running", "degraded")


def _remove(group: Path) -> None:
    """Its processes may still be ending; what they were in cannot go before them."""
    over = time.monotonic() + PATIENCE_S
    while group.exists() and time.monotonic() < over:
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        time.sleep(0.05)
