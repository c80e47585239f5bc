"""Every part of the system under the rights that “afi redis acl” gives it, at a real server with
TLS: it does all that it does, it is granted nothing else, and it is refused the rest."""

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError, ResponseError

from tests.deployment import parts
from tests.deployment.conftest import PREFIX, Guarded, ask, free_ports
from tests.deployment.watched import Call
from tests.faults.system import System, system, until
from worker_core.operations.broker_roles import ROLES, STORED, Grant
from worker_core.operations.broker_users import rules, user_name
from worker_core.operations.connection import client, ping
from worker_core.operations.errors import BrokerRefused, BrokerUnreachable
from worker_core.operations.results import stored_key

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

# Granted, though nobody needed it here.
_OVERDUE = "a table of bindings is overdue, which it is after an hour"
RARE = {
    (role, command, "_kombu.binding*"): _OVERDUE
    for role in ("worker", "flower")
    for command in ("exists", "del", "zrem")
} | {
    ("worker", "pttl", "afi:lease:*"): "a message came again while its task was running",
    ("worker", "lrange", "afi:removed:*"): "an operator's removal stopped half-way",
    ("worker", "hexists", "afi:removed:*"): "a lost task is looked for where messages were removed",
    ("worker", "expire", "afi:sweep"): "more than a thousand tasks are looked for",
}
# A health check says that it may not ask for this, which no part of ours should be able to.
ASKED_IN_VAIN = "command config|get"


@dataclass(frozen=True)
class Run:
    """What all parts of a system did, and what the server saw of it. ``refused`` are the entries
    of its log of refusals."""

    asked: dict[str, set[Call]]
    refused: list[str]
    guarded: Guarded
    log: str


@pytest.fixture(scope="module")
def run(guarded: Guarded) -> Run:
    """One life of a system, in which every part does all that it does."""
    try:
        log = live(guarded)
    except Exception as error:
        error.add_note(f"The server refused: {refusals(guarded)}")
        raise
    return Run(guarded.watch.close(), refusals(guarded), guarded, log)


def refusals(guarded: Guarded) -> list[str]:
    """The server's log of what it refused."""
    return [
        f"{entry['username']}: {entry['reason']} {entry['object']}"
        for entry in ask(guarded.administrator, "ACL LOG")
    ]


def live(guarded: Guarded) -> str:
    """All that all parts do; what the workers logged."""
    home = guarded.folder / "system"
    home.mkdir()
    own = guarded.addresses
    # What the test itself asks and sends is nobody's part.
    variables = {"CELERY_BROKER_URL": guarded.administrator, "AFI_KEY_PREFIX": PREFIX}
    with system(home, AFI_WORKER_PRELOAD="false", **variables) as one:
        values = {
            role: one.settings.model_copy(update={"broker_url": url}) for role, url in own.items()
        }
        with (
            parts.watching(values["viewer"]) as looking,
            parts.watching(values["dashboard"]),
            flower(one, own["flower"]) as address,
        ):
            ended, poisoned = parts.survives(one, values, guarded.administrator)
            until(lambda: parts.is_seen(looking, ended), "the end in the window")
            until(lambda: parts.flower_lists(address, ended), "the task in Flower")
        # A server that was started anew knows no scripts.
        ask(guarded.administrator, "SCRIPT", "FLUSH")
        parts.submits(values["beat"], "beat")
        parts.serves(values["api"], ended)
        ask(guarded.administrator, "SCRIPT", "FLUSH")
        parts.operates(values["dashboard"], poisoned)
        parts.sweeps(values["worker"])
        parts.cleans(values["worker"])
        for role in ("health", "worker", "dashboard"):
            parts.is_well(values[role])
        for worker in one.workers[1:]:
            worker.stop()
        return "".join(worker.log.read_text() for worker in one.workers)


@contextlib.contextmanager
def flower(one: System, url: str) -> Iterator[str]:
    (port,) = free_ports(1)
    with (one.folder / "flower.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker_core", "flower"],
            env=one.environment
            | {
                "CELERY_BROKER_URL": url,
                "FLOWER_PORT": str(port),
                "FLOWER_UNAUTHENTICATED_API": "1",
            },
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_no_part_is_refused_anything_through_a_kill_and_a_redelivery(run: Run) -> None:
    refused = [one for one in run.refused if not one.endswith(ASKED_IN_VAIN)]
    assert refused == []
    assert "NOPERM" not in run.log
    # The way in which a message comes again, which a worker without the right dies of.
    assert any(call[0] == "watch" for call in run.asked["worker"])


