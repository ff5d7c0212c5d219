-- Takes seats off sale for a new hold.
--
-- KEYS[1]  holds:{token}
-- KEYS[2]  holds:expiration-index
-- KEYS[3…] inventory:{event}:{category}, one a category
-- ARGV[1]  token
-- ARGV[2]  event id
-- ARGV[3]  now, seconds since 1970
-- ARGV[4]  seconds that the hold lives
-- ARGV[5]  seconds that its hash lives
-- ARGV[6]  requester id
-- ARGV[7…] category id and quantity by turns, in the order of KEYS[3…]
-- Reply    ok | exists | unavailable; nothing is written but with ok
local hold, index = KEYS[1], KEYS[2]
local token, event, now, hashTTL, requester = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[5], ARGV[6]
local expiry = now + tonumber(ARGV[4])

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

if redis.call('EXISTS', hold) == 1 then return 'exists' end

local entries = {}
for i = 3, #KEYS do
    local category, quantity = ARGV[2 * i + 1], tonumber(ARGV[2 * i + 2])
    local available = redis.call('HGET', KEYS[i], 'available')
    if not available or tonumber(available) < quantity then return 'unavailable' end
    entries[i - 2] = string.format('{"eventId":%s,"categoryId":%s,"quantity":%d}',
        cjson.encode(event), cjson.encode(category), quantity)
end

for i = 3, #KEYS do
    local quantity = ARGV[2 * i + 2]
    redis.call('HINCRBY', KEYS[i], 'available', -quantity)
    redis.call('HINCRBY', KEYS[i], 'pending', quantity)
    redis.call('HINCRBY', KEYS[i], 'version', 1)
end
redis.call('HSET', hold,
    'token', token, 'status', 'held',
    'createdAt', iso(now), 'expiresAt', iso(expiry), 'expiresAtEpoch', string.format('%d', expiry),
    'metadata', string.format('{"eventId":%s,"requesterId":%s}', cjson.encode(event), cjson.encode(requester)),
    'entries', '[' .. table.concat(entries, ',') .. ']',
    'traceId', 'trace-' .. token)
redis.call('EXPIRE', hold, hashTTL)
redis.call('ZADD', index, expiry, token)
return 'ok'
