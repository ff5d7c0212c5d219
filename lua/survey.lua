-- Reads inventory hashes and hold hashes at one instant. Writes nothing.
--
-- KEYS[1]        index
-- KEYS[2..1+C]   inventory hashes
-- KEYS[2+C..]    hold hashes
-- ARGV[1]        C
-- ARGV[2]        length of what comes before the token in a hold's key
--
-- Reply, flat: the microseconds that the script took;
-- for each inventory key: kind, total, sold, pending, available, version;
-- then for each hold key: kind, status, expiresAtEpoch, entries, expiresAt, metadata, score of its index member.
-- kind is 0 for no key, 1 for a hash, 2 for another type; a missing value is nil.
-- The microseconds are 0 where the user may not ask for the time.
local function clock()
  local time = redis.pcall('TIME')
  if time.err then return { 0, 0 } end
  return time
end

local began = clock()
local index = KEYS[1]
local categories = tonumber(ARGV[1])
local token_start = tonumber(ARGV[2]) + 1

-- An index that is no sorted set has no scores; the caller finds out its type elsewhere.
local index_type = redis.call('TYPE', index).ok
local reply, n = { 0 }, 1

local function add(value)
  n = n + 1
  reply[n] = value
end

local function add_fields(key, ...)
  local fields = redis.pcall('HMGET', key, ...)
  local count = select('#', ...)
  if fields.err then
    if not string.find(fields.err, 'WRONGTYPE', 1, true) then return fields end
    add(2)
    for _ = 1, count do add(false) end
    return nil
  end
  local any = false
  for i = 1, count do any = any or fields[i] end
  if any then add(1) else add(redis.call('EXISTS', key)) end
  for i = 1, count do add(fields[i]) end
  return nil
end

for i = 2, categories + 1 do
  local failure = add_fields(KEYS[i], 'total', 'sold', 'pending', 'available', 'version')
  if failure then return failure end
end
-- In an emptied Redis no hold exists, and one question shows it of all of them. unpack has a limited stack.
local found = 0
for first = categories + 2, #KEYS, 1000 do
  found = found + redis.call('EXISTS', unpack(KEYS, first, math.min(first + 999, #KEYS)))
end
for i = categories + 2, #KEYS do
  local key = KEYS[i]
  if found == 0 then
    add(0)
    for _ = 1, 5 do add(false) end
  else
    local failure = add_fields(key, 'status', 'expiresAtEpoch', 'entries', 'expiresAt', 'metadata')
    if failure then return failure end
  end
  add(index_type == 'zset' and redis.call('ZSCORE', index, string.sub(key, token_start)))
end
local ended = clock()
reply[1] = (ended[1] - began[1]) * 1000000 + ended[2] - began[2]
return reply
