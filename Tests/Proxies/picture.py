"""What Redis holds, so that it can be put back, and what the judge says of it."""

import json
import os
import socket
import subprocess
import sys

JUDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Judge", "independent_count.py")


class Redis:
    """As much of a client as is needed here; replies are bytes, numbers, lists or None."""

    def __init__(self, path: str):
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(path)
        self.file = self.connection.makefile("rb")

    def call(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        command = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
        self.connection.sendall(command)
        return self.reply()

    def reply(self):
        line = self.file.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return rest


class Picture:
    """All keys with their values and the instants at which they end."""

    def __init__(self, redis: Redis):
        self.dumps = {}
        self.keys = {}
        for key in sorted(redis.call("KEYS", "*")):
            ends = redis.call("PEXPIRETIME", key)
            self.dumps[key] = (redis.call("DUMP", key), ends)
            # A hash that was restored may come in another order.
            self.keys[key] = (self.value(redis, key), ends)

    @staticmethod
    def value(redis: Redis, key: bytes):
        kind = redis.call("TYPE", key)
        if kind == b"hash":
            words = redis.call("HGETALL", key)
            return dict(zip(words[::2], words[1::2]))
        if kind == b"zset":
            return redis.call("ZRANGE", key, 0, -1, "WITHSCORES")
        if kind == b"list":
            return redis.call("LRANGE", key, 0, -1)
        return sorted(redis.call("SMEMBERS", key)) if kind == b"set" else redis.call("DUMP", key)

    def differs_from(self, other: "Picture") -> list:
        """Names of keys that one has and the other has not, or differently; a key whose time is over is none."""
        return sorted(key for key in self.keys.keys() | other.keys.keys() if self.keys.get(key) != other.keys.get(key))

    def put_back(self, redis: Redis):
        redis.call("FLUSHALL")
        for key, (value, ends) in self.dumps.items():
            redis.call("RESTORE", key, ends if ends > 0 else 0, value, "ABSTTL")


def judged(psql: str, path: str, prefix: str) -> dict:
    words = [sys.executable, JUDGE, "--psql", psql, "--redis", f"-s {path}", "--prefix", prefix, "--json"]
    return json.loads(subprocess.run(words, check=False, capture_output=True, text=True).stdout)
