-- Moves the seats of a paid hold from pending to sold. Quantities go by position: keys in another order than the hold's
-- entries move the wrong numbers.
--
-- KEYS[1]  holds:{token}
-- KEYS[2]  holds:expiration-index
-- KEYS[3…] inventory:{event}:{category}, in the order of the hold's entries
-- ARGV[1]  token
-- ARGV[2]  now, seconds since 1970
-- ARGV[3]  order id
-- ARGV[4]  payment reference
-- ARGV[5]  seconds that the hash is kept
-- Reply    ok | missing | not_claimed; nothing is written but with ok
local hold, index = KEYS[1], KEYS[2]
local token, now, order, payment, kept = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]

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

local was = redis.call('HGET', hold, 'status')
if not was then return 'missing' end
if was ~= 'checkout_pending' and was ~= 'checkout_committed' then return 'not_claimed' end
local entries = cjson.decode(redis.call('HGET', hold, 'entries'))
if #entries ~= #KEYS - 2 then return redis.error_reply('ERR as many inventory keys as entries are needed') end

for i, entry in ipairs(entries) do
    redis.call('HINCRBY', KEYS[i + 2], 'pending', -entry.quantity)
    redis.call('HINCRBY', KEYS[i + 2], 'sold', entry.quantity)
    redis.call('HINCRBY', KEYS[i + 2], 'version', 1)
end
redis.call('HSET', hold,
    'status', 'finalized', 'orderId', order, 'paymentReference', payment, 'finalizedAt', iso(now))
redis.call('EXPIRE', hold, kept)
redis.call('ZREM', index, token)
return 'ok'
