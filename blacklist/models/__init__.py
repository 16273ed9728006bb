"""Tables of the serious-dishonesty list (严重失信主体名单): schemes, cases, entries. What each forbids stands in its module."""

from blacklist.models.cases import CaseFile, CaseStep, ListCase, ListDecision, NumberSeries
from blacklist.models.entries import EntryChange, ListEntry
from blacklist.models.honours import HonourChange, HonourEntry, HonourScheme
from blacklist.models.imports import DeliveredRow, ImportedRow, ImportSource, ListDelivery, RefusedRow
from blacklist.models.schemes import ListScheme, SchemeAttempt

__all__ = [
    "CaseFile",
    "CaseStep",
    "DeliveredRow",
    "EntryChange",
    "HonourChange",
    "HonourEntry",
    "HonourScheme",
    "ImportSource",
    "ImportedRow",
    "ListCase",
    "ListDecision",
    "ListDelivery",
    "ListEntry",
    "ListScheme",
    "NumberSeries",
    "RefusedRow",
    "SchemeAttempt",
]
