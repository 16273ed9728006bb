"""Public identifiers: what stands in addresses and interfaces instead of row numbers, which could be counted up."""

import secrets

LENGTH = 16


def public_ids(count: int) -> list[str]:
    """Many at once: the calls cost more than the characters."""
    drawn = secrets.token_urlsafe(count * LENGTH * 3 // 4)
    ids = [drawn[start : start + LENGTH] for start in range(0, count * LENGTH, LENGTH)]
    return [public_id() if one.startswith("-") else one for one in ids]


def public_id() -> str:
    """16 url-safe random characters (96 bits): unique without asking anybody, and not guessable.

    None begins with a dash: a table for spreadsheets would have to put an apostrophe before it, and a command take it for an option.
    """
    while (found := secrets.token_urlsafe(LENGTH * 3 // 4)).startswith("-"):
        pass
    return found
