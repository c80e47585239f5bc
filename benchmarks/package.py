"""How large the packaged program is, and how soon it paints, beside plain Python in the same run.

``./dev package app deb`` builds what is measured. Sizes are in MiB. ``first_paint_s`` is by the
clock, warm: the first run is not counted. ``paint_cpu_s`` is the processor time of a process that
paints the window once and ends, which other load on the computer does not change, and
``command_cpu_s`` that of ``afi --version``.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.start import screen, seconds_until, spread

ROOT = Path(__file__).resolve().parent.parent
PLAIN = (sys.executable, "-m")
MIB = 2**20


def size(*paths: Path) -> float:
    files = [f for path in paths for f in ([path] if path.is_file() else path.rglob("*"))]
    return round(sum(f.lstat().st_size for f in files if not f.is_dir()) / MIB, 1)


def processor_s(command: list[str], environment: dict[str, str], runs: int) -> float:
    """The median processor time of a command and of what it starts."""
    taken = []
    for _ in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, env=os.environ | environment, stdout=quiet)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return round(statistics.median(taken[1:]), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built", type=Path, default=ROOT / "build" / "package")
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    program = chosen.built / "dist" / "afi-desk" / "afi-desk"
    if not program.is_file():
        print(json.dumps({"skipped": "nothing is built: run ./dev package app deb before"}))
        return
    found: dict[str, object] = {"unpacked_mib": size(program.parent)}
    for kind in ("deb", "rpm"):
        for package in chosen.built.glob(f"*.{kind}"):
            found[f"{kind}_mib"] = size(package)
    frozen = (str(program),)
    with screen() as environment:
        for name, window, afi in (
            ("frozen", frozen, (*frozen, "afi")),
            ("plain", (*PLAIN, "desktop_app"), (*PLAIN, "worker_core")),
        ):
            paints = [
                seconds_until("first_paint", environment=environment, program=window)
                for _ in range(chosen.runs + 1)
            ][1:]
            found[name] = {
                "first_paint_s": spread(paints),
                "paint_cpu_s": processor_s([*window, "--check"], environment, chosen.runs),
                "command_cpu_s": processor_s([*afi, "--version"], environment, chosen.runs),
            }
            print(f"{name}: {found[name]}", flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
