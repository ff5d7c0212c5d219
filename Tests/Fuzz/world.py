"""A small world: a few events of a platform, its rows in SQL and its keys in Redis."""

from typing import NamedTuple, Optional


class KeyMade(NamedTuple):
    """A key to make, named without the prefix."""

    name: str
    kind: str  # hash | string | list | set | zset
    value: object
    ends: Optional[int] = None  # seconds since 1970


class World:
    def __init__(self, name: str, profile: str):
        self.name = name  # SEED/BATCH/NUMBER, which is all that is needed to make it again
        self.profile = profile
        self.rows = {}  # lists of dictionaries by table; values are texts, as SQL has them
        self.keys = []
        self.members = []  # pairs of a token and a score
        self.messages = []  # pairs of a list's number, 0 or 1, and a message
        self.abandoned = []  # orders that the operator gives up, by their ids

    def add(self, table: str, **row: Optional[str]):
        self.rows.setdefault(table, []).append(row)

    def tokens(self) -> set:
        found = {row["hold_token"] for row in self.rows.get("orders", ()) if row.get("hold_token") is not None}
        found |= {key.name.removeprefix("holds:") for key in self.keys if key.name.startswith("holds:")}
        return found | {token for token, _ in self.members}

    def events(self) -> set:
        named = {row["event_id"] for row in self.rows.get("ticket_categories", ())}
        return {event for event in named | {row["id"] for row in self.rows.get("events", ())} if event is not None}

    def commands(self, prefix: str) -> list:
        """What makes its keys."""
        commands = []
        for key in self.keys:
            name = prefix + key.name
            if key.kind == "hash":
                commands.append(("HSET", name, *(word for pair in key.value.items() for word in pair)))
            elif key.kind == "string":
                commands.append(("SET", name, key.value))
            elif key.kind == "zset":
                commands.append(("ZADD", name, *(word for member, score in key.value for word in (score, member))))
            else:
                commands.append(({"list": "RPUSH", "set": "SADD"}[key.kind], name, *key.value))
            if key.ends is not None:
                commands.append(("EXPIREAT", name, key.ends))
        commands += [("ZADD", prefix + "holds:expiration-index", score, token) for token, score in self.members]
        return commands

    def parts(self) -> list:
        """What it is made of, for a search of the least that still shows a fault."""
        return (
            [("rows", table, row) for table, rows in self.rows.items() for row in rows]
            + [("keys", None, key) for key in self.keys]
            + [("members", None, member) for member in self.members]
            + [("messages", None, message) for message in self.messages]
        )

    def of(self, parts: list) -> "World":
        """The same world with these parts alone."""
        less = World(self.name, self.profile)
        less.abandoned = self.abandoned
        for kind, table, part in parts:
            if kind == "rows":
                less.rows.setdefault(table, []).append(part)
            else:
                getattr(less, kind).append(part)
        return less

    def shown(self) -> str:
        lines = [f"world {self.name}, database {self.profile}"]
        for table, rows in self.rows.items():
            lines += [f"  SQL {table}: " + ", ".join(f"{k}={v!r}" for k, v in row.items()) for row in rows]
        lines += [f"  Redis {key.kind} {key.name!r}, ends {key.ends}: {key.value!r}" for key in self.keys]
        lines += [f"  Redis index: {token!r} {score}" for token, score in self.members]
        lines += [f"  Redis {'dead letter' if which else 'message'}: {message!r}" for which, message in self.messages]
        lines += [f"  option: --abandon-order {order!r}" for order in self.abandoned]
        return "\n".join(lines)
