"""What Redis says, read through redis-cli."""

import re
import shlex
import subprocess
from typing import Iterator

import evidence
from holds import FIELDS
from sql_reading import Unreadable

COUNTS = ("total", "sold", "pending", "available", "version")
INDEX = "holds:expiration-index"
STEP = 10_000  # elements of a list or a sorted set at a time

# Each script answers one string of frames, `length:bytes`, or `-1:` for a value that is missing: Redis values may hold any
# byte, and cjson and line-wise output do not carry them all.
FRAMES = """
local out = { 'frames ' }
local function put(value)
    if value then
        out[#out + 1] = #value .. ':' .. value
    else
        out[#out + 1] = '-1:'
    end
end
"""

# ARGV: cursor, pattern, length of the prefix. Answers: next cursor, then for each key its name without the prefix, its
# type, and of a hash the fields that are judged.
SCAN = FRAMES + """
local fields = { ['inventory:'] = { %s }, ['holds:'] = { %s } }
local reply = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 2000)
put(reply[1])
for _, key in ipairs(reply[2]) do
    local name = string.sub(key, ARGV[3] + 1)
    local wanted = fields[string.match(name, '^%%a+:')]
    if wanted then
        local kind = redis.call('TYPE', key).ok
        put(name)
        put(kind)
        if kind == 'hash' then
            for _, value in ipairs(redis.call('HMGET', key, unpack(wanted))) do put(value) end
        end
    end
end
return table.concat(out)
""" % tuple(", ".join(f"'{name}'" for name in names) for names in (COUNTS, FIELDS))

# KEYS: the index. ARGV: first and last rank. Answers: member, score, member, score, …
SLICE = FRAMES + """
for _, value in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')) do put(value) end
return table.concat(out)
"""

# KEYS: a list. ARGV: first and last place. Answers: its type, and where it is a list its messages.
MESSAGES = FRAMES + """
local kind = redis.call('TYPE', KEYS[1]).ok
put(kind)
if kind == 'list' then
    for _, value in ipairs(redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[2])) do put(value) end
end
return table.concat(out)
"""


class Redis:
    def __init__(self, arguments: str, prefix: str, queue: str):
        self.command = ["redis-cli", *shlex.split(arguments), "--raw"]
        self.prefix = prefix
        self.inventory = {}  # name without the prefix → the counts by name, or the type of a key that is no hash
        self.holds = {}  # token → the fields by name, or the type of a key that is no hash
        self.index_type = None
        self._read_keys()
        self.index = dict(self._read_index()) if self.index_type == "zset" else {}
        self.queue = evidence.Queue(
            [evidence.ABSENT] if queue == "none" else [self._read_list(queue), self._read_list(queue + ":dead-letter")]
        )
        self.now = int(self._run("TIME").split()[0])

    def _run(self, *words: str) -> bytes:
        done = subprocess.run([*self.command, *(os_bytes(word) for word in words)], stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise Unreadable(f"redis-cli ended with status {done.returncode}")
        return done.stdout

    def _frames(self, script: str, keys: list, *arguments: str) -> list:
        reply = self._run("EVAL", script, str(len(keys)), *keys, *arguments)
        if not reply.startswith(b"frames "):
            raise Unreadable(f"redis-cli answered {reply[:200]!r}")
        values, position, end = [], len(b"frames "), len(reply) - 1  # redis-cli adds a line feed
        while position < end:
            colon = reply.index(b":", position)
            length = int(reply[position:colon])
            position = colon + 1 + max(length, 0)
            values.append(None if length < 0 else reply[colon + 1 : position].decode("utf-8", "surrogateescape"))
        return values

    def _read_keys(self):
        pattern = re.sub(r"([\\*?\[\]^-])", r"\\\1", self.prefix) + "*"
        cursor = "0"
        while True:
            values = iter(self._frames(SCAN, [], cursor, pattern, str(len(os_bytes(self.prefix)))))
            cursor = next(values)
            for name in values:
                self._keep(name, next(values), values)
            if cursor == "0":
                return

    def _keep(self, name: str, kind: str, values: Iterator):
        if name.startswith("inventory:"):
            self.inventory[name] = {field: next(values) for field in COUNTS} if kind == "hash" else kind
            return
        found = {field: next(values) for field in FIELDS} if kind == "hash" else kind
        if name == INDEX:
            self.index_type = kind
        else:
            self.holds[name.removeprefix("holds:")] = found

    def _read_index(self) -> Iterator:
        first = 0
        while members := self._frames(SLICE, [self.prefix + INDEX], str(first), str(first + STEP - 1)):
            yield from zip(members[0::2], map(float, members[1::2]))
            first += STEP

    def _read_list(self, name: str):
        """The messages of a list, none where there is no such key."""
        messages = []
        while True:
            first = len(messages)
            kind, *some = self._frames(MESSAGES, [self.prefix + name], str(first), str(first + STEP - 1))
            if kind not in ("list", "none"):
                return evidence.UNREADABLE
            messages += some
            if len(some) < STEP:
                return messages


def is_inventory(found: dict) -> bool:
    """Whether a hash has what only an inventory has; with anything else it is somebody else's."""
    total, pending = found.get("total"), found.get("pending")
    return None not in (found.get("available"), found.get("version")) and (total, pending) != (None, None)


def os_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
