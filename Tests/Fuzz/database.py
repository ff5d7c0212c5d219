"""Databases of the fuzz: the platform's tables without a constraint, each profile with column types of its own.

Constraints are what keeps odd rows out of a sound platform; views, restores and other people's schemas let them in.
"""

import subprocess
from typing import Optional

# By profile: the type of ids of events, categories and orders; of seats; of instants.
PROFILES = {
    "plain": ("text", "integer", "timestamptz"),
    "numeric": ("text", "numeric", "timestamptz"),
    "text": ("text", "text", "timestamptz"),
    "numbers": ("bigint", "bigint", "timestamptz"),
    "local": ("text", "integer", "timestamp"),  # without a zone, as the platform's ORM makes them: UTC
}

TABLES = {
    "events": ("id",),
    "ticket_categories": ("id", "event_id", "quantity_total", "quantity_sold"),
    "orders": (
        "id", "event_id", "hold_token", "status", "payment_status", "expires_at", "created_at", "paid_at", "updated_at",
    ),
    "order_items": ("order_id", "category_id", "quantity"),
    "tickets": ("id", "order_id", "event_id", "category_id", "status"),
    "api_idempotency": ("idempotency_key", "status", "hold_token", "created_at", "expires_at", "completed_at"),
}
SEATS = {"quantity_total", "quantity_sold", "quantity"}
IDS = {"id", "event_id", "order_id", "category_id"}


class Database:
    """A connection through one long-lived psql."""

    def __init__(self, connection: str):
        words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-", connection]
        self.psql = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def run(self, script: str):
        """Runs statements and waits for their end."""
        self.psql.stdin.write(script.encode() + b"\n\\echo done\n")
        self.psql.stdin.flush()
        if self.psql.stdout.readline() != b"done\n":
            raise RuntimeError(f"psql refused: {script[:2000]}")

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()

    def create_tables(self, profile: str):
        identifier, seats, instant = PROFILES[profile]
        for table, columns in TABLES.items():
            types = [
                f"{name} "
                + (
                    seats if name in SEATS
                    else identifier if name in IDS and table != "tickets"
                    else "text" if not name.endswith("_at") else instant
                )
                for name in columns
            ]
            self.run(f"CREATE TABLE {table} ({', '.join(types)});")
        if identifier != "text":
            self.run(f"ALTER TABLE tickets ALTER order_id TYPE {identifier} USING NULL, "
                     f"ALTER category_id TYPE {identifier} USING NULL;")
        self.run("CREATE INDEX ON orders (hold_token); CREATE INDEX ON orders (event_id);")

    def load(self, rows: dict):
        """Replaces all rows; `rows` has dictionaries by table."""
        script = ["BEGIN;", f"TRUNCATE {', '.join(TABLES)};"]
        for table, columns in TABLES.items():
            if rows.get(table):
                script.append(f"COPY {table} ({', '.join(columns)}) FROM STDIN;")
                script += ["\t".join(_field(row.get(name)) for name in columns) for row in rows[table]]
                script.append("\\.")
        self.run("\n".join([*script, "COMMIT;"]))


def _field(value: Optional[str]) -> str:
    if value is None:
        return "\\N"
    escaped = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return escaped
