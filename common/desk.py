"""What waits for an officer, as every room hands it to the home page of the workbench."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Task:
    """One thing this officer can do now: what it is about, what is to be done, until when (None = no clock runs)."""

    room: str
    title: str
    url: str
    what: str
    about: str = ""
    due: date | None = None
