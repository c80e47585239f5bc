"""What each part of the system may do at a shared Redis or Valkey: commands, keys and channels.

The lists hold what our own processes were seen to ask for, and nothing else: a test lets every
role do all that it does under these rules, looks at what the server saw, and fails where a command
is refused, and where one is granted that nobody asked for.

Keys and channels stand behind the system's prefix. Each grant becomes a selector of its own, which
Redis has from 7.0 on: its commands go with its keys alone, so that who may remove an answer may
not remove a queue.
"""

from dataclasses import dataclass

from worker_core.catalog import QUEUES
from worker_core.operations import journal, pace, removed, results, sweep, task_log, wire, workers
from worker_core.operations.guard import DONE, LEASE, RATE, TRIES
from worker_core.operations.housekeeping import DONE as TIDIED

# A queue's lists by priority: its name, two bytes that part, and a digit.
QUEUED = tuple(key for name in QUEUES for key in (name, f"{name}??[0-9]"))
HELD = (wire.UNACKED, wire.UNACKED_INDEX)
HELD_LOCK = ("unacked_mutex",)
BOUND = (f"{wire.BINDINGS.removesuffix('.')}*",)
BOUND_ANSWERS = (f"{wire.BINDINGS}{workers.REPLIES}",)
ANSWERS = (f"*.{workers.REPLIES}",)
# Celery's own client looks for all priorities of an answer.
CELERYS_ANSWERS = tuple(key for one in ANSWERS for key in (one, f"{one}??[0-9]"))
EVENT_QUEUES = ("celeryev.*",)
MAILBOXES = (f"*@*.{workers.EXCHANGE}*",)
MARKS = tuple(f"{mark}*" for mark in (DONE, LEASE, TRIES))
RATES = (f"{RATE}*",)
PACES = (f"{pace.PACE}*",)
LOGS = (f"{task_log.KEY}*",)
JOURNAL = (journal.KEY,)
REMOVED = (removed.KEY, f"{removed.KEY}:*")
LOCKS = (sweep.LOCK, TIDIED)
RESULTS = (f"{results.KEY}*",)
GROUPS = ("celery-taskset-meta-*",)
# Before these Celery may set an underscore behind the prefix, in keys and channels alike.
STORED = frozenset(RESULTS + GROUPS)

# Channels; {db} is the number of the broker's database.
ORDERS = (f"/{{db}}.{workers.EXCHANGE}",)
EVENTS = ("/{db}.celeryev/*",)
OF_WORKERS = ("/{db}.celeryev/worker.*",)
HEARTBEATS = ("/{db}.celeryev/worker.heartbeat",)


@dataclass(frozen=True, slots=True)
class Grant:
    """Commands, on these keys and channels alone."""

    commands: str
    keys: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """``greeting`` holds the commands without key or channel, ``what`` a line on who it is for.
    ``scripts``: it runs some, which may do no more than the role may."""

    name: str
    what: str
    greeting: str
    grants: tuple[Grant, ...]
    scripts: str = ""


_TELLS = Grant("publish", channels=EVENTS)
_SENDS = (Grant("llen lpush", QUEUED), Grant("sadd", BOUND), Grant("xadd", JOURNAL), _TELLS)
# Workers answer to a list of the asking one's own, which it removes.
_ASKS = (
    Grant("sadd srem", BOUND_ANSWERS),
    Grant("brpop del", ANSWERS),
    Grant("publish", channels=ORDERS),
)
_CHECKS = (
    *_ASKS,
    Grant("llen lindex", QUEUED),
    Grant("hlen", HELD),
    Grant("xrevrange", JOURNAL),
    Grant("psubscribe", channels=HEARTBEATS),
)
_LOOKS = (
    *_ASKS,
    Grant("llen lindex lrange", QUEUED),
    Grant("hlen hscan hmget hstrlen zrange", HELD),
    Grant("smembers", BOUND),
    Grant("getrange strlen mget", RESULTS),
    Grant("zcard llen get", GROUPS),
    Grant("lrange", LOGS),
    Grant("xinfo|stream xrange xread", JOURNAL),
    Grant("zrevrange", REMOVED),
    Grant("psubscribe", channels=EVENTS),
)
# A message is taken out and its task told to be cancelled.
_CANCELS = (
    Grant("lrange lrem", QUEUED),
    Grant("smembers", BOUND),
    Grant("get set exists del", MARKS),
    Grant("set publish", RESULTS, RESULTS),
)
_TURNS = Grant("lindex ltrim pexpire rpush", PACES)

