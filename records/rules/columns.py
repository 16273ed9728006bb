"""Columns of cells → columns of checked values and the problems found. Pure; works by distinct value.

In a checked column "" is empty and None is wrong: a wrong value has its problem already and triggers nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress, count
from operator import not_

from catalog.choices import FieldRole, FieldType
from catalog.conditions import Condition, When
from common.gates import Refusal, Refuse, refuse
from common.identifiers import document_problem, is_placeholder_uscc, uscc_problem
from common.workbooks.cells import Cell
from records.rules import values
from records.rules.facts import Facts, FieldFacts
from records.rules.values import ValueProblem

Checked = Sequence[str | None]
_REMEMBERED = 20_000  # distinct values kept per field; bounds memory on columns where all differ


@dataclass
class Problems:
    """Refusals by row of the chunk; a row without an entry is good."""

    rows: defaultdict[int, list[Refusal]] = field(default_factory=lambda: defaultdict(list))
    refuse: Refuse = refuse

    def cite(self, refuse: Refuse) -> None:
        """Refuse by other clauses from now on, what has been found already among it."""
        self.refuse = refuse
        for row, found in self.rows.items():
            self.rows[row] = [refuse(one.code, one.detail, pointer=one.pointer) for one in found]

    def add(self, row: int, code: str, pointer: str = "", detail: str = "") -> None:
        """Add a refusal unless the row has one of this code for this field already."""
        found = self.rows[row]
        if all((one.code, one.pointer) != (code, pointer) for one in found):
            found.append(self.refuse(code, detail, pointer=pointer))

    def where(self, bad: Iterable[object], code: str, pointer: str, detail: str = "") -> None:
        """Add the same refusal to every row for which `bad` is true."""
        for row in compress(count(), bad):
            self.add(row, code, pointer, detail)


@dataclass
class _Memory:
    """What has been seen of one field: value by cell (None = wrong), and code and sentence of what was wrong.

    Not the exception itself: its traceback would keep every chunk in memory that had a wrong value.
    """

    value: dict[Cell, str | None] = field(default_factory=dict)
    wrong: dict[Cell, tuple[str, str]] = field(default_factory=dict)


class ColumnChecker:
    """Checks one column after another; keeps what it has seen of every field for the length of a file."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._today = facts.today.isoformat()
        self._seen: dict[str, _Memory] = defaultdict(_Memory)
        self._pairs: dict[tuple[str, str], str | None] = {}
        self._holding: dict[tuple[str, frozenset[str]], Sequence[bool] | None] = {}
        self._labels = {one.code: one.label for one in facts.layout.fields}
        self._words = {one.code: values.words(one.values) for one in facts.layout.fields}

    def check(
        self, columns: Mapping[str, Sequence[Cell]], size: int, problems: Problems
    ) -> dict[str, Checked]:
        """Check every field of the layout over `size` rows; a column the file does not have counts as empty."""
        empty = [""] * size
        self._holding.clear()
        checked = {
            one.code: self._values(one, columns[one.code], problems) if one.code in columns else empty
            for one in self.facts.layout.fields
        }
        for one in self.facts.layout.fields:
            if one.required and "" in checked[one.code]:
                problems.where(
                    (value == "" for value in checked[one.code]),
                    "field_required",
                    one.code,
                    f"{one.label}必填",
                )
            for condition in one.conditions:
                self._condition(one, condition, checked, problems)
        return checked

    # --- values of one column ----------------------------------------------------------------------

    def _values(self, one: FieldFacts, cells: Sequence[Cell], problems: Problems) -> Checked:
        if one.type == FieldType.TEXT:
            try:
                return self._lengths(one, list(map(str.strip, cells)), problems)  # type: ignore[arg-type]
            except TypeError:  # a spreadsheet's numbers are among them
                return self._lengths(one, self.parsed(one.code, cells, values.text_of, problems), problems)
        return self.parsed(one.code, cells, self._parser(one), problems)

    def parsed(
        self, name: str, cells: Sequence[Cell], parse: Callable[[Cell], str], problems: Problems
    ) -> Checked:
        """Parse every distinct cell once; `name` is the field the problems point to."""
        seen = self._seen[name]
        if len(seen.value) > _REMEMBERED:
            seen.value.clear()
            seen.wrong.clear()
        checked = list(map(seen.value.get, cells))
        if None in checked and (new := set(cells).difference(seen.value)):
            for cell in new:
                try:
                    seen.value[cell] = "" if isinstance(cell, str) and not cell.strip() else parse(cell)
                except ValueProblem as problem:
                    seen.value[cell], seen.wrong[cell] = None, (problem.code, problem.detail)
            checked = list(map(seen.value.__getitem__, cells))
        if None in checked:
            for row, cell in enumerate(cells):
                if checked[row] is None:
                    code, detail = seen.wrong[cell]
                    problems.add(row, code, name, detail)
        return checked

    def _lengths(self, one: FieldFacts, texts: Checked, problems: Problems) -> Checked:
        limit = one.max_length
        if limit is None or max(map(len, filter(None, texts)), default=0) <= limit:
            return texts
        checked = list(texts)
        for row, text in enumerate(texts):
            if text and len(text) > limit:
                detail = f"{one.label}最长{limit}个字符，现有{len(text)}个"
                problems.add(row, "field_too_long", one.code, detail)
                checked[row] = None
        return checked

    def _parser(self, one: FieldFacts) -> Callable[[Cell], str]:
        match one.type:
            case FieldType.DATE:
                return values.date_of
            case FieldType.DECIMAL:
                return lambda cell: values.amount_of(cell, one.digits, one.decimals)
            case FieldType.CODE:
                return lambda cell: values.code_of(cell, one.values)
            case FieldType.CODES:
                return lambda cell: values.codes_of(cell, one.values)
            case FieldType.USCC:
                return lambda cell: _uscc(cell, placeholder=one.role == FieldRole.SUBJECT_USCC)
        return lambda cell: _document(cell, one)

    # --- conditions --------------------------------------------------------------------------------

    def _condition(
        self, one: FieldFacts, condition: Condition, checked: Mapping[str, Checked], problems: Problems
    ) -> None:
        """Apply one condition. Only rows where it can bite are looked at one by one."""
        own, when = checked[one.code], condition.when
        applies: Sequence[bool] | None = None
        case = ""
        if when is not None:
            if (applies := self._applies(when, checked)) is None:
                return
            words = self._words[when.field]
            named = "、".join(words.get(value, value) for value in sorted(when.values))
            case = f"{self._labels[when.field]}{'含' if when.several else '为'}{named}时，"
        if condition.require and "" in own:
            for row in compress(count(), map(not_, own)):
                if own[row] == "" and (applies is None or applies[row]):
                    problems.add(row, "field_required", one.code, f"{case}{one.label}必填")
        if condition.only_requires or not any(own):
            return
        filled = compress(count(), own)
        touched = list(filled) if applies is None else [row for row in filled if applies[row]]
        if condition.forbid:
            identifier = one.type in (FieldType.USCC, FieldType.ID_DOCUMENT)
            code = "identifier_invalid" if identifier else "code_unknown"
            for row in touched:
                problems.add(row, code, one.code, f"{case}{one.label}必须为空")
        self._compare(one, condition, touched, checked, problems)

    def _applies(self, when: When, checked: Mapping[str, Checked]) -> Sequence[bool] | None:
        """For which rows of the chunk `when` holds, worked out once a chunk; None = for none."""
        key = when.field, when.values
        if key not in self._holding:
            other = checked[when.field]
            bites = {value for value in set(other) if when.holds(value)}
            self._holding[key] = [value in bites for value in other] if bites else None
        return self._holding[key]

    def _compare(
        self,
        one: FieldFacts,
        condition: Condition,
        rows: Sequence[int],
        checked: Mapping[str, Checked],
        problems: Problems,
    ) -> None:
        """Demands on the values of the given rows, all of which are filled."""
        own: Sequence[str] = checked[one.code]  # type: ignore[assignment]
        if (bound := condition.greater_than) is not None:
            small = {value for value in {own[row] for row in rows} if Decimal(value) <= bound}
            for row in rows if small else ():
                if own[row] in small:
                    detail = f"{one.label}应大于{bound}（单位：万元）"
                    problems.add(row, "amount_invalid", one.code, detail)
        if condition.not_future and max(filter(None, own), default="") > self._today:
            for row in rows:
                if own[row] > self._today:
                    problems.add(row, "date_in_future", one.code, f"{one.label}晚于报送当日")
        if condition.not_before:
            start = checked[condition.not_before]
            for row in rows:
                if own[row] < (start[row] or ""):
                    detail = f"{one.label}早于{self._labels[condition.not_before]}"
                    problems.add(row, "date_order", one.code, detail)
        if condition.kind_field:
            self._documents(one, checked[condition.kind_field], rows, own, problems)

    def _documents(
        self, one: FieldFacts, kinds: Checked, rows: Sequence[int], numbers: Sequence[str], problems: Problems
    ) -> None:
        if len(self._pairs) > _REMEMBERED:
            self._pairs.clear()
        for row in rows:
            if (kind := kinds[row]) is None:
                continue
            pair = kind, numbers[row]
            if pair not in self._pairs:
                self._pairs[pair] = (
                    document_problem(*pair, today=self.facts.today)
                    if kind
                    else f"填写了{one.label}，请同时选择证件类型"
                )
            if (detail := self._pairs[pair]) is not None:
                problems.add(row, "identifier_invalid", one.code, detail)


def _uscc(cell: Cell, *, placeholder: bool) -> str:
    code = values.identifier_of(cell)
    if placeholder and is_placeholder_uscc(code):
        return code
    if (problem := uscc_problem(code)) is not None:
        raise ValueProblem("identifier_invalid", problem)
    return code


def _document(cell: Cell, one: FieldFacts) -> str:
    number = values.identifier_of(cell)
    if one.max_length is not None and len(number) > one.max_length:
        raise ValueProblem("field_too_long", f"{one.label}最长{one.max_length}个字符，现有{len(number)}个")
    return number
