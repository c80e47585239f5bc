"""The computer around the program: screen, fonts, language, clock, keyring."""

import locale
import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from worker_core.operations.doctor.finding import Finding
from worker_core.settings import Settings

# No release of this program is older.
BUILT = 1_767_225_600  # 2026-01-01
SKEW_S = 5.0
_X_DISPLAY = re.compile(r"(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?")


def display(_settings: Settings) -> Iterator[Finding]:
    """Whether there is a screen to open the window on."""
    if not sys.platform.startswith("linux"):
        yield Finding("display", "ok", "The system's own.")
        return
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if platform := os.environ.get("QT_QPA_PLATFORM"):
        yield Finding("display", "ok", f"QT_QPA_PLATFORM is {platform}.")
    elif wayland and _listens(_wayland_socket(wayland)):
        yield Finding("display", "ok", f"Wayland, {wayland}.")
    elif x11 and _answers(x11):
        yield Finding("display", "ok", f"X11, {x11}.")
    elif x11 or wayland:
        yield Finding(
            "display",
            "warning",
            f"The screen {x11 or wayland} does not answer, so the window cannot open.",
            "Start it from a desktop session, or correct DISPLAY. Without a window: afi up.",
            "display",
        )
    else:
        yield Finding(
            "display",
            "warning",
            "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "Start the window from a desktop session. Without a window: afi up.",
            "display",
        )


def fonts(_settings: Settings) -> Iterator[Finding]:
    """Whether letters can be drawn. The window brings its own; other scripts need the system's."""
    if sys.platform.startswith("linux") and not Path("/etc/fonts/fonts.conf").is_file():
        yield Finding(
            "fonts",
            "warning",
            "The system has no configuration of fonts: text in other scripts than Latin, Greek "
            "and Cyrillic may show as boxes.",
            "sudo apt-get install fontconfig-config fonts-dejavu-core",
        )
    else:
        yield Finding("fonts", "ok", "The window's own, and the system's for other scripts.")


def language(_settings: Settings) -> Iterator[Finding]:
    """Whether names of files outside ASCII can be read and shown."""
    names, text = sys.getfilesystemencoding(), locale.getpreferredencoding(do_setlocale=False)
    if names.lower().replace("-", "") == "utf8":
        yield Finding("locale", "ok", f"File names in {names}, text in {text}.")
    else:
        yield Finding(
            "locale",
            "warning",
            f"File names are read as {names}: those with other letters cannot be opened.",
            "Set LANG=C.UTF-8, or another locale that ends in UTF-8.",
        )


def clock(settings: Settings) -> Iterator[Finding]:
    """Whether the clock can be right, and agrees with that of a broker of one's own."""
    now = time.time()
    if now < BUILT:
        yield Finding(
            "clock",
            "problem",
            f"The clock says {time.strftime('%Y-%m-%d %H:%M', time.gmtime(now))} UTC, before this "
            "program was made. Tasks would be scheduled, and certificates be judged, wrongly.",
            "Set the clock, or have the system set it by the network.",
        )
        return
    ahead = _ahead_of_broker(settings)
    if ahead is not None and abs(ahead) > SKEW_S:
        yield Finding(
            "clock",
            "warning",
            f"This computer's clock is {abs(ahead):.0f} s "
            f"{'ahead of' if ahead > 0 else 'behind'} the broker's: waiting times and the schedule "
            "are off by that.",
            "Have both computers set their clocks by the network (NTP).",
        )
    else:
        said = time.strftime("%Y-%m-%d %H:%M", time.gmtime(now))
        yield Finding("clock", "ok", f"{said} UTC; the schedule's zone is {settings.timezone}.")


def keyring(_settings: Settings) -> Iterator[Finding]:
    """Whether passwords of connections are kept."""
    import keyring as rings
    from keyring.backends import fail

    backend = rings.get_keyring()
    if isinstance(backend, fail.Keyring):
        yield Finding(
            "keyring",
            "warning",
            "The system offers no keyring: passwords of connections are asked for at each start.",
            "Install and unlock one, for example gnome-keyring or KWallet. Passwords can also "
            "stand in CELERY_BROKER_URL and AFI_DATABASE_URL.",
        )
    else:
        yield Finding("keyring", "ok", f"{backend.name}.")


def _ahead_of_broker(settings: Settings) -> float | None:
    if settings.broker_url is None:
        return None  # it runs here
    from worker_core.operations.connection import client, reaching
    from worker_core.operations.errors import OperationError

    url = settings.broker_url
    try:
        with reaching(url), client(url, connect_timeout=2.0, timeout=2.0) as redis:
            asked = time.time()
            seconds, micros = redis.time()
            theirs = float(seconds) + float(micros) / 1e6
            return (asked + time.time()) / 2 - theirs
    except OperationError:
        return None  # the check of the broker says so


def _wayland_socket(name: str) -> Path:
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/run/user/0")) / name


def _answers(display: str) -> bool:
    match = _X_DISPLAY.fullmatch(display)
    if match is None:
        return False
    if match["host"] not in {"", "unix"}:
        try:
            socket.create_connection((match["host"], 6000 + int(match["number"])), 2.0).close()
        except OSError:
            return False
        return True
    name = f"/tmp/.X11-unix/X{match['number']}"  # noqa: S108 - where X servers listen
    return _listens(Path(name)) or _listens(f"\0{name}")


def _listens(address: Path | str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.settimeout(2.0)
        try:
            one.connect(str(address))
        except OSError:
            return False
    return True