_ROLES = (
    Role(
        "worker",
        "workers of every profile, and what their tasks submit",
        "ping multi exec time scan info",
        (
            Grant("brpop llen lpush lrange rpush", QUEUED),
            Grant("sadd srem smembers exists del zadd zrangebyscore zrem", BOUND),
            Grant("watch hset hget hdel hmget hscan zadd zrem zrange zrangebyscore", HELD),
            Grant("set get del", HELD_LOCK),
            Grant("lpush", ANSWERS),
            Grant("llen brpop del", CELERYS_ANSWERS),
            Grant("llen del", MAILBOXES + EVENT_QUEUES),
            Grant("get getrange setex ttl del publish", RESULTS, RESULTS),
            Grant("exists", GROUPS),
            Grant("get set del exists pttl hget hmget hset hdel hincrby expire pexpire", MARKS),
            Grant("lindex rpush ltrim pexpire", RATES),
            _TURNS,
            Grant("rpush ltrim expire", LOGS),
            Grant("xadd", JOURNAL),
            Grant("zrange hexists lrange", REMOVED),
            Grant("set get del expire", LOCKS),
            Grant("psubscribe punsubscribe", channels=ORDERS),
            Grant("psubscribe punsubscribe", channels=OF_WORKERS),
            _TELLS,
            *_CHECKS,
        ),
        "eval evalsha script|load script|exists",
    ),
    Role("beat", "the scheduler", "ping multi exec", _SENDS),
    Role(
        "api",
        "the HTTP API: it submits, cancels and reads",
        "ping multi exec time scan info",
        (
            *_SENDS,
            *_CHECKS,
            *_CANCELS,
            _TURNS,
            Grant("hlen", HELD),
            Grant("getrange mget", RESULTS),
            Grant("lrange", LOGS),
        ),
        "eval evalsha script|load script|exists",
    ),
    Role(
        "dashboard",
        "windows of operators, “afi enqueue”, “afi quarantine” and the like",
        "ping multi exec time scan info dbsize",
        (
            *_LOOKS,
            *_CHECKS,
            *_SENDS,
            *_CANCELS,
            Grant("type lpos linsert lset rpush rename exists persist", QUEUED),
            Grant("rename", (*QUEUED, *REMOVED)),
            Grant("mget", MARKS),
            Grant("del", RESULTS),
            Grant(
                "zadd zrange zrem expire hset hdel hgetall hincrby llen lindex lpop "
                "lpush lrange ltrim memory|usage unlink",
                REMOVED,
            ),
        ),
        "eval evalsha script|load",
    ),
    Role(
        "viewer",
        "windows that only look (AFI_READ_ONLY)",
        "ping multi exec time scan info dbsize",
        _LOOKS,
        "eval",
    ),
    Role(
        "flower",
        "Flower",
        "ping multi exec time",
        (
            Grant("sadd srem zadd zrangebyscore exists del zrem", BOUND),
            Grant("llen", EVENT_QUEUES),
            Grant("llen brpop del", CELERYS_ANSWERS),
            # It looks for messages to give back, and is started so that it finds none.
            Grant("zrange", (wire.UNACKED_INDEX,)),
            Grant("set get del", HELD_LOCK),
            Grant("publish", channels=ORDERS),
            Grant("psubscribe", channels=EVENTS),
        ),
        "evalsha script|load script|exists",
    ),
    Role("health", "“afi health” and health checks of containers", "ping time scan info", _CHECKS),
)
ROLES: dict[str, Role] = {role.name: role for role in _ROLES}
