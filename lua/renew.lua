-- Renews the lease of a run, where it is still that run's.
--
-- KEYS[1]  lease
-- KEYS[2]  for a shard, the common lease
-- ARGV[1]  owner
-- ARGV[2]  milliseconds that it lasts from now on
-- ARGV[3]  for a shard, the value of the common lease
--
-- Reply: {'renewed'}, {'fenced', owner} where another run holds it, or nobody: then the owner is ''.
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
local life
if KEYS[2] then
  local common = redis.call('GET', KEYS[2])
  if common ~= ARGV[3] then return { 'fenced', common or '' } end
  life = math.max(tonumber(ARGV[2]), redis.call('PTTL', KEYS[2]))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
-- As in join.lua: set after the shard's own, and never shortened.
if life then redis.call('PEXPIRE', KEYS[2], string.format('%d', life)) end
return { 'renewed' }
