"""What the broker does in one step when messages are removed and put back."""

_LISTS_ONLY = """
local function is_free(key)
    local kind = redis.call('TYPE', key)['ok']
    return kind == 'list' or kind == 'none'
end
"""

TAKE = """
local taken = {}
for i = 2, #ARGV do
    local at = redis.call('LPOS', KEYS[1], ARGV[i], 'RANK', -1)
    if at then
        local before = redis.call('LINDEX', KEYS[1], at + 1)
        if not before or #before > 65536 then before = '' end
        redis.call('LPUSH', KEYS[2], ARGV[i])
        redis.call('LPUSH', KEYS[3], before)
        redis.call('LREM', KEYS[1], -1, ARGV[i])
    end
    taken[#taken + 1] = at and 1 or 0
end
redis.call('EXPIRE', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[3], ARGV[1])
return taken
"""

TAKE_ALL = (
    _LISTS_ONLY
    + """
local half = #KEYS / 2
for i = 1, half do
    if not is_free(KEYS[i]) then return redis.error_reply('WRONGTYPE ' .. KEYS[i]) end
end
local size = 0
for i = 1, half do
    if redis.call('EXISTS', KEYS[i]) == 1 then
        redis.call('RENAME', KEYS[i], KEYS[half + i])
        redis.call('EXPIRE', KEYS[half + i], ARGV[1])
        local used = redis.pcall('MEMORY', 'USAGE', KEYS[half + i], 'SAMPLES', 100)
        local many = redis.call('LLEN', KEYS[half + i])
        size = size + (type(used) == 'number' and used or many * 1024)
    end
end
return size
"""
)

# Undone in the opposite order, each finds its neighbour where it stood. Where that has been
# served, all before it has, and the message is next.
PUT_BACK = (
    _LISTS_ONLY
    + """
if not is_free(KEYS[1]) then return redis.error_reply('WRONGTYPE ' .. KEYS[1]) end
local done = 0
while done < tonumber(ARGV[1]) do
    local raw = redis.call('LINDEX', KEYS[2], 0)
    if not raw then break end
    local before = redis.call('LINDEX', KEYS[3], 0)
    local placed = 0
    if before and before ~= '' then
        placed = redis.call('LINSERT', KEYS[1], 'BEFORE', before, raw)
    end
    if placed <= 0 then redis.call('RPUSH', KEYS[1], raw) end
    redis.call('LPOP', KEYS[2])
    redis.call('LPOP', KEYS[3])
    done = done + 1
end
return done
"""
)

# All at once: between two parts a worker would be served what came later. Of those that would be
# served first so many stay removed as is said.
PUT_ALL_BACK = (
    _LISTS_ONLY
    + """
if not is_free(KEYS[1]) then return redis.error_reply('WRONGTYPE ' .. KEYS[1]) end
local staying = tonumber(ARGV[1])
local many = redis.call('LLEN', KEYS[2]) - staying
if many <= 0 then return 0 end
if staying == 0 and redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('RENAME', KEYS[2], KEYS[1])
    redis.call('PERSIST', KEYS[1])
    return many
end
for first = 0, many - 1, 1000 do
    local last = math.min(first + 999, many - 1)
    redis.call('RPUSH', KEYS[1], unpack(redis.call('LRANGE', KEYS[2], first, last)))
end
redis.call('LTRIM', KEYS[2], many, -1)
return many
"""
)
