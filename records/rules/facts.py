"""What the rules need to know, as plain values: items, fields, agencies, regimes, the hand-in. Loaded once a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from catalog.choices import FieldRole
from catalog.conditions import Condition
from catalog.publication import Regime
from common.gates import CLAUSES, FORM
from records.rules.persons import ConsentFacts

# Columns of the platform's own beside those of the item; accepted under these headers in files, forms and API.
PROCEDURE: Final = "适用程序"
MINOR: Final = "轻微情形"
DOCUMENT_KIND: Final = "文书种类"
EFFECTIVE_DATE: Final = "文书生效日期"
PLATFORM_COLUMNS: Final = (PROCEDURE, MINOR, DOCUMENT_KIND, EFFECTIVE_DATE)
# The clauses these are held to: they stand in no standard of an item.
PLATFORM_BASES: Final = {
    PROCEDURE: CLAUSES["excluded_summary_procedure"].basis,
    MINOR: CLAUSES["excluded_minor_corrected"].basis,
    DOCUMENT_KIND: CLAUSES["document_missing"].basis,
    EFFECTIVE_DATE: CLAUSES["document_not_effective"].basis,
}
# Columns that the list of rejected rows adds; ignored when it comes back corrected.
REPORT_COLUMNS: Final = ("行号", "错误代码", "错误说明", "依据")


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One column of an item, its conditions parsed."""

    code: str
    label: str
    type: str
    max_length: int | None
    digits: int | None
    decimals: int | None
    required: bool
    values: Mapping[str, str]  # compared form of value or label → value
    conditions: tuple[Condition, ...]
    role: str
    secret: bool


@dataclass(frozen=True, slots=True, eq=False)
class ItemFacts:
    """One row of the catalog: an item with its term. Compared by identity: it stands in cache keys row by row."""

    id: int
    code: str
    name: str
    effective_from: date
    effective_until: date | None
    nature: str
    sharing: str
    publicity: str
    period_kind: str
    period_months: int | None
    subject_kinds: frozenset[str]
    document_kind: str
    person_basis: bool
    person_publication: bool

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of an item as handed in today, and what the platform uses them for."""

    code: str
    name: str
    fields: tuple[FieldFacts, ...]
    asks_procedure: bool
    roles: Mapping[str, str] = field(default_factory=dict)  # role → field code

    @classmethod
    def of(cls, code: str, name: str, fields: tuple[FieldFacts, ...], *, asks_procedure: bool) -> "Layout":
        roles = {one.role: one.code for one in fields if one.role not in ("", FieldRole.SUBJECT_CODE)}
        return cls(code, name, fields, asks_procedure, roles)

    @property
    def subject_codes(self) -> tuple[str, ...]:
        """Codes of an organisation beside its USCC and registration number, in the order of the table."""
        return tuple(one.code for one in self.fields if one.role == FieldRole.SUBJECT_CODE)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a verdict on a row may depend on."""

    layout: Layout
    versions: tuple[ItemFacts, ...]  # every row of the item code
    today: date  # the day of hand-in
    declared_ordinary: bool  # 适用程序 declared as 普通程序 for the whole hand-in
    own_name: str
    own_uscc: str
    own_units: frozenset[str]  # USCC of the agency and of the units below it
    unit_names: Mapping[str, str]  # USCC of every known unit → name
    sectors: Mapping[str, frozenset[str]]  # USCC → supervised sectors
    # spans of the days of decision on which a kind of document may carry dishonest conduct, by its name
    lawful_documents: Mapping[str, Sequence[tuple[date, date]]]
    documents: Mapping[str, str]  # name or code of every kind of document → name
    regimes: tuple[Regime, ...]
    # spans of the days of decision of every kind of document, lawful or not, by its name
    document_spans: Mapping[str, Sequence[tuple[date, date]]] = field(default_factory=dict)
    # natural persons: consents to this item by person key, how long one may last, when somebody is of age
    consents: Mapping[str, tuple[ConsentFacts, ...]] = field(default_factory=dict)
    consent_months: int = 0
    adult_age: int = 18
    form_basis: str = FORM  # what a value in the wrong form is sent back by
    received: date | None = (
        None  # of a correction: the day of the first hand-in, on which its periods stay built
    )

    @property
    def first_received(self) -> date:
        return self.received or self.today

    def layout_label(self, role: str) -> str:
        """Header of the field with `role`, for sentences."""
        code = self.layout.roles.get(role)
        return next((one.label for one in self.layout.fields if one.code == code), "")
