-- Writes events that Redis has nothing of, or slices of them: of each event all keys, or none where one of them is
-- there. RESTORE refuses a key that is there, so it compares and sets in one; an event that it refuses is undone in
-- the same script, before anyone sees it.
--
-- KEYS[1]   lease
-- KEYS[2]   index
-- KEYS[3..] for each event: hold hashes, inventory hashes
-- ARGV[1]   owner of the lease
-- ARGV[2]   length of what comes before the token in a hold's key
-- ARGV[3..] for each event: how many hold hashes, how many inventory hashes, 'members' where the index is to get its
-- holds, else 'indexed'; then
--   for each hold: key expiry in milliseconds since 1970, the whole hash as DUMP would give it, and with 'members' the
--   score in seconds, or 'keep' where the member is there already
--   for each inventory: the whole hash as DUMP would give it
--
-- Reply: {'applied', microseconds, and for each event '' or the key that was there}, {'fenced', owner} where another
-- run holds the lease, {'wrongtype', key} where the index is no sorted set, {'unable'} where the user may not RESTORE.
-- microseconds is what the script took.
-- Whoever may not ask for the time is told that none has passed.
local function clock()
  local time = redis.pcall('TIME')
  if time.err then return { 0, 0 } end
  return time
end

local began = clock()
local index = KEYS[2]
local token_start = tonumber(ARGV[2]) + 1

-- Takes back what was written of an event before a key was refused; any refusal but that the key is there is an error.
local function undo(first, refused, failure)
  for i = first, refused - 1 do redis.call('DEL', KEYS[i]) end
  if not string.find(failure.err, 'BUSYKEY', 1, true) then error(failure) end
  return KEYS[refused]
end

local function create(first, first_inventory, last, at, step)
  for i = first, first_inventory - 1 do
    local answer = redis.pcall('RESTORE', KEYS[i], ARGV[at], ARGV[at + 1], 'ABSTTL')
    if answer.err then return undo(first, i, answer) end
    at = at + step
  end
  for i = first_inventory, last do
    local answer = redis.pcall('RESTORE', KEYS[i], 0, ARGV[at])
    if answer.err then return undo(first, i, answer) end
    at = at + 1
  end
  return ''
end

-- unpack has a limited stack, so members go in batches.
local function add_members(first, first_inventory, at)
  local batch = {}
  for i = first, first_inventory - 1 do
    if ARGV[at + 2] ~= 'keep' then
      batch[#batch + 1] = ARGV[at + 2]
      batch[#batch + 1] = string.sub(KEYS[i], token_start)
    end
    at = at + 3
    if #batch > 0 and (#batch >= 1000 or i == first_inventory - 1) then
      redis.call('ZADD', index, unpack(batch))
      batch = {}
    end
  end
end

local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
local index_type = redis.call('TYPE', index).ok
if index_type ~= 'zset' and index_type ~= 'none' then return { 'wrongtype', index } end
-- A server whose RESTORE was renamed fails here, and is unable as well.
local first, at = 3, 3
local known, may = pcall(redis.acl_check_cmd, 'RESTORE', KEYS[first], '0', '')
if not known or not may then return { 'unable' } end

local reply = { 'applied', 0 }
while first <= #KEYS do
  local first_inventory = first + tonumber(ARGV[at])
  local last = first_inventory + tonumber(ARGV[at + 1]) - 1
  local step = ARGV[at + 2] == 'members' and 3 or 2
  local there = create(first, first_inventory, last, at + 3, step)
  if there == '' and step == 3 then add_members(first, first_inventory, at + 3) end
  reply[#reply + 1] = there
  at = at + 3 + (first_inventory - first) * step + last - first_inventory + 1
  first = last + 1
end
local ended = clock()
reply[2] = (ended[1] - began[1]) * 1000000 + ended[2] - began[2]
return reply
