"""Statutory clocks as dated data: how many days the law gives for what, since when, and on which clause.

Data flow: `<room>/reference/deadlines.toml` or the workbench → `DeadlineRule` rows → `due(code, start)` → the last day. The rule in
force on the day a clock starts governs it to its end; a later change does not reach clocks already running.

Rejected: *a column per clock in each room's own rule table* (every room would repeat the dated columns, the page and the
service); *constants in code* (a changed regulation would need a release).
"""

from catalog.deadlines.selectors import DeadlineUnknown, Due, code_for, due, rule_on

__all__ = ["DeadlineUnknown", "Due", "code_for", "due", "rule_on"]
