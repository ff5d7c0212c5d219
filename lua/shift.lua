-- Repairs the counts of an event by increments, which commute with every other operation of the platform, so it is safe
-- while the event sells. It writes all of this or nothing.
--
-- KEYS[1]   lease
-- KEYS[2..] inventory hashes
-- ARGV[1]   owner of the lease
-- ARGV, for each inventory: the numbers to add to total, sold and pending
--
-- Reply: {'applied'}, {'fenced', owner} where another run holds the lease, {'unclear', key} where a count or a number
-- to add is no number of up to fifteen digits, available does not follow from the other three, or a count would fall
-- below zero.

-- Numbers that HINCRBY accepts: it fails on a leading zero, halfway through the script. Fifteen digits are below 2^53,
-- so sums are exact.
local function is_whole(text)
  return text and #text <= 15 and (text == '0' or string.find(text, '^%-?[1-9]%d*$'))
end

local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
for i = 2, #KEYS do
  local counts = redis.pcall('HMGET', KEYS[i], 'total', 'sold', 'pending', 'available', 'version')
  if counts.err then return { 'unclear', KEYS[i] } end
  for n = 1, 5 do
    if not is_whole(counts[n]) then return { 'unclear', KEYS[i] } end
    counts[n] = tonumber(counts[n])
  end
  local at = 3 * i - 4
  for n = at, at + 2 do
    if not is_whole(ARGV[n]) then return { 'unclear', KEYS[i] } end
  end
  local total, sold, pending = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local available = counts[4] + total - sold - pending
  if counts[1] - counts[2] - counts[3] ~= counts[4] or counts[1] + total < 0 or counts[2] + sold < 0
    or counts[3] + pending < 0 or available < 0 then
    return { 'unclear', KEYS[i] }
  end
end

for i = 2, #KEYS do
  local at = 3 * i - 4
  local total, sold, pending = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  redis.call('HINCRBY', KEYS[i], 'total', total)
  redis.call('HINCRBY', KEYS[i], 'sold', sold)
  redis.call('HINCRBY', KEYS[i], 'pending', pending)
  redis.call('HINCRBY', KEYS[i], 'available', string.format('%d', total - sold - pending))
  redis.call('HINCRBY', KEYS[i], 'version', 1)
end
return { 'applied' }
