"""Marks in Redis by which a task takes effect once, in how many messages it may come.

``afi:done:ID``
    how the task ended; kept at least as long as its message could be delivered again.
``afi:lease:ID``
    the token of the run that is under way, renewed while it lasts.
``afi:tries:ID``
    its starts so far, those in a row that ended without a word (their worker was killed), the
    retry that is expected next, and the start that the rate limit has granted it.
``afi:rate:NAME``
    the latest starts that were granted to tasks of a name, in milliseconds.

All stand behind the prefix of the settings.

Each step is one script, so that no two workers can stand between its parts. Times are those of
the server, whatever the clocks of the workers say.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import orjson

from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

DONE = "afi:done:"
LEASE = "afi:lease:"
TRIES = "afi:tries:"
RATE = "afi:rate:"

Word = Literal["run", "done", "busy", "stale", "poison", "wait"]

_BEGIN = """
local done = redis.call('GET', KEYS[1])
if done then return {'done', 0, done} end
local holder = redis.call('GET', KEYS[2])
if holder == ARGV[1] then
    return {'run', tonumber(redis.call('HGET', KEYS[3], 'attempts') or 1)}
end
if holder then return {'busy', redis.call('PTTL', KEYS[2])} end
local tries = redis.call('HMGET', KEYS[3], 'retries', 'deaths', 'slot')
if tonumber(tries[1] or 0) > tonumber(ARGV[3]) then return {'stale', 0} end
local deaths = tonumber(tries[2] or 0)
if deaths >= tonumber(ARGV[4]) then return {'poison', deaths} end
local limit, period = tonumber(ARGV[6]), tonumber(ARGV[7])
if limit > 0 then
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local slot = tonumber(tries[3] or nil)
    if not slot then
        local earlier = redis.call('LINDEX', KEYS[4], -limit)
        slot = math.max(now, earlier and earlier + period or 0)
        redis.call('RPUSH', KEYS[4], string.format('%.0f', slot))
        redis.call('LTRIM', KEYS[4], -limit, -1)
        redis.call('PEXPIRE', KEYS[4], string.format('%.0f', slot - now + period))
    end
    if slot > now then
        redis.call('HSET', KEYS[3], 'slot', string.format('%.0f', slot))
        redis.call('PEXPIRE', KEYS[3], string.format('%.0f', ARGV[5] * 1000 + slot - now))
        return {'wait', slot - now}
    end
    redis.call('HDEL', KEYS[3], 'slot')
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('HINCRBY', KEYS[3], 'deaths', 1)
local attempts = redis.call('HINCRBY', KEYS[3], 'attempts', 1)
redis.call('EXPIRE', KEYS[3], ARGV[5])
return {'run', attempts}
"""

_FINISH = """
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3], 'NX')
redis.call('DEL', KEYS[3])
if redis.call('GET', KEYS[2]) == ARGV[1] then return redis.call('DEL', KEYS[2]) end
return 0
"""

_AGAIN = """
redis.call('HSET', KEYS[2], 'deaths', 0, 'retries', ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_ABANDON = """
local holder = redis.call('GET', KEYS[1])
if holder and string.sub(holder, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


# A run ends by writing the mark and then giving the lease back: here none can come between.
_CANCEL = """
local idle = {}
for i = 1, #KEYS, 3 do
    local done = redis.call('GET', KEYS[i])
    local free = redis.call('EXISTS', KEYS[i + 1]) == 0
    if free and done then free = cjson.decode(done)['state'] == 'cancelled' end
    if free then
        redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2], 'NX')
        redis.call('DEL', KEYS[i + 2])
    end
    idle[#idle + 1] = free and 1 or 0
end
return idle
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` starts in any ``period_s`` seconds; 0 stands for no limit."""

    count: int = 0
    period_s: float = 0.0

    @classmethod
    def parse(cls, text: str | None) -> "Limit":
        """Celery's notation: ``100/m``, ``10/h``, ``5/s``; a bare number is by the second."""
        if not text:
            return cls()
        count, _, unit = text.partition("/")
        return cls(int(count), {"s": 1.0, "m": 60.0, "h": 3600.0}[unit or "s"])


NO_LIMIT = Limit()


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a task may run now.

    ``number`` is the attempt for ``run``, how many workers it ended for ``poison``, milliseconds
    for ``busy`` and ``wait``. ``ending`` says how the task ended, for ``done``.
    """

    word: Word
    number: int
    ending: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sign:
    """What the marks say of a task: how it ended, whether a run is under way, and the retry that
    is expected next."""

    ending: dict[str, Any] | None
    leased: bool
    retries: int


class Guard:
    """The marks in one Redis database. Threads may share it; processes may not.

    Every method raises what the Redis client raises.
    """

    def __init__(self, client: "Redis", settings: Settings) -> None:
        self._client = client
        self._prefix = settings.key_prefix
        self._lease_ms = settings.lease_s * 1000
        self._deaths = settings.poison_attempts
        self._kept_s = kept_s(settings)
        self._begin = client.register_script(_BEGIN)
        self._finish = client.register_script(_FINISH)
        self._again = client.register_script(_AGAIN)
        self._renew = client.register_script(_RENEW)
        self._abandon = client.register_script(_ABANDON)
        self._cancel = client.register_script(_CANCEL)

    def begin(
        self, task_id: str, token: str, *, name: str, retries: int, limit: Limit = NO_LIMIT
    ) -> Answer:
        """Ask to run the task, under the lease ``token``; asking again with it changes nothing.
        The start is counted before it is made: one that ends without a word was a death."""
        answer = cast(
            "Sequence[Any]",
            self._begin(
                keys=[*self._keys(task_id, DONE, LEASE, TRIES), self._prefix + RATE + name],
                args=[
                    token,
                    self._lease_ms,
                    retries,
                    self._deaths,
                    self._kept_s,
                    limit.count,
                    int(limit.period_s * 1000),
                ],
            ),
        )
        ending = orjson.loads(answer[2]) if len(answer) > 2 else {}
        return Answer(cast("Word", answer[0].decode()), int(answer[1]), ending)

    def finish(self, task_id: str, token: str, ending: Mapping[str, Any]) -> None:
        """Mark the task as ended, and give the lease back."""
        self._finish(
            keys=self._keys(task_id, DONE, LEASE, TRIES),
            args=[token, orjson.dumps(ending), self._kept_s],
        )

    def again(self, task_id: str, token: str, retries: int) -> None:
        """Give the lease back for the retry of that number; earlier messages are stale."""
        keys = self._keys(task_id, LEASE, TRIES)
        self._again(keys=keys, args=[token, retries, self._kept_s])

    def renew(self, task_id: str, token: str) -> bool:
        """Hold the lease on; False if another run has it."""
        return bool(self._renew(keys=self._keys(task_id, LEASE), args=[token, self._lease_ms]))

    def abandon(self, task_id: str, holder: str) -> bool:
        """Take the lease from a run that was killed; ``holder`` is how its token began."""
        return bool(self._abandon(keys=self._keys(task_id, LEASE), args=[holder]))

    def clear(self, task_id: str) -> None:
        """Remove every mark of the task, so that it begins anew."""
        self._client.delete(*self._keys(task_id, DONE, LEASE, TRIES))

    def settle(self, task_ids: Sequence[str], ending: Mapping[str, Any]) -> None:
        """Mark tasks as ended that nobody runs, in one round trip."""
        told = orjson.dumps(ending)
        pipe = self._client.pipeline(transaction=False)
        for task_id in task_ids:
            done, tries = self._keys(task_id, DONE, TRIES)
            pipe.set(done, told, ex=self._kept_s, nx=True)
            pipe.delete(tries)
        pipe.execute()

    def cancel(self, task_ids: Sequence[str]) -> list[str]:
        """Mark tasks as cancelled that nobody runs and that have not ended otherwise, in one step;
        which ones these are."""
        keys = [key for task_id in task_ids for key in self._keys(task_id, DONE, LEASE, TRIES)]
        answer = cast(
            "list[int]", self._cancel(keys=keys, args=[orjson.dumps(cancelled()), self._kept_s])
        )
        return [task_id for task_id, idle in zip(task_ids, answer, strict=True) if idle]

    def reopen(self, task_ids: Sequence[str]) -> None:
        """Remove the marks of those among the tasks that were cancelled, in two round trips."""
        keys = [self._prefix + DONE + task_id for task_id in task_ids]
        marks = self._client.mget(keys) if keys else []
        # A mark is never written over, so that it still is what was read.
        if over := [key for key, mark in zip(keys, marks, strict=True) if _is_cancelled(mark)]:
            self._client.delete(*over)

    def signs(self, task_ids: Iterable[str]) -> dict[str, Sign]:
        """What the marks say of several tasks, in one round trip."""
        names = list(task_ids)
        pipe = self._client.pipeline(transaction=False)
        for name in names:
            # A run ends by writing the mark and then giving the lease back: in this order one of
            # the two is seen.
            lease, done, tries = self._keys(name, LEASE, DONE, TRIES)
            pipe.exists(lease)
            pipe.get(done)
            pipe.hget(tries, "retries")
        answers = iter(pipe.execute() if names else ())
        return {name: _sign(next(answers), next(answers), next(answers)) for name in names}

    def _keys(self, task_id: str, *marks: str) -> list[str]:
        return [f"{self._prefix}{mark}{task_id}" for mark in marks]


def _sign(leased: int, done: bytes | None, retries: bytes | None) -> Sign:
    return Sign(orjson.loads(done) if done else None, bool(leased), int(retries or 0))


def _is_cancelled(done: bytes | str | None) -> bool:
    return done is not None and orjson.loads(done).get("state") == "cancelled"


def cancelled() -> dict[str, Any]:
    """The ending of a task that was cancelled now."""
    return {"state": "cancelled", "at": time.time()}


def kept_s(settings: Settings) -> int:
    """How long marks are kept: longer than results, and than any message waits to come again."""
    return max(settings.result_expires_s, 4 * settings.visibility_timeout_s)
