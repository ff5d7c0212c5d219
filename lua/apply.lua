-- Applies one event's plan, or a slice of it: all of it, or nothing where Redis is no longer what the survey saw.
--
-- KEYS[1]        lease
-- KEYS[2]        index
-- KEYS[3..2+H]   hold hashes
-- KEYS[3+H..]    inventory hashes
-- ARGV[1]        owner of the lease
-- ARGV[2]        H
-- ARGV[3]        length of what comes before the token in a hold's key
-- ARGV[4]        metadata of holds that are written
-- ARGV, for each hold:      fence, index edit, hash edit, and what the edit asks for
--   fence       '-' no key, '!' a key that is no hash, else status|expiresAtEpoch
--   index edit  'keep', 'remove', or the score in seconds
--   hash edit   'keep', 'delete'
--               'write': status, createdAt, expiresAt, expiresAtEpoch, entries, orderId, key expiry
--               'close': status, field that tells when, when, reason or '', key expiry
--   a key expiry is in seconds since 1970
-- ARGV, for each inventory: fence, total, sold, pending, available, version; total '' deletes the hash
--   fence       '-' no key, '!' a key that is no hash, '?' no version, else =version
--
-- Reply: {'applied'}, {'fenced', owner} where another run holds the lease, {'moved', key} with the first key that
-- changed, {'wrongtype', key} where the index is no sorted set. Nothing is written before every fence has held, and
-- nothing written after that can fail.
local index = KEYS[2]
local holds = tonumber(ARGV[2])
local token_start = tonumber(ARGV[3]) + 1
local metadata = ARGV[4]
local first_hold, first_inventory = 3, holds + 3
local words = { keep = 3, delete = 3, write = 10, close = 8 }

-- A key of another type is a state to compare; any other failure is the caller's to hear of.
local function other_type(failure)
  if string.find(failure.err, 'WRONGTYPE', 1, true) then return '!' end
  error(failure.err)
end

local function hold_state(key)
  local fields = redis.pcall('HMGET', key, 'status', 'expiresAtEpoch')
  if fields.err then return other_type(fields) end
  if fields[1] or fields[2] then return (fields[1] or '') .. '|' .. (fields[2] or '') end
  return redis.call('EXISTS', key) == 1 and '|' or '-'
end

local function inventory_state(key)
  local version = redis.pcall('HGET', key, 'version')
  if type(version) == 'table' then return other_type(version) end
  if version then return '=' .. version end
  return redis.call('EXISTS', key) == 1 and '?' or '-'
end

local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
local index_type = redis.call('TYPE', index).ok
if index_type ~= 'zset' and index_type ~= 'none' then return { 'wrongtype', index } end
local at = 5
for i = first_hold, holds + 2 do
  local key, fence = KEYS[i], ARGV[at]
  -- A token may be the index's own name; its key is never a hold's.
  if key == index and ARGV[at + 2] ~= 'keep' then return { 'moved', key } end
  -- An absent key is the common case when Redis was emptied, and needs no look inside.
  if fence == '-' then
    if redis.call('EXISTS', key) == 1 then return { 'moved', key } end
  elseif hold_state(key) ~= fence then
    return { 'moved', key }
  end
  at = at + words[ARGV[at + 2]]
end
for i = first_inventory, #KEYS do
  if inventory_state(KEYS[i]) ~= ARGV[at] then return { 'moved', KEYS[i] } end
  at = at + 6
end

-- unpack has a limited stack, so members go in batches.
local added, removed = {}, {}
local function flush(command, batch)
  if #batch > 0 then redis.call(command, index, unpack(batch)) end
  return {}
end

at = 5
for i = first_hold, holds + 2 do
  local key, fence, member, edit = KEYS[i], ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local token = string.sub(key, token_start)
  if edit == 'write' then
    local status, order = ARGV[at + 3], ARGV[at + 8]
    if fence ~= '-' then redis.call('DEL', key) end
    redis.call('HSET', key, 'token', token, 'status', status, 'createdAt', ARGV[at + 4], 'expiresAt', ARGV[at + 5],
      'expiresAtEpoch', ARGV[at + 6], 'metadata', metadata, 'entries', ARGV[at + 7], 'traceId', 'hold-reconciler',
      'orderId', order)
    if status ~= 'held' then redis.call('HSET', key, 'orderReference', order) end
    redis.call('EXPIREAT', key, ARGV[at + 9])
  elseif edit == 'close' then
    redis.call('HSET', key, 'status', ARGV[at + 3], ARGV[at + 4], ARGV[at + 5])
    if ARGV[at + 6] ~= '' then redis.call('HSET', key, 'releaseReason', ARGV[at + 6]) end
    redis.call('EXPIREAT', key, ARGV[at + 7])
  elseif edit == 'delete' then
    redis.call('DEL', key)
  end
  if member == 'remove' then
    removed[#removed + 1] = token
  elseif member ~= 'keep' then
    added[#added + 1] = member
    added[#added + 1] = token
  end
  if #added >= 1000 then added = flush('ZADD', added) end
  if #removed >= 1000 then removed = flush('ZREM', removed) end
  at = at + words[edit]
end
flush('ZADD', added)
flush('ZREM', removed)
for i = first_inventory, #KEYS do
  local key = KEYS[i]
  if ARGV[at] ~= '-' then redis.call('DEL', key) end
  if ARGV[at + 1] ~= '' then
    redis.call('HSET', key, 'total', ARGV[at + 1], 'sold', ARGV[at + 2], 'pending', ARGV[at + 3],
      'available', ARGV[at + 4], 'version', ARGV[at + 5])
  end
  at = at + 6
end
return { 'applied' }
