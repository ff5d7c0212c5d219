-- Takes the lease of one shard, beside shards that share its work and beside nobody else.
--
-- KEYS[1]  lease of the shard
-- KEYS[2]  the common lease: it says how many shards there are, or is that of a run that is not split
-- ARGV[1]  owner
-- ARGV[2]  milliseconds that both last from now on
-- ARGV[3]  the value of the common lease for this number of shards
--
-- Reply: {'joined'}, {'fenced', owner} where another run holds either.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return { 'fenced', owner } end
local common = redis.call('GET', KEYS[2])
if common and common ~= ARGV[3] then return { 'fenced', common } end
-- The common lease outlives every shard's: it is set after the shard's, and its life is never shortened.
local life = math.max(tonumber(ARGV[2]), redis.call('PTTL', KEYS[2]))
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'PX', string.format('%d', life))
return { 'joined' }
