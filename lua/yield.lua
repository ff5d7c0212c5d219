-- Gives the lease of a run back, where it is still that run's.
--
-- KEYS[1]  lease
-- ARGV[1]  owner
--
-- Reply: {'yielded'}, {'fenced', owner} where another run holds it, or nobody: then the owner is ''.
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
redis.call('DEL', KEYS[1])
return { 'yielded' }
