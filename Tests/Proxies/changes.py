"""What a proxy makes of one reply: bytes for the client, and whether its connection ends behind them."""

import re
import struct

LARGE = 1 << 20


class Changes:
    """Ways to change replies of one server, by chance that can be had again."""

    def __init__(self, chance, ways):
        self.chance = chance
        self.ways = ways

    def change(self, reply: bytes) -> tuple:
        """The changed reply, whether it ends the connection, and what was done."""
        way = self.chance.choice(self.ways)
        changed, ends = way(self.chance, reply)
        return changed, ends, way.__name__


def same_length(chance, reply):
    """One byte is another one."""
    at = chance.randrange(len(reply))
    return reply[:at] + bytes([chance.randrange(256)]) + reply[at + 1 :], False


def other_number(chance, reply):
    """A number in it is another one of as many digits."""
    places = list(re.finditer(rb"[0-9]+", reply))
    if not places:
        return same_length(chance, reply)
    place = chance.choice(places)
    digits = bytes(chance.choice(b"0123456789") for _ in place.group())
    return reply[: place.start()] + digits + reply[place.end() :], False


def cut(chance, reply):
    return reply[: chance.randrange(len(reply))], True


def twice(_chance, reply):
    return reply + reply, False


def never(_chance, _reply):
    return b"", False


def more(chance, reply):
    at = chance.randrange(len(reply) + 1)
    return reply[:at] + chance.randbytes(chance.choice([1, 7, 300])) + reply[at:], False


def less(chance, reply):
    at = chance.randrange(len(reply))
    return reply[:at] + reply[at + chance.choice([1, 2, 9]) :], False


# Redis


def other_kind(chance, reply):
    return bytes([chance.choice(b"+-:$*_#,(!=%~>")]) + reply[1:], False


def long_text(chance, reply):
    return b"$%d\r\n" % chance.choice([2**31, 536870912, 10**18, -5]) + reply, False


def long_array(chance, reply):
    return b"*%d\r\n" % chance.choice([2**31 - 1, 10**7, 10**12, -9]) + reply, False


def nested(chance, reply):
    return b"*1\r\n" * chance.choice([3, 7, 8, 2000]) + reply, False


def error(chance, _reply):
    words = [
        b"ERR no", b"LOADING it loads", b"NOSCRIPT no", b"MOVED 1 127.0.0.1:1", b"READONLY no", b"OOM no", b"NOAUTH no",
        b"WRONGTYPE no", b"BUSY no", b"NOPERM no", b"", b"ERR unknown command 'x'", b"ERR " + b"x" * LARGE,
    ]  # fmt: skip
    return b"-" + chance.choice(words) + b"\r\n", False


def other_value(chance, _reply):
    values = [
        b"$-1\r\n", b"*-1\r\n", b"*0\r\n", b":0\r\n", b":-9223372036854775808\r\n", b"$0\r\n\r\n", b"+OK\r\n",
        b":9223372036854775808\r\n", b"$%d\r\n%s\r\n" % (LARGE, b"y" * LARGE), b"*2\r\n$1\r\n1\r\n*0\r\n",
        b"*2\r\n$1\r\n0\r\n*1\r\n:1\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
    ]  # fmt: skip
    return chance.choice(values), False


def endless_line(_chance, _reply):
    return b"+" + b"x" * (4 * LARGE), False


REDIS = [
    same_length, other_number, cut, twice, never, more, less, other_kind, long_text, long_array, nested, error,
    other_value, endless_line,
]  # fmt: skip


# PostgreSQL


def message(letter: bytes, body: bytes) -> bytes:
    return letter + struct.pack("!i", len(body) + 4) + body


def other_letter(chance, reply):
    return bytes([chance.choice(b"DTCZEGHWdcNASK123nstIRVXx\0")]) + reply[1:], False


def other_length(chance, reply):
    length = chance.choice([0, 3, 4, 5, len(reply), len(reply) + 40, 2**31 - 1, 2**30, -1])
    return reply[:1] + struct.pack("!i", length) + reply[5:], False


def copy_begins(chance, reply):
    """A COPY that nothing has asked for, alone, before the reply, and behind an error."""
    begin = message(chance.choice([b"G", b"H", b"W"]), b"\0\0\1\0\0")
    refusal = message(b"E", b"SERROR\0VERROR\0CXX000\0Mno\0\0")
    return chance.choice([begin, begin + reply, refusal + begin, refusal + begin + reply]), False


def refused(chance, _reply):
    state = chance.choice([b"57014", b"40001", b"42501", b"42P01", b"25006", b"53300", b"57P01", b"XX000", b"08006"])
    words = chance.choice([b"no", b"x" * LARGE, b"\x1b[2Jescape\nline"])
    body = b"S%s\0C%s\0M%s\0" % (chance.choice([b"ERROR", b"FATAL"]), state, words)
    return message(b"E", body + b"\0") + message(b"Z", chance.choice([b"I", b"E", b"T"])), False


def ready(chance, reply):
    state = message(b"Z", chance.choice([b"I", b"T", b"E", b"?"]))
    return chance.choice([state, state + reply, reply + state]), False


def told(chance, reply):
    notice = message(b"N", b"SNOTICE\0C00000\0M%s\0\0" % (b"x" * LARGE))
    setting = message(b"S", b"client_encoding\0LATIN1\0")
    heard = message(b"A", b"\0\0\0\1a\0b\0")
    return chance.choice([notice, setting, heard]) + reply, False


def other_row(chance, reply):
    """A row of other values: none, NULL, an empty one, a large one."""
    value = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", struct.pack("!i", LARGE) + b"9" * LARGE, b"\0\0\0\1x"])
    count = chance.choice([0, 1, 2, 30])
    letter = reply[:1] if reply[:1] in b"Dd" else b"D"
    return message(letter, struct.pack("!h", count) + value * count), False


POSTGRES = [
    same_length, other_number, cut, twice, never, more, less, other_letter, other_length, copy_begins, refused, ready,
    told, other_row,
]  # fmt: skip
