-- Writes the inventory and the holds of one event.
--
-- KEYS[1]       index
-- KEYS[2..1+C]  inventory hashes
-- KEYS[2+C..]   hold hashes
-- ARGV[1]       C
-- ARGV[2]       metadata of the holds
-- ARGV, for each inventory: total, sold, pending, available;
-- then for each hold: token, status, createdAt, expiresAt, expiresAtEpoch, key expiry, entries
local index, categories, metadata = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local at = 3
for i = 2, categories + 1 do
  redis.call('HSET', KEYS[i], 'total', ARGV[at], 'sold', ARGV[at + 1], 'pending', ARGV[at + 2],
    'available', ARGV[at + 3], 'version', '1')
  at = at + 4
end
local members = {}
for i = categories + 2, #KEYS do
  local key, token, epoch = KEYS[i], ARGV[at], ARGV[at + 4]
  redis.call('HSET', key, 'token', token, 'status', ARGV[at + 1], 'createdAt', ARGV[at + 2],
    'expiresAt', ARGV[at + 3], 'expiresAtEpoch', epoch, 'metadata', metadata, 'entries', ARGV[at + 6], 'traceId', '')
  redis.call('EXPIREAT', key, ARGV[at + 5])
  members[#members + 1] = epoch
  members[#members + 1] = token
  -- unpack has a limited stack
  if #members >= 1000 then
    redis.call('ZADD', index, unpack(members))
    members = {}
  end
  at = at + 7
end
if #members > 0 then redis.call('ZADD', index, unpack(members)) end
