-- Writes healthy inventory hashes, as the platform does when an event goes on sale.
--
-- ARGV[1]  JSON array of {key, total, sold, available}, the counts as decimal text
-- Reply    how many
local categories = cjson.decode(ARGV[1])

for _, category in ipairs(categories) do
    redis.call('HSET', category.key,
        'total', category.total, 'sold', category.sold, 'pending', '0',
        'available', category.available, 'version', '1')
end
return #categories
