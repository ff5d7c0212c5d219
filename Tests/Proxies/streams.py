"""What a server sends, cut into what a client takes for one reply each: RESP2 values, and PostgreSQL's messages."""


def resp_end(data: bytes, at: int = 0) -> int:
    """Where the value that begins at `at` ends; 0 while that has not come."""
    line = data.find(b"\r\n", at)
    if line < 0:
        return 0
    kind, text, after = data[at : at + 1], data[at + 1 : line], line + 2
    if kind == b"$":
        end = after + int(text) + 2 if int(text) >= 0 else after
        return end if end <= len(data) else 0
    if kind == b"*":
        for _ in range(max(int(text), 0)):
            after = resp_end(data, after)
            if not after:
                return 0
    return after


def postgres_end(data: bytes, at: int = 0) -> int:
    """The same of a message: a letter, its length, which counts itself, and what that says."""
    if len(data) < at + 5:
        return 0
    end = at + 1 + int.from_bytes(data[at + 1 : at + 5], "big")
    return end if end <= len(data) else 0


class Replies:
    """Bytes as they come, and the whole replies in them."""

    def __init__(self, end):
        self.end = end
        self.held = b""

    def take(self, data: bytes) -> list:
        self.held += data
        replies = []
        while self.held and (end := self.end(self.held)):
            replies.append(self.held[:end])
            self.held = self.held[end:]
        return replies
