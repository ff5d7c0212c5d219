"""Instants as Redis has them: whole seconds since 1970, and ISO 8601 with milliseconds and Z."""

import re
from datetime import datetime, timezone
from typing import Optional

AHEAD = 30 * 86400  # a hold that ends later than this is not meant so: most likely milliseconds

ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?Z", re.ASCII)


def integer(text: Optional[str]) -> Optional[int]:
    """A decimal integer in the spelling that Redis' counters take."""
    return int(text) if text is not None and re.fullmatch(r"0|-?[1-9][0-9]{0,18}", text) else None


def iso_seconds(text: Optional[str]) -> Optional[int]:
    found = ISO.fullmatch(text or "")
    if found is None:
        return None
    try:
        return int(datetime(*map(int, found.groups()), tzinfo=timezone.utc).timestamp())
    except ValueError:
        return None


def is_plausible(instant: int, now: float) -> bool:
    return 0 < instant <= now + AHEAD
