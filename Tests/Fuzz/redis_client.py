"""A small Redis client of the fuzz's own: commands in one pipeline, and all that a server holds as one picture."""

import socket
from typing import NamedTuple


class RedisError(Exception):
    pass


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


class Key(NamedTuple):
    kind: str
    value: object  # dict of a hash, str, list, frozenset, or dict of a sorted set by member
    ends: int  # milliseconds since 1970, -1 where it has no TTL


READERS = {
    "hash": ("HGETALL",),
    "string": ("GET",),
    "list": ("LRANGE", "0", "-1"),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", "0", "-1", "WITHSCORES"),
}


class Client:
    def __init__(self, path: str, password: str = ""):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.reader = self.socket.makefile("rb")
        if password:
            self.do(("AUTH", password))

    def do(self, *commands: tuple) -> list:
        """The replies to the commands; raises the first error."""
        replies = []
        for first in range(0, len(commands), 500):
            some = commands[first : first + 500]
            self.socket.sendall(b"".join(_spelled(command) for command in some))
            replies += [self._reply() for _ in some]
        return replies

    def now(self) -> float:
        seconds, microseconds = self.do(("TIME",))[0]
        return int(seconds) + int(microseconds) / 1e6

    def _reply(self):
        line = self.reader.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return text(rest)
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            return None if length < 0 else text(self.reader.read(length + 2)[:-2])
        if kind == b"*":
            return [self._reply() for _ in range(int(rest))]
        raise RedisError(text(rest) or "Redis has closed the connection")

    def picture(self, prefix: str) -> dict:
        """Every key, by its name without the prefix. A key of another prefix keeps its whole name."""
        names = self.do(("KEYS", "*"))[0]
        kinds = self.do(*(("TYPE", name) for name in names))
        ends = self.do(*(("PEXPIRETIME", name) for name in names))
        values = self.do(*((READERS[kind][0], name, *READERS[kind][1:]) for name, kind in zip(names, kinds)))
        return {
            name.removeprefix(prefix): Key(kind, _shaped(kind, value), end)
            for name, kind, end, value in zip(names, kinds, ends, values)
        }


def _spelled(command: tuple) -> bytes:
    words = [raw(word if isinstance(word, str) else str(word)) for word in command]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def _shaped(kind: str, value):
    if kind == "hash":
        return dict(zip(value[0::2], value[1::2]))
    if kind == "zset":
        return dict(zip(value[0::2], map(float, value[1::2])))
    return frozenset(value) if kind == "set" else value
