-- Releases one held hold as the platform's release and its cleaner would. It changes counts by increments, which
-- commute with every other operation of the platform, so it is safe under traffic. If a category is oversold, only
-- seats that are promised to nobody else go back on sale. It writes all of this or nothing.
--
-- KEYS[1]    lease
-- KEYS[2]    index
-- KEYS[3]    hold hash
-- KEYS[4..]  inventory hashes of the hold's categories
-- ARGV[1]    owner of the lease
-- ARGV[2]    fence of the hold: status|expiresAtEpoch
-- ARGV[3]    token
-- ARGV[4]    key expiry of the released hash (seconds since 1970)
-- ARGV[5]    releasedAt (ISO 8601)
-- ARGV[6]    releaseReason
-- ARGV[7]    status it is left with: expired or cancelled
-- ARGV[8..]  seats, for each inventory key
--
-- Reply: {'applied'}, {'fenced', owner} where another run holds the lease, {'moved', key} where the hold changed,
-- {'unclear', key} where an inventory hash does not hold the seats that would be taken from it, or its counts do not
-- add up, or the seats are no number: a rebuild must look at that event. {'wrongtype', key} where the index is no
-- sorted set.

-- Numbers that HINCRBY accepts: it fails on a leading zero, halfway through the script. Fifteen digits are below 2^53,
-- so sums are exact.
local function is_count(text)
  return text and #text <= 15 and (text == '0' or string.find(text, '^[1-9]%d*$'))
end

local index, hold = KEYS[2], KEYS[3]
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
local fields = redis.pcall('HMGET', hold, 'status', 'expiresAtEpoch')
if fields.err or (fields[1] or '') .. '|' .. (fields[2] or '') ~= ARGV[2] then return { 'moved', hold } end
local index_type = redis.call('TYPE', index).ok
if index_type ~= 'zset' and index_type ~= 'none' then return { 'wrongtype', index } end
-- EXPIREAT would fail on a text that is no number when all else is written.
if not is_count(ARGV[4]) then error('no time: ' .. ARGV[4]) end
-- The seats to take from each key: a hold may name a category twice.
local taken = {}
-- The seats of each key that are promised to nobody; below zero where it is oversold.
local free = {}
for i = 4, #KEYS do
  -- HINCRBY does not accept "-0".
  if not is_count(ARGV[i + 4]) or ARGV[i + 4] == '0' then return { 'unclear', KEYS[i] } end
  local seats = (taken[KEYS[i]] or 0) + tonumber(ARGV[i + 4])
  taken[KEYS[i]] = seats
  local counts = redis.pcall('HMGET', KEYS[i], 'total', 'sold', 'pending', 'available', 'version')
  if counts.err then return { 'unclear', KEYS[i] } end
  for n = 1, 5 do
    if not is_count(counts[n]) then return { 'unclear', KEYS[i] } end
  end
  free[KEYS[i]] = counts[1] - counts[2] - counts[3]
  if math.max(free[KEYS[i]], 0) ~= tonumber(counts[4]) or tonumber(counts[3]) < seats then
    return { 'unclear', KEYS[i] }
  end
end

for i = 4, #KEYS do
  local seats = ARGV[i + 4]
  local before = free[KEYS[i]]
  local after = before + seats
  free[KEYS[i]] = after
  redis.call('HINCRBY', KEYS[i], 'pending', '-' .. seats)
  redis.call('HINCRBY', KEYS[i], 'available', string.format('%.0f', math.max(after, 0) - math.max(before, 0)))
  redis.call('HINCRBY', KEYS[i], 'version', 1)
end
redis.call('HSET', hold, 'status', ARGV[7], 'releasedAt', ARGV[5], 'releaseReason', ARGV[6])
redis.call('EXPIREAT', hold, ARGV[4])
redis.call('ZREM', index, ARGV[3])
return { 'applied' }
