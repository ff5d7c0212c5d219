-- Gives a hold more time: hash, TTL and score. SQL is not told.
--
-- KEYS[1]  holds:{token}
-- KEYS[2]  holds:expiration-index
-- ARGV[1]  token
-- ARGV[2]  now, seconds since 1970
-- ARGV[3]  seconds that the hold lives from now on
-- ARGV[4]  seconds that its hash lives from now on
-- Reply    ok | missing | not_active; nothing is written but with ok
local hold, index = KEYS[1], KEYS[2]
local token, now, hashTTL = ARGV[1], tonumber(ARGV[2]), ARGV[4]
local expiry = now + tonumber(ARGV[3])

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

local status = redis.call('HGET', hold, 'status')
if not status then return 'missing' end
if status ~= 'held' and status ~= 'checkout_pending' then return 'not_active' end

redis.call('HSET', hold,
    'expiresAt', iso(expiry), 'expiresAtEpoch', string.format('%d', expiry), 'extendedAt', iso(now))
redis.call('EXPIRE', hold, hashTTL)
redis.call('ZADD', index, expiry, token)
return 'ok'
