-- The order of a claimed hold is written. It asks nothing: on a hash that has ended it makes a new one of two fields,
-- without TTL.
--
-- KEYS[1]  holds:{token}
-- ARGV[1]  order reference
-- Reply    ok
redis.call('HSET', KEYS[1], 'status', 'checkout_committed', 'orderReference', ARGV[1])
return 'ok'
