-- Applies the plans of one or more events, or slices of them. Of each event it writes all, or nothing where Redis is no
-- longer what the survey saw.
--
-- KEYS[1]   lease
-- KEYS[2]   index
-- KEYS[3..] for each event: hold hashes, inventory hashes
-- ARGV[1]   owner of the lease
-- ARGV[2]   length of what comes before the token in a hold's key
-- ARGV[3]   'payloads' where an edit is 'restore', which Redis knows from 7 on, else 'fields'
-- ARGV, for each event: how many hold hashes, how many inventory hashes, metadata of holds that are written; then
-- for each hold: fence, index edit, hash edit, and what the edit asks for
--   fence       '-' no key, '!' a key that is no hash, else status|expiresAtEpoch
--   index edit  'keep', 'remove', or the score in seconds
--   hash edit   'keep', 'delete'
--               'write': status, createdAt, expiresAt, expiresAtEpoch, entries, orderId, key expiry, metadata or ''
--                        for the event's; other fields of a hash that is there stay
--               'restore': the whole hash as DUMP would give it, key expiry in milliseconds; only where no key is
--               'renew': status, orderReference, expiresAt, expiresAtEpoch, key expiry; the hash keeps its seats
--               'date': expiresAtEpoch
--               'close': status, field that tells when, when, reason or '', key expiry
--               'whole': all fields, key expiry in milliseconds or 0 for none; whatever is there goes
--   a key expiry is in seconds since 1970, but where said otherwise
-- and for each inventory: fence, hash edit, and what the edit asks for
--   fence       '-' no key, '!' a key that is no hash, else = and total, sold, pending, available and version as they
--               stand, each with its length and a colon before it, or '-' where it is missing
--   hash edit   'delete'
--               'write': total, sold, pending, available, version; other fields of a hash that is there stay
--               'restore': the whole hash as DUMP would give it; only where no key is
--               'whole': all fields; whatever is there goes
-- All fields are names and values by turns, each with its length and a colon before it.
--
-- Reply: {'applied', microseconds, and for each event '' or the first key that changed}, {'fenced', owner} where
-- another run holds the lease, {'wrongtype', key} where the index is no sorted set, {'unable'} where the user may not
-- RESTORE and is asked to. Nothing of an event is written before each of its fences has held, and no write after that
-- can fail. microseconds is how long the script took; 0 where the user may not ask for the time.
local function clock()
  local time = redis.pcall('TIME')
  if time.err then return { 0, 0 } end
  return time
end

local began = clock()
local index = KEYS[2]
local token_start = tonumber(ARGV[2]) + 1
local hold_words = { keep = 3, delete = 3, write = 11, restore = 5, renew = 8, date = 4, close = 8, whole = 5 }
local inventory_words = { delete = 2, write = 7, restore = 3, whole = 3 }

