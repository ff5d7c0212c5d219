-- Makes Redis what an image was taken of. A hash has a TTL afterwards only where the model's clock has said so.
--
-- KEYS      as image.lua has them: all that there is
-- ARGV[1]   image
local image = cmsgpack.unpack(ARGV[1])
redis.call('DEL', unpack(KEYS))
if image[1] then redis.call('SET', KEYS[1], image[1]) end
for i = 2, #KEYS do
  if #image[i] > 0 then redis.call(i == 2 and 'ZADD' or 'HSET', KEYS[i], unpack(image[i])) end
end
local ends = image[#KEYS + 1] or {}
for n = 1, #ends, 2 do redis.call('PEXPIREAT', KEYS[ends[n]], ends[n + 1]) end
return 'ok'
