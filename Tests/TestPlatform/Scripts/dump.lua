-- Everything that the server holds, for comparing before with after.
--
-- Reply    one line a key, in the order of the keys: key and DUMP payload as hex, PEXPIRETIME (-1: none; ?: Redis 6)
local hex = {}
for byte = 0, 255 do hex[string.char(byte)] = string.format('%02x', byte) end

local keys = redis.call('KEYS', '*')
table.sort(keys)
local lines = {}
for i, key in ipairs(keys) do
    -- A hash that has grown is rehashed a step at each look, which changes its payload though not its content:
    -- finish it.
    if redis.call('TYPE', key).ok == 'hash' then
        for _ = 1, 128 do redis.call('HEXISTS', key, '') end
    end
    local expiry = redis.pcall('PEXPIRETIME', key)
    if type(expiry) == 'table' then expiry = '?' end
    lines[i] = table.concat({
        (key:gsub('.', hex)), (redis.call('DUMP', key):gsub('.', hex)), string.format('%s', expiry),
    }, ' ')
end
return table.concat(lines, '\n')
