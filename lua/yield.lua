-- Gives the lease of a run back, where it is still that run's.
--
-- KEYS[1]   lease
-- KEYS[2]   for a shard, the common lease, which goes with the last shard's
-- KEYS[3..] and the leases of the other shards
-- ARGV[1]   owner
-- ARGV[2]   for a shard, the value of the common lease
--
-- Reply: {'yielded'}, {'fenced', owner} where another run holds it, or nobody: then the owner is ''.
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
-- All is read before anything is written, so that a key of another type is an error before any write.
local is_last = KEYS[2] and redis.call('GET', KEYS[2]) == ARGV[2]
for i = 3, #KEYS do
  is_last = is_last and redis.call('EXISTS', KEYS[i]) == 0
end
redis.call('DEL', KEYS[1])
if is_last then redis.call('DEL', KEYS[2]) end
return { 'yielded' }
