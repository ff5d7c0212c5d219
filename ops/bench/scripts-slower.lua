-- Reads from the slow log how long scripts took. Writes nothing.
--
-- ARGV[1..]  limits in microseconds, none below the log's own
--
-- Reply: the longest script in microseconds, or 0 where none was logged; then for each limit, how many took longer.
local reply = { 0 }
for i = 1, #ARGV do reply[i + 1] = 0 end
-- -1 for all of it is Redis 7's; older ones take any number.
for _, entry in ipairs(redis.call('SLOWLOG', 'GET', 1000000)) do
  local took, command = entry[3], string.lower(entry[4][1])
  if string.find(command, '^eval') then
    reply[1] = math.max(reply[1], took)
    for i = 1, #ARGV do
      if took > tonumber(ARGV[i]) then reply[i + 1] = reply[i + 1] + 1 end
    end
  end
end
return reply