@pytest.mark.parametrize("name", list(ROLES))
def test_nothing_is_granted_that_was_not_asked_for(run: Run, name: str) -> None:
    """Each command, with keys or channels of each grant, was seen to be used."""
    role = ROLES[name]
    asked = run.asked[name]
    said = {call[0] for call in asked}
    with client(run.guarded.administrator) as redis:
        touched = {(call[0], key) for call in asked for key in keys_of(redis, call)}
    idle = [
        (command, grant.keys or grant.channels)
        for grant in role.grants
        for command in grant.commands.split()
        if not any(one == command and matches(key, grant) for one, key in touched)
        and not any((name, command, key) in RARE for key in grant.keys)
    ]
    assert not idle, "\n".join(map(str, idle))
    # Only the first to run a script at a server has to bring it, and how many keys there are is
    # asked where all queues were empty at once.
    assert {*role.greeting.split(), *role.scripts.split()} - said <= {"script|load", "dbsize"}


@pytest.mark.parametrize(("prefix", "others"), [("", "afi"), ("team:", "team")])
def test_the_same_is_allowed_with_any_prefix_and_with_none(
    run: Run, prefix: str, others: str
) -> None:
    """What was asked for under one prefix is asked for under another, of the server's rules."""
    with client(run.guarded.administrator) as redis:
        redis.acl_log_reset()
        for name, role in ROLES.items():
            first, *rest = rules(role, prefix)
            user = user_name(role, prefix)
            assert user == f"{others}-{name}"
            redis.execute_command("ACL", "SETUSER", user, first, *rest)
            pipe = redis.pipeline(transaction=False)
            calls = [call for call in run.asked[name] if keys_of(redis, call)]
            for call in calls:
                words = [with_prefix(word, prefix) for word in call[1:]]
                pipe.execute_command("ACL", "DRYRUN", user, *call[0].split("|"), *words)
            answers = pipe.execute(raise_on_error=False)
            denied = {
                call[:2]: answer
                for call, answer in zip(calls, answers, strict=True)
                if answer != b"OK" and call[0] != "config|get"
            }
            assert calls
            assert denied == {}


def with_prefix(word: str, prefix: str) -> str:
    """A key or channel of the system, as it is called under another prefix."""
    if word.startswith(f"{PREFIX}_celery-"):
        return stored_key(word.removeprefix(f"{PREFIX}_"), prefix)
    return prefix + word.removeprefix(PREFIX) if word.startswith(PREFIX) else word


