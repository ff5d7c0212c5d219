-- The buyer goes to checkout with a hold. Neither its expiry nor its score moves.
--
-- KEYS[1]  holds:{token}
-- ARGV[1]  now, seconds since 1970
-- ARGV[2]  seconds that the hash lives from now on; 0 leaves its TTL
-- Reply    ok | missing | not_held | expired; nothing is written but with ok
local hold = KEYS[1]
local now, hashTTL = tonumber(ARGV[1]), tonumber(ARGV[2])

local status = redis.call('HGET', hold, 'status')
if not status then return 'missing' end
if status ~= 'held' then return 'not_held' end
if tonumber(redis.call('HGET', hold, 'expiresAtEpoch')) <= now then return 'expired' end

redis.call('HSET', hold, 'status', 'checkout_pending')
if hashTTL > 0 then redis.call('EXPIRE', hold, hashTTL) end
return 'ok'
