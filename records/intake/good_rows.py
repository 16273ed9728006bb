"""The rows of a chunk that passed, as the columns a record is built from."""

from collections.abc import Sequence
from functools import cached_property
from itertools import compress, count
from typing import NamedTuple, TypeVar

from catalog.choices import FieldRole, SubjectKind
from common.identifiers import is_placeholder_uscc
from records.identity.codes import canonical
from records.rules.columns import Checked
from records.rules.facts import Facts, ItemFacts
from records.rules.periods import States
from records.rules.verdict import Verdict

_T = TypeVar("_T")


class SubjectSeed(NamedTuple):
    """What a new subject is made of."""

    kind: str
    name: str
    uscc: str
    codes: dict[str, str]
    document_kind: str
    document: str


class Contents(NamedTuple):
    """What a record states; `values` by field code, sealed ones among them."""

    values: dict[str, str]
    document_kind: str
    document_number: str
    decision_date: str
    effective_date: str
    authority_name: str
    authority_uscc: str


class GoodRows:
    """Columns without the refused rows; everything in them is checked, so nothing is None."""

    def __init__(self, facts: Facts, verdict: Verdict, good: Sequence[bool]) -> None:
        self._facts, self._verdict, self._good = facts, verdict, good
        self._all = all(good)
        self.of = len(good)
        self.size = self.of if self._all else sum(good)

    @property
    def item_code(self) -> str:
        return self._facts.layout.code

    def pick(self, column: Sequence[_T]) -> Sequence[_T]:
        return column if self._all else list(compress(column, self._good))

    def field(self, code: str) -> Sequence[str]:
        return self.pick(self._verdict.checked[code])  # type: ignore[arg-type]

    def whole(self, code: str) -> Checked:
        """The column with the refused rows, where a value may be None."""
        return self._verdict.checked[code]

    @cached_property
    def places(self) -> Sequence[int]:
        """Where the rows stand among all of the chunk."""
        return self.pick(range(self.of))

    def role(self, role: str, default: str = "") -> Sequence[str]:
        """The column of the field with a role; `default` throughout where the item has none."""
        code = self._facts.layout.roles.get(role)
        return [default] * self.size if code is None else self.field(code)

    @cached_property
    def kinds(self) -> Sequence[str]:
        return self.pick(self._verdict.kinds)  # type: ignore[arg-type]

    @cached_property
    def items(self) -> Sequence[ItemFacts]:
        return self.pick(self._verdict.items)  # type: ignore[arg-type]

    @cached_property
    def states(self) -> Sequence[States]:
        return self.pick(self._verdict.states)  # type: ignore[arg-type]

    @cached_property
    def numbers(self) -> Sequence[str]:
        return self.role(FieldRole.DOCUMENT_NUMBER)

    @cached_property
    def names(self) -> Sequence[str]:
        return self.role(FieldRole.SUBJECT_NAME)

    @cached_property
    def usccs(self) -> Sequence[str]:
        return self.role(FieldRole.SUBJECT_USCC)

    @cached_property
    def registrations(self) -> Sequence[str]:
        return self.role(FieldRole.SUBJECT_REGISTRATION)

    @cached_property
    def authorities(self) -> Sequence[str]:
        return self.role(FieldRole.AUTHORITY_USCC, self._facts.own_uscc)

    @cached_property
    def decisions(self) -> Sequence[str]:
        """Decision dates in ISO form."""
        return self.pick(self._verdict.decisions)  # type: ignore[arg-type]

    @cached_property
    def document_kinds(self) -> Sequence[str]:
        return self.pick(self._verdict.document_kinds)

    @cached_property
    def effective(self) -> Sequence[str]:
        """Effective dates in ISO form."""
        return self.pick(self._verdict.effective)  # type: ignore[arg-type]

    @cached_property
    def authority_names(self) -> Sequence[str]:
        return self.role(FieldRole.AUTHORITY_NAME, self._facts.own_name)

    def contents(self, row: int) -> Contents:
        """Everything a row says of its fact, for a fact that comes twice."""
        place, checked = self.places[row], self._verdict.checked
        fields = [one.code for one in self._facts.layout.fields]
        return Contents(
            {code: text for code in fields if (text := checked[code][place])},
            self.document_kinds[row],
            self.numbers[row],
            self.decisions[row],
            self.effective[row],
            self.authority_names[row],
            self.authorities[row],
        )

    @cached_property
    def persons(self) -> list[int]:
        return list(compress(count(), map(SubjectKind.PERSON.__eq__, self.kinds)))

    # --- subjects ----------------------------------------------------------------------------------

    @cached_property
    def _person_columns(self) -> tuple[Sequence[str], Sequence[str]]:
        return self.role(FieldRole.SUBJECT_DOCUMENT_KIND), self.role(FieldRole.SUBJECT_DOCUMENT)

    def person(self, row: int) -> tuple[str, str]:
        """Kind and number of a natural person's document."""
        kinds, numbers = self._person_columns
        return kinds[row], numbers[row]

    @cached_property
    def _other_columns(self) -> list[tuple[str, Sequence[str]]]:
        codes = self._facts.layout.subject_codes
        columns = [(code.rpartition("_")[2].lower(), self.field(code)) for code in codes]
        return [(name, column) for name, column in columns if any(column)]

    def other_codes(self, row: int) -> list[tuple[str, str]]:
        """Further codes of an organisation (组织机构代码 and so on) by the last part of their field code."""
        return [(name, column[row]) for name, column in self._other_columns if column[row]]

    @cached_property
    def with_codes(self) -> list[int]:
        """The rows that state a code beside the unified one."""
        columns = [self.registrations, *(column for _, column in self._other_columns)]
        return sorted({row for column in columns for row in compress(count(), column)})

    def further_codes(self, row: int) -> dict[str, str]:
        """Codes beside the unified one, in compared form."""
        codes = {name: canonical(code) for name, code in self.other_codes(row)}
        if registration := self.registrations[row]:
            codes["gszc"] = canonical(registration)
        return codes

    def seed(self, row: int) -> SubjectSeed:
        kind, uscc = self.kinds[row], self.usccs[row]
        if kind == SubjectKind.PERSON:
            return SubjectSeed(kind, self.names[row], "", {}, *self.person(row))
        codes = self.further_codes(row)
        return SubjectSeed(kind, self.names[row], "" if is_placeholder_uscc(uscc) else uscc, codes, "", "")