# What nobody may, however it is asked for.
FORBIDDEN = (
    *("FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG GET requirepass", "CONFIG SET dir /tmp", "MONITOR"),
    *("ACL LIST", "SHUTDOWN NOSAVE", "SAVE", "CLIENT LIST", "MODULE LIST"),
    *("REPLICAOF NO ONE", "SWAPDB 0 1", "SELECT 1", "SCRIPT FLUSH", "FUNCTION LIST"),
    *("GET southcelery", "LPUSH southmonitoring x", "DEL southunacked", "SUBSCRIBE south"),
    *("PSUBSCRIBE *", "PUBLISH south/0.celery.pidbox x", "SET northanything x"),
    *("EVAL return(redis.call('FLUSHALL')) 0", "EVAL return(redis.call('GET','south')) 0"),
    *(
        "RESTORE northmonitoring 0 x",
        "MIGRATE 127.0.0.1 1 northmonitoring 0 9",
        "DUMP northunacked",
    ),
)
QUEUE_OF_OURS, RESULT = f"{PREFIX}monitoring", f"{PREFIX}_celery-task-meta-x"
# What each may not, though another may.
BEYOND = {
    "worker": (
        f"LREM {QUEUE_OF_OURS} 0 x",
        f"DEL {QUEUE_OF_OURS}",
        f"XREAD STREAMS {PREFIX}afi:journal 0",
        f"PSUBSCRIBE {PREFIX}/0.celeryev/*",
        f"SET {RESULT} x",
        f"XTRIM {PREFIX}afi:journal MAXLEN 0",
    ),
    "beat": (
        f"BRPOP {QUEUE_OF_OURS} 1",
        f"LRANGE {QUEUE_OF_OURS} 0 -1",
        f"GET {RESULT}",
        f"PUBLISH {PREFIX}/0.celery.pidbox x",
        f"HGET {PREFIX}unacked x",
    ),
    "api": (
        f"BRPOP {QUEUE_OF_OURS} 1",
        f"DEL {QUEUE_OF_OURS}",
        f"LSET {QUEUE_OF_OURS} 0 x",
        f"PSUBSCRIBE {PREFIX}/0.celeryev/*",
        f"XREAD STREAMS {PREFIX}afi:journal 0",
        f"DEL {RESULT}",
    ),
    "dashboard": (
        f"BRPOP {QUEUE_OF_OURS} 1",
        f"HDEL {PREFIX}unacked x",
        f"DEL {PREFIX}afi:journal",
    ),
    "viewer": (
        f"LPUSH {QUEUE_OF_OURS} x",
        f"LREM {QUEUE_OF_OURS} 0 x",
        f"DEL {RESULT}",
        f"XADD {PREFIX}afi:journal * a b",
        f"SET {PREFIX}afi:done:x 1",
        f"PUBLISH {PREFIX}/0.celeryev/task.multi x",
    ),
    "flower": (
        f"LPUSH {QUEUE_OF_OURS} x",
        f"LRANGE {QUEUE_OF_OURS} 0 -1",
        f"GETRANGE {RESULT} 0 9",
        f"HGET {PREFIX}unacked x",
    ),
    "health": (
        f"LRANGE {QUEUE_OF_OURS} 0 -1",
        f"GETRANGE {RESULT} 0 9",
        f"LPUSH {QUEUE_OF_OURS} x",
        f"PSUBSCRIBE {PREFIX}/0.celeryev/*",
        f"HSCAN {PREFIX}unacked 0",
    ),
}


REFUSED = re.compile("NOPERM|ACL failure|can't access|can't run this command")


@pytest.mark.parametrize("name", list(ROLES))
def test_the_rest_is_refused(guarded: Guarded, name: str) -> None:
    allowed = []
    with client(guarded.addresses[name]) as redis:
        for words in (*FORBIDDEN, *BEYOND[name]):
            try:
                redis.execute_command(*words.split(" "))
            except NoPermissionError:
                continue
            except ResponseError as error:
                # A script that may be run, but may not do this.
                if REFUSED.search(str(error)):
                    continue
                allowed.append(f"{words}: {error}")
            else:
                allowed.append(words)
    assert allowed == []


def test_nobody_gets_in_without_a_user(guarded: Guarded) -> None:
    open_address = guarded.administrator.partition("@")[2]
    with pytest.raises(BrokerUnreachable, match="refused the login"):
        ping(f"redis://{open_address}")


def test_a_user_of_another_database_reaches_no_further_one(guarded: Guarded) -> None:
    words = ("ACL", "SETUSER", "third", *rules(ROLES["beat"], "", 3), ">pw")
    ask(guarded.administrator, *words)
    place = guarded.administrator.partition("@")[2].partition("/")[0]
    ping(f"redis://third:pw@{place}/3")
    with pytest.raises(BrokerRefused, match="needs more rights"):
        ping(f"redis://third:pw@{place}/1")


def keys_of(redis: "Redis", call: Call) -> list[str]:
    """Keys, or channels, of a call."""
    if call[0] in {"publish", "psubscribe", "punsubscribe", "subscribe"}:
        return [call[1]]
    with contextlib.suppress(Exception):
        return [str(key) for key in redis.command_getkeys(*call[0].split("|"), *call[1:])]
    return []


def matches(key: str, grant: Grant) -> bool:
    from fnmatch import fnmatchcase

    patterns = [
        stored_key(one, PREFIX) if one in STORED else PREFIX + one
        for one in (*grant.keys, *(channel.format(db=0) for channel in grant.channels))
    ]
    return any(fnmatchcase(key, pattern) for pattern in patterns)
