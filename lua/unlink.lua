-- Removes a key without blocking the server over its members.
--
-- KEYS[1]  lease
-- KEYS[2]  key
-- ARGV[1]  owner of the lease
--
-- Reply: {'applied'}, {'fenced', owner} where another run holds the lease.
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
redis.call('UNLINK', KEYS[2])
return { 'applied' }
