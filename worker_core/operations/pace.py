"""When the next request to a source may go out: one exact sliding window for all workers.

``afi:pace:SOURCE:COUNT/PERIOD`` holds the latest places that were given, in milliseconds of the
server's clock, as the marks of tasks do for their rate limits (docs/decisions/0003).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from redis import Redis

PACE = "afi:pace:"

# A place beyond the patience of who asks is not taken: others may have more.
_TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slot = now
for i, key in ipairs(KEYS) do
    local earlier = redis.call('LINDEX', key, -tonumber(ARGV[2 * i]))
    if earlier then slot = math.max(slot, earlier + tonumber(ARGV[2 * i + 1])) end
end
if slot - now <= tonumber(ARGV[1]) then
    for i, key in ipairs(KEYS) do
        redis.call('RPUSH', key, string.format('%.0f', slot))
        redis.call('LTRIM', key, -tonumber(ARGV[2 * i]), -1)
        redis.call('PEXPIRE', key, string.format('%.0f', slot - now + ARGV[2 * i + 1]))
    end
end
return slot - now
"""


class RateLike(Protocol):
    """At most ``count`` in any ``period_s`` seconds."""

    @property
    def count(self) -> int: ...
    @property
    def period_s(self) -> float: ...


class SharedPace:
    """The limits of sources, shared by all that use one Redis database."""

    def __init__(self, client: "Redis", key_prefix: str = "") -> None:
        self._client = client
        self._prefix = key_prefix + PACE
        self._turn = client.register_script(_TURN)

    def turn(self, source: str, rates: Sequence[RateLike], patience_s: float) -> float:
        """Take the next free place: seconds until it comes. One that is further away than
        ``patience_s`` is not taken.

        Raises what the Redis client raises.
        """
        if not rates:
            return 0.0
        keys, arguments = self._place(source, rates, patience_s)
        return cast("int", self._turn(keys=keys, args=arguments)) / 1000

    def turns(
        self, sources: Sequence[str], rates: Sequence[RateLike], patience_s: float
    ) -> list[float]:
        """As `turn` for each of ``sources`` in their order, in one round trip."""
        if not rates or not sources:
            return [0.0] * len(sources)
        pipe = self._client.pipeline(transaction=False)
        for source in sources:
            keys, arguments = self._place(source, rates, patience_s)
            self._turn(keys=keys, args=arguments, client=pipe)
        return [answer / 1000 for answer in pipe.execute()]

    def _place(
        self, source: str, rates: Sequence[RateLike], patience_s: float
    ) -> tuple[list[str], list[int]]:
        periods = [max(1, round(rate.period_s * 1000)) for rate in rates]
        keys = [
            f"{self._prefix}{source}:{rate.count}/{period}"
            for rate, period in zip(rates, periods, strict=True)
        ]
        arguments: list[int] = [int(patience_s * 1000)]
        for rate, period in zip(rates, periods, strict=True):
            arguments += [rate.count, period]
        return keys, arguments
