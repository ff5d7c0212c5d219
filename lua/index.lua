-- Adds members to the index, and leaves those that are there as they are: no fence has held yet.
--
-- KEYS[1]   lease
-- KEYS[2]   index
-- ARGV[1]   owner of the lease
-- ARGV[2..] for each member: score in seconds, token; a thousand words at most, since unpack has a limited stack
--
-- Reply: {'applied', how many of them were new, Redis' clock in seconds, 0 where nobody may ask for it},
-- {'fenced', owner} where another run holds the lease, {'wrongtype', key} where the index is no sorted set.
local index = KEYS[2]
local owner = redis.call('GET', KEYS[1])
if owner ~= ARGV[1] then return { 'fenced', owner or '' } end
local index_type = redis.call('TYPE', index).ok
if index_type ~= 'zset' and index_type ~= 'none' then return { 'wrongtype', index } end
local time = redis.pcall('TIME')
return { 'applied', redis.call('ZADD', index, 'NX', unpack(ARGV, 2)), time.err and 0 or tonumber(time[1]) }
