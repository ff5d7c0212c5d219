-- Everything of one event, for a world to be compared, kept and entered again. Writes nothing.
--
-- KEYS[1]        lease
-- KEYS[2]        index
-- KEYS[3..2+H]   hold hashes
-- KEYS[3+H..]    inventory hashes
-- ARGV[1]        H
-- ARGV[2]        length of what comes before the token in a hold's key
--
-- An image keeps when Redis drops a hash only where the model's clock has said so; the platform's scripts count from
-- Redis' own clock.
--
-- Reply: image, facts. The image is what enter.lua takes; equal contents have equal images. The facts, joined by '|':
-- the lease's owner; for each hold status, expiresAtEpoch, score and entries; for each inventory hash the number of its
-- fields, total, sold, pending, available, version. What is missing is ''.
local holds, token_start = tonumber(ARGV[1]), tonumber(ARGV[2]) + 1
-- The model's clock begins later than this, in milliseconds since 1970, and Redis' own does not come here.
local begin = 1900000000000
local image, facts, ends = {}, {}, {}

local function add(value)
  facts[#facts + 1] = value or ''
end

-- A hash tells its fields in the order they came; sorted, equal contents look the same.
local function sorted(flat)
  local names, values = {}, {}
  for i = 1, #flat, 2 do
    names[#names + 1] = flat[i]
    values[flat[i]] = flat[i + 1]
  end
  table.sort(names)
  local all = {}
  for i, name in ipairs(names) do all[2 * i - 1], all[2 * i] = name, values[name] end
  return all, values
end

image[1] = redis.call('GET', KEYS[1])
add(image[1])
local members, scores = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES'), {}
for i = 1, #members, 2 do
  scores[members[i]] = members[i + 1]
  members[i], members[i + 1] = members[i + 1], members[i]
end
image[2] = members
for i = 3, #KEYS do
  local values
  image[i], values = sorted(redis.call('HGETALL', KEYS[i]))
  if i < holds + 3 then
    add(values.status)
    add(values.expiresAtEpoch)
    add(scores[string.sub(KEYS[i], token_start)])
    add(values.entries)
  else
    add(tostring(#image[i] / 2))
    for _, name in ipairs({ 'total', 'sold', 'pending', 'available', 'version' }) do add(values[name]) end
  end
  local at = redis.call('PEXPIRETIME', KEYS[i])
  if at > begin then
    ends[#ends + 1] = i
    -- A life that was read and written again is off by the time that passed between two commands.
    ends[#ends + 1] = string.format('%.0f', math.floor(at / 1000 + 0.5) * 1000)
  end
end
if #ends > 0 then image[#KEYS + 1] = ends end
return { cmsgpack.pack(image), table.concat(facts, '|') }
