-- Redis runs Lua 5.1 and gives a script these globals; everything else a script must declare itself.
std = "lua51"
read_globals = { "redis", "cjson", "cmsgpack", "KEYS", "ARGV" }
max_line_length = 120
