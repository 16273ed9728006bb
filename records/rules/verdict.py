"""One chunk of rows → every refusal found, and the checked columns of what is good. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.choices import FieldRole
from common.gates import CLAUSES, FORM, Refusal, Refuse, refusing
from common.workbooks.cells import Cell
from records.rules import gates
from records.rules.columns import Checked, ColumnChecker, Problems
from records.rules.facts import PLATFORM_BASES, Facts, ItemFacts
from records.rules.periods import States
from records.rules.providers import Providers

_REMEMBERED: Final = 30_000  # days, and kinds of document on a day


def _by_column(refuse: Refuse) -> Refuse:
    """What is wrong with the form of a column of the platform's own is sent back by the platform's clause, not by the
    standard of the item."""

    def refuse_at(code: str, detail: str = "", *, pointer: str = "", basis: str = "") -> Refusal:
        own = PLATFORM_BASES.get(pointer, "") if CLAUSES[code].basis == FORM else ""
        return refuse(code, detail, pointer=pointer, basis=basis or own)

    return refuse_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """Columns run over all rows of the chunk; a good row has no entry in `refused` and no None in any column."""

    refused: Mapping[int, Sequence[Refusal]]
    checked: Mapping[str, Checked]
    items: Sequence[ItemFacts | None]
    kinds: Sequence[str | None]
    document_kinds: Sequence[str]
    decisions: Checked
    effective: Checked
    states: Sequence[States | None]


class Judge:
    """Judges chunk after chunk of one hand-in; keeps what it has seen, so that a value is checked once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._checker = ColumnChecker(facts)
        self._refuse = _by_column(refusing(facts.form_basis))
        self._publication = gates.Publication(facts)
        self._providers = Providers(facts)
        self._items: dict[str, ItemFacts | None] = {}
        self._kinds: dict[gates.KindCase, str] = {}

    def _not_in_future(self, decisions: Checked, problems: Problems) -> None:
        today = self.facts.today.isoformat()
        if max(filter(None, decisions), default="") > today:
            field = gates.pointer(self.facts, FieldRole.DECISION_DATE)
            late = (day is not None and day > today for day in decisions)
            problems.where(late, "date_in_future", field, "决定日期晚于报送当日")

    def _forget(self) -> None:
        """What a file writes as a kind of document may differ in every row."""
        if len(self._items) + len(self._kinds) > _REMEMBERED:
            self._items.clear()
            self._kinds.clear()

    def chunk(
        self, columns: Mapping[str, Sequence[Cell]], size: int, problems: Problems | None = None
    ) -> Verdict:
        """Judge `size` rows given as columns by field code or platform column name.

        `problems` may hold what the reader found already (say, a row with too many cells).
        """
        facts, problems = self.facts, problems or Problems()
        # what a chunk leaves empty counts as a column the file does not have (a 0 is no empty cell)
        columns = {name: cells for name, cells in columns.items() if any(cells) or cells.count("") < size}
        problems.cite(self._refuse)
        self._forget()
        checked = self._checker.check(columns, size, problems)

        def role(name: str) -> Checked:
            return gates.role_column(facts, checked, name, size)

        decisions = role(FieldRole.DECISION_DATE)
        self._not_in_future(decisions, problems)
        items = gates.item_in_force(facts, decisions, self._items, problems)
        gates.collected(facts, columns, size, self._checker, problems)
        documents = gates.document_kinds(
            facts, columns, items, decisions, self._checker, self._kinds, problems
        )
        numbers = role(FieldRole.DOCUMENT_NUMBER)
        effective = gates.document_dates(facts, columns, numbers, decisions, self._checker, problems)
        self._providers.check(checked, size, problems)
        kinds = gates.subject_kinds(facts, role(FieldRole.SUBJECT_KIND), items, problems)
        gates.subject_codes(facts, kinds, checked, problems)
        grounds = gates.grounds(facts, kinds, items, decisions, checked, problems)
        states = self._publication.column(items, grounds, decisions, effective, checked, problems)
        return Verdict(
            refused=problems.rows,
            checked=checked,
            items=items,
            kinds=kinds,
            document_kinds=documents,
            decisions=decisions,
            effective=effective,
            states=states,
        )
