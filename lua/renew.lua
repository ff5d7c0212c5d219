-- Renews the lease of a run, where it is still that run's.
--
-- KEYS[1]  lease
-- ARGV[1]  owner
-- ARGV[2]  milliseconds that it is good for from now on
--
-- Reply: {'renewed'}, {'fenced', owner} where another run holds it, or nobody: then the owner is ''.
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 'renewed' }
