-- Gives the lease of a run back, where it is still that run's.
--
-- KEYS[1]   lease
-- KEYS[2]   for a shard, the common lease, which goes with the last shard's
-- KEYS[3..] and the leases of the other shards
-- ARGV[1]   owner
-- ARGV[2]   for a shard, what the common lease says
--
-- Reply: {'yielded'}, {'fenced', owner} where another run holds it, or nobody: then the owner is ''.
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
redis.call('DEL', KEYS[1])
if KEYS[2] and redis.call('GET', KEYS[2]) == ARGV[2] and redis.call('EXISTS', unpack(KEYS, 3)) == 0 then
  redis.call('DEL', KEYS[2])
end
return { 'yielded' }
