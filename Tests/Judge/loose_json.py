"""JSON as the platform reads it: by cjson inside Redis, and by JSON.parse outside of it.

Both take the last of two equal names, numbers in any spelling, names and texts with escapes. Where only one of them reads
a text, or the two read different values, the reading is doubtful: the platform itself would not agree on it.
"""

import re
import sys
from typing import NamedTuple

DEEPEST = 1000  # nesting that cjson reads; JSON.parse reads more
sys.setrecursionlimit(max(sys.getrecursionlimit(), 3 * DEEPEST))

SPACE = re.compile(r"[ \t\n\r]*")
PLAIN = re.compile(r'[^"\\]*')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
# What strtod takes besides, and cjson with it.
LOOSE_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-f]+|inf(?:inity)?|nan|[0-9]+\.?[0-9]*(?:e[-+]?[0-9]+)?)", re.IGNORECASE)
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"true": True, "false": False, "null": None}


class NotJSON(Exception):
    """Neither of the two reads the text."""


class Reading(NamedTuple):
    value: object  # dict, list, str, float, bool or None
    doubtful: bool


def read(text: str) -> Reading:
    """Reads one JSON text, in which bytes that are no UTF-8 are escaped as surrogates."""
    return _Reader(text).whole()


class _Reader:
    def __init__(self, text: str):
        self.text = text
        self.at = 0
        self.doubtful = not text.isascii() and re.search("[\ud800-\udfff]", text) is not None

    def whole(self) -> Reading:
        value = self.value(1)
        self.skip_space()
        if self.at < len(self.text):
            raise NotJSON
        return Reading(value, self.doubtful)

    def skip_space(self):
        self.at = SPACE.match(self.text, self.at).end()

    def peek(self) -> str:
        self.skip_space()
        return self.text[self.at : self.at + 1]

    def take(self, character: str) -> bool:
        """Takes the character where it comes next."""
        if self.peek() != character:
            return False
        self.at += 1
        return True

    def expect(self, character: str):
        if not self.take(character):
            raise NotJSON

    def value(self, depth: int):
        if depth > DEEPEST:
            raise NotJSON
        first = self.peek()
        if first == '"':
            return self.string()
        if first == "[":
            return self.array(depth)
        if first == "{":
            return self.object(depth)
        for word, value in WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.number()

    def array(self, depth: int) -> list:
        self.expect("[")
        values = []
        if self.take("]"):
            return values
        while True:
            values.append(self.value(depth + 1))
            if self.take("]"):
                return values
            self.expect(",")

    def object(self, depth: int) -> dict:
        self.expect("{")
        values = {}
        if self.take("}"):
            return values
        while True:
            if self.peek() != '"':
                raise NotJSON
            name = self.string()
            self.expect(":")
            values[name] = self.value(depth + 1)
            if self.take("}"):
                return values
            self.expect(",")

    def number(self) -> float:
        strict = NUMBER.match(self.text, self.at)
        loose = LOOSE_NUMBER.match(self.text, self.at)
        if loose is None:
            raise NotJSON
        self.doubtful |= strict is None or strict.end() != loose.end()
        self.at = loose.end()
        spelled = loose.group()
        try:
            return float(int(spelled, 16)) if "x" in spelled.lower() else float(spelled)
        except OverflowError:
            raise NotJSON from None

    def string(self) -> str:
        self.expect('"')
        pieces = []
        while True:
            plain = PLAIN.match(self.text, self.at)
            pieces.append(plain.group())
            self.at = plain.end() + 1
            if "\0" in plain.group() or self.at > len(self.text):
                raise NotJSON
            self.doubtful |= any(character < " " for character in plain.group())  # cjson alone takes these
            if self.text[plain.end()] == '"':
                return "".join(pieces)
            pieces.append(self.escaped())

    def escaped(self) -> str:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter in ESCAPES:
            return ESCAPES[letter]
        if letter != "u":
            raise NotJSON
        code = self.code_unit()
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
            before = self.at
            self.at += 2
            low = self.code_unit()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00)
            self.at = before
        if 0xD800 <= code < 0xE000:
            self.doubtful = True  # half a pair, which JSON.parse alone takes
            return "\ufffd"
        return chr(code)

    def code_unit(self) -> int:
        digits = self.text[self.at : self.at + 4]
        if not re.fullmatch("[0-9a-fA-F]{4}", digits):
            raise NotJSON
        self.at += 4
        return int(digits, 16)
