-- Releases holds that are over, as the platform's cron job does. It learns the tokens from the index, so the other keys
-- that it touches are named by their prefixes.
--
-- KEYS[1]  holds:expiration-index
-- ARGV[1]  now, seconds since 1970
-- ARGV[2]  what stands before the token in a hold's key
-- ARGV[3]  what stands before {event}:{category} in an inventory key
-- ARGV[4]  members a run, 100 on the platform
-- ARGV[5]  seconds that the hash of a released hold is kept
-- Reply    total, released, skipped, errors: the event HoldCleanupRun
local index = KEYS[1]
local now, holds, inventory, limit, kept = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]

-- ISO 8601 with milliseconds and Z, of whole seconds since 1970.
local function iso(seconds)
    local floor = math.floor
    local day = floor(seconds / 86400) + 719468
    local era = floor(day / 146097)
    local ofEra = day - era * 146097
    local year = floor((ofEra - floor(ofEra / 1460) + floor(ofEra / 36524) - floor(ofEra / 146096)) / 365)
    local ofYear = ofEra - (365 * year + floor(year / 4) - floor(year / 100))
    local month = floor((5 * ofYear + 2) / 153)
    local date = ofYear - floor((153 * month + 2) / 5) + 1
    year = year + era * 400 + (month > 9 and 1 or 0)
    month = month < 10 and month + 3 or month - 9
    local time = seconds % 86400
    return string.format('%04d-%02d-%02dT%02d:%02d:%02d.000Z', year, month, date,
        floor(time / 3600), floor(time / 60) % 60, time % 60)
end

local function release(hold, token)
    local keys, quantities = {}, {}
    for i, entry in ipairs(cjson.decode(redis.call('HGET', hold, 'entries'))) do
        keys[i], quantities[i] = inventory .. entry.eventId .. ':' .. entry.categoryId, entry.quantity
    end
    for i, key in ipairs(keys) do
        redis.call('HINCRBY', key, 'pending', -quantities[i])
        redis.call('HINCRBY', key, 'available', quantities[i])
        redis.call('HINCRBY', key, 'version', 1)
    end
    redis.call('HSET', hold, 'status', 'expired', 'releasedAt', iso(now), 'releaseReason', 'expired')
    redis.call('EXPIRE', hold, kept)
    redis.call('ZREM', index, token)
end

local released, skipped, errors = 0, 0, 0
local tokens = redis.call('ZRANGEBYSCORE', index, '-inf', now, 'LIMIT', 0, limit)
for _, token in ipairs(tokens) do
    local hold = holds .. token
    local status = redis.pcall('HGET', hold, 'status')
    if type(status) == 'table' then
        errors = errors + 1
    elseif status ~= 'held' then
        redis.call('ZREM', index, token)
        skipped = skipped + 1
    elseif pcall(release, hold, token) then
        released = released + 1
    else
        errors = errors + 1
    end
end
return { #tokens, released, skipped, errors }
