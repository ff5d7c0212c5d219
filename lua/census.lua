-- Reads which event each hold belongs to. Writes nothing.
--
-- KEYS   hold hashes
--
-- Reply, flat, for each key: kind, text, metadata.
-- kind 0: no key; 1: text is the event id, which all entries name as the platform writes them; 2: entries are spelt
-- otherwise, name several or none, text is entries and metadata the field of that name, for the caller to read;
-- 3: no hash.
local reply, n = {}, 0

-- Whether every eventId in a text is this event, spelt as the platform writes it.
local function names_only(text, event)
  -- The name may be written with an escape.
  if string.find(text, '\\', 1, true) then return false end
  local spelt = '"eventId":"' .. event .. '"'
  local found = string.find(text, '"eventId"', 1, true)
  while found do
    if string.sub(text, found, found + #spelt - 1) ~= spelt then return false end
    found = string.find(text, '"eventId"', found + #spelt, true)
  end
  return true
end

for i = 1, #KEYS do
  local fields = redis.pcall('HMGET', KEYS[i], 'entries')
  local kind, text, metadata = 2, fields[1], false
  if fields.err then
    if not string.find(fields.err, 'WRONGTYPE', 1, true) then return fields end
    kind, text = 3, false
  else
    -- A value without a backslash needs no decoder; cjson would cost ten times as much.
    local event = text and string.match(text, '^%[{"eventId":"([^"\\%c]*)"')
    if event and names_only(text, event) then
      kind, text = 1, event
    else
      metadata = redis.call('HMGET', KEYS[i], 'metadata')[1]
      if not text and not metadata and redis.call('EXISTS', KEYS[i]) == 0 then kind = 0 end
    end
  end
  reply[n + 1], reply[n + 2], reply[n + 3] = kind, text, metadata
  n = n + 3
end
return reply