-- A key of another type is a state to compare; the caller gets any other failure as an error.
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
  local fields = redis.pcall('HMGET', key, 'total', 'sold', 'pending', 'available', 'version')
  if fields.err then return other_type(fields) end
  local state, any = '=', false
  for n = 1, 5 do
    local value = fields[n]
    any = any or value
    state = state .. (value and #value .. ':' .. value or '-')
  end
  return (any or redis.call('EXISTS', key) == 1) and state or '-'
end

-- unpack has a limited stack, so keys and members go in batches.
local function first_existing(keys)
  for first = 1, #keys, 1000 do
    local last = math.min(first + 999, #keys)
    if redis.call('EXISTS', unpack(keys, first, last)) > 0 then
      for i = first, last do
        if redis.call('EXISTS', keys[i]) == 1 then return keys[i] end
      end
    end
  end
  return nil
end

-- A hash goes before it comes back whole, so a right that is missing must show before. Redis 6 cannot tell it.
local function expect_rights(...)
  for _, command in ipairs({ ... }) do
    local known, may = pcall(redis.acl_check_cmd, unpack(command))
    if known and not may then
      error(redis.error_reply('NOPERM this user has no permissions to run ' .. command[1] .. ' on a whole hash'))
    end
  end
end

-- The first key of an event that is not what its fence says; and where the arguments of the next event begin.
local function changed(first_hold, first_inventory, last, at)
  local moved
  -- In an emptied Redis all keys are absent, and one question shows it of all of them.
  local absent = {}
  for i = first_hold, first_inventory - 1 do
    local key, fence = KEYS[i], ARGV[at]
    -- A token may make the key of the index itself, which is never a hold's.
    if key == index and ARGV[at + 2] ~= 'keep' then
      moved = moved or key
    elseif fence == '-' then
      absent[#absent + 1] = key
    elseif hold_state(key) ~= fence then
      moved = moved or key
    end
    if ARGV[at + 2] == 'whole' then
      expect_rights({ 'DEL', key }, { 'HSET', key, 'f', '1' }, { 'PEXPIREAT', key, '1' })
    end
    at = at + hold_words[ARGV[at + 2]]
  end
  for i = first_inventory, last do
    if ARGV[at] == '-' then
      absent[#absent + 1] = KEYS[i]
    elseif inventory_state(KEYS[i]) ~= ARGV[at] then
      moved = moved or KEYS[i]
    end
    if ARGV[at + 1] == 'whole' then expect_rights({ 'DEL', KEYS[i] }, { 'HSET', KEYS[i], 'f', '1' }) end
    at = at + inventory_words[ARGV[at + 1]]
  end
  return moved or first_existing(absent), at
end

-- Fields that the platform has added stay.
local function set_where_missing(key, field, value)
  if not redis.call('HMGET', key, field)[1] then redis.call('HSET', key, field, value) end
end

local function flush(command, batch)
  if #batch > 0 then redis.call(command, index, unpack(batch)) end
  return {}
end

local function set_whole(key, packed)
  redis.call('DEL', key)
  local fields, at = {}, 1
  while at <= #packed do
    local colon = string.find(packed, ':', at, true)
    local last = colon + tonumber(string.sub(packed, at, colon - 1))
    fields[#fields + 1] = string.sub(packed, colon + 1, last)
    at = last + 1
  end
  for first = 1, #fields, 1000 do
    redis.call('HSET', key, unpack(fields, first, math.min(first + 999, #fields)))
  end
end

local function write(first_hold, first_inventory, last, metadata, at)
  local added, removed = {}, {}
  for i = first_hold, first_inventory - 1 do
    local key, fence, member, edit = KEYS[i], ARGV[at], ARGV[at + 1], ARGV[at + 2]
    local token = string.sub(key, token_start)
    if edit == 'write' then
      local status, order = ARGV[at + 3], ARGV[at + 8]
      if fence == '!' then redis.call('DEL', key) end
      redis.call('HSET', key, 'token', token, 'status', status, 'createdAt', ARGV[at + 4], 'expiresAt', ARGV[at + 5],
        'expiresAtEpoch', ARGV[at + 6], 'metadata', ARGV[at + 10] ~= '' and ARGV[at + 10] or metadata,
        'entries', ARGV[at + 7], 'orderId', order)
      set_where_missing(key, 'traceId', 'hold-reconciler')
      if status ~= 'held' then set_where_missing(key, 'orderReference', order) end
      redis.call('EXPIREAT', key, ARGV[at + 9])
    elseif edit == 'restore' then
      redis.call('RESTORE', key, ARGV[at + 4], ARGV[at + 3], 'ABSTTL')
    elseif edit == 'renew' then
      redis.call('HSET', key, 'status', ARGV[at + 3], 'expiresAt', ARGV[at + 5], 'expiresAtEpoch', ARGV[at + 6])
      set_where_missing(key, 'orderReference', ARGV[at + 4])
      redis.call('EXPIREAT', key, ARGV[at + 7])
    elseif edit == 'date' then
      redis.call('HSET', key, 'expiresAtEpoch', ARGV[at + 3])
    elseif edit == 'close' then
      redis.call('HSET', key, 'status', ARGV[at + 3], ARGV[at + 4], ARGV[at + 5])
      if ARGV[at + 6] ~= '' then redis.call('HSET', key, 'releaseReason', ARGV[at + 6]) end
      redis.call('EXPIREAT', key, ARGV[at + 7])
    elseif edit == 'whole' then
      set_whole(key, ARGV[at + 3])
      if ARGV[at + 4] ~= '0' then redis.call('PEXPIREAT', key, ARGV[at + 4]) end
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
    at = at + hold_words[edit]
  end
  flush('ZADD', added)
  flush('ZREM', removed)
  for i = first_inventory, last do
    local key, edit = KEYS[i], ARGV[at + 1]
    if edit == 'restore' then
      redis.call('RESTORE', key, 0, ARGV[at + 2])
    elseif edit == 'whole' then
      set_whole(key, ARGV[at + 2])
    elseif edit == 'delete' then
      redis.call('DEL', key)
    else
      if ARGV[at] == '!' then redis.call('DEL', key) end
      redis.call('HSET', key, 'total', ARGV[at + 2], 'sold', ARGV[at + 3], 'pending', ARGV[at + 4],
        'available', ARGV[at + 5], 'version', ARGV[at + 6])
    end
    at = at + inventory_words[edit]
  end
end

local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
local index_type = redis.call('TYPE', index).ok
if index_type ~= 'zset' and index_type ~= 'none' then return { 'wrongtype', index } end
local first, at = 3, 4
if ARGV[3] == 'payloads' then
  -- If RESTORE was renamed, the call fails here, and the script is unable as well.
  local known, may = pcall(redis.acl_check_cmd, 'RESTORE', KEYS[first], '0', '')
  if not known or not may then return { 'unable' } end
end
local reply = { 'applied', 0 }
while first <= #KEYS do
  local first_inventory = first + tonumber(ARGV[at])
  local last = first_inventory + tonumber(ARGV[at + 1]) - 1
  local moved, after = changed(first, first_inventory, last, at + 3)
  if not moved then write(first, first_inventory, last, ARGV[at + 2], at + 3) end
  reply[#reply + 1] = moved or ''
  first, at = last + 1, after
end
local ended = clock()
reply[2] = (ended[1] - began[1]) * 1000000 + ended[2] - began[2]
return reply
