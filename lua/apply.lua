-- Applies one event's plan, or a slice of it: all of it, or nothing where Redis is no longer what the survey saw.
--
-- KEYS[1]        index
-- KEYS[2..1+H]   hold hashes
-- KEYS[2+H..]    inventory hashes
-- ARGV[1]        H
-- ARGV[2]        length of what comes before the token in a hold's key
-- ARGV, for each hold:      fence, hash edit, index edit, key expiry (seconds since 1970), f, then f fields and values
--   fence       '-' no key, '!' a key that is no hash, else status|expiresAtEpoch
--   hash edit   'keep', 'delete', 'replace' (the whole hash), 'set' (fields of it)
--   index edit  'keep', 'remove', or the score in seconds
-- ARGV, for each inventory: fence, total, sold, pending, available, version; total '' deletes the hash
--   fence       '-' no key, '!' a key that is no hash, '?' no version, else =version
--
-- Reply: {'applied'}, {'moved', key} with the first key that changed, {'wrongtype', key} where the index is no
-- sorted set. Nothing is written before every fence has held, and nothing written after that can fail.
local index = KEYS[1]
local holds = tonumber(ARGV[1])
local token_start = tonumber(ARGV[2]) + 1

local function hold_state(key)
  local fields = redis.pcall('HMGET', key, 'status', 'expiresAtEpoch')
  if fields.err then return '!' end
  if fields[1] or fields[2] then return (fields[1] or '') .. '|' .. (fields[2] or '') end
  return redis.call('EXISTS', key) == 1 and '|' or '-'
end

local function inventory_state(key)
  local version = redis.pcall('HGET', key, 'version')
  if type(version) == 'table' then return '!' end
  if version then return '=' .. version end
  return redis.call('EXISTS', key) == 1 and '?' or '-'
end

local index_type = redis.call('TYPE', index).ok
if index_type ~= 'zset' and index_type ~= 'none' then return { 'wrongtype', index } end
local at = 3
for i = 2, holds + 1 do
  local key, fence = KEYS[i], ARGV[at]
  -- An absent key is the common case when Redis was emptied, and needs no look inside.
  if fence == '-' then
    if redis.call('EXISTS', key) == 1 then return { 'moved', key } end
  elseif hold_state(key) ~= fence then
    return { 'moved', key }
  end
  at = at + 5 + 2 * tonumber(ARGV[at + 4])
end
for i = holds + 2, #KEYS do
  if inventory_state(KEYS[i]) ~= ARGV[at] then return { 'moved', KEYS[i] } end
  at = at + 6
end

-- unpack has a limited stack, so members go in batches.
local added, removed = {}, {}
local function flush(command, batch)
  if #batch > 0 then redis.call(command, index, unpack(batch)) end
  return {}
end

at = 3
for i = 2, holds + 1 do
  local key, edit, member = KEYS[i], ARGV[at + 1], ARGV[at + 2]
  local first = at + 5
  local last = first + 2 * tonumber(ARGV[at + 4]) - 1
  if edit == 'delete' or (edit == 'replace' and ARGV[at] ~= '-') then redis.call('DEL', key) end
  if edit == 'replace' or edit == 'set' then
    redis.call('HSET', key, unpack(ARGV, first, last))
    redis.call('EXPIREAT', key, ARGV[at + 3])
  end
  if member == 'remove' then
    removed[#removed + 1] = string.sub(key, token_start)
  elseif member ~= 'keep' then
    added[#added + 1] = member
    added[#added + 1] = string.sub(key, token_start)
  end
  if #added >= 1000 then added = flush('ZADD', added) end
  if #removed >= 1000 then removed = flush('ZREM', removed) end
  at = last + 1
end
flush('ZADD', added)
flush('ZREM', removed)
for i = holds + 2, #KEYS do
  local key = KEYS[i]
  if ARGV[at] ~= '-' then redis.call('DEL', key) end
  if ARGV[at + 1] ~= '' then
    redis.call('HSET', key, 'total', ARGV[at + 1], 'sold', ARGV[at + 2], 'pending', ARGV[at + 3],
      'available', ARGV[at + 4], 'version', ARGV[at + 5])
  end
  at = at + 6
end
return { 'applied' }
