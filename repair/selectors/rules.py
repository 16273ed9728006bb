"""The repair rules in force, and today's answer about a record. `Rulebook` is loaded once a page, in two queries."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Self, cast

from django.db.models import F, Max, QuerySet

from catalog.choices import FieldRole, Nature
from catalog.deadlines.models import DeadlineRule
from catalog.selectors import in_force
from common.frozen import Frozen
from common.prepared import Prepared
from records.disclosure import FOREVER, split_codes
from records.identity.groups import about
from records.models import CreditRecord, Subject
from repair.choices import Kind, MaterialKind
from repair.models import FalseCommitment, RepairRule
from repair.required import RequiredMaterial
from repair.rules.eligibility import Answer, RuleFacts, Thing, judge, minimum_of

_ROLES: Final = (FieldRole.PENALTY_TYPES, FieldRole.VALID_UNTIL)
# read by every page with something dishonest on it
_RULES: Final = Frozen[RepairRule](
    "repair_rules", lambda on: RepairRule.objects.filter(in_force(on)).select_related("basis"), on="date"
)
_FIELDS: Final = Prepared(
    "repair_fields",
    ["text[]"],
    "select item_id, role, code from catalog_fielddefinition where role = any ($1)",
)


def rules(on: date) -> QuerySet[RepairRule]:
    """Every rule in force on `on` with its regime and tiers, the newest regulation first."""
    return (
        RepairRule.objects.filter(in_force(on))
        .select_related("basis", "regime__basis", "scheme")
        .prefetch_related("regime__tiers")
        .order_by(F("regime__effective_from").desc(nulls_last=True), "id")
    )


def rule_history(code: str) -> QuerySet[RepairRule]:
    """Every row of one rule, the newest first."""
    return (
        RepairRule.objects.filter(code=code)
        .select_related("basis", "regime", "scheme")
        .order_by("-effective_from")
    )


def list_items(on: date) -> list[str]:
    """The item under which list entries stand in the catalog on a day, as the rule for lists says; none without such a rule."""
    return list(RepairRule.objects.filter(in_force(on), for_lists=True).values_list("item_code", flat=True))


def required_materials(kind: Kind, on: date) -> list[MaterialKind]:
    """Which papers an application of this kind that was filed on `on` must carry."""
    rows = RequiredMaterial.objects.filter(in_force(on), kind=kind).order_by("id")
    return [MaterialKind(one) for one in rows.values_list("material", flat=True)]


def material_rows() -> QuerySet[RequiredMaterial]:
    """Every row of the papers that applications must carry, ended ones too, the newest of each first."""
    return RequiredMaterial.objects.select_related("basis").order_by("kind", "material", "-effective_from")


def facts_of(rule: RepairRule) -> RuleFacts:
    """A rule as the gate sees it."""
    return RuleFacts(
        clause=f"{rule.basis}{rule.basis_clause}",
        min_months=rule.min_months,
        irreparable=rule.irreparable_all,
        irreparable_types=frozenset(rule.irreparable_types),
        time_bound_types=frozenset(rule.time_bound_types),
    )


def barred_until(subject: Subject, on: date) -> date | None:
    """The last day on which a recorded false commitment of the body holds, under whichever of its rows; None where there is none."""
    rows = FalseCommitment.objects.filter(about(subject), until__gte=on)
    last: date | None = rows.aggregate(last=Max("until"))["last"]
    return last


class Rulebook:
    """The rules of one day, and the fields of the catalog in which penalty types and restrictions stand."""

    def __init__(self, rows: Sequence[RepairRule], fields: dict[tuple[int, str], str], on: date) -> None:
        self.on, self._fields = on, fields
        self._by_regime = {row.regime_id: row for row in rows if row.regime_id}
        self._by_item = {row.item_code: row for row in rows if row.item_code}
        self._by_scheme = {row.scheme_id: row for row in rows if row.scheme_id}
        self._for_lists = next((row for row in rows if row.for_lists), None)
        self._other = next(
            (row for row in rows if not (row.regime_id or row.item_code or row.scheme_id)), None
        )

    @classmethod
    def load(cls, on: date) -> Self:
        roles: list[str | None] = list(map(str, _ROLES))
        fields = cast(list[tuple[int, str, str]], _FIELDS.rows([roles]))
        return cls(_RULES.rows(on=on), {(item, role): code for item, role, code in fields}, on)

    def rule_of(self, record: CreditRecord) -> RepairRule | None:
        """The most specific rule: of the item, of the regime under which the record was taken in, of everything else."""
        if record.item.nature != Nature.DISHONEST:
            return None
        by_regime = self._by_regime.get(record.regime_id) if record.regime_id else None
        return self._by_item.get(record.item_code) or by_regime or self._other

    def rule_of_scheme(self, scheme_id: int) -> RepairRule | None:
        return self._by_scheme.get(scheme_id) or self._for_lists or self._other

    def thing_of(self, record: CreditRecord, barred: date | None = None) -> Thing:
        """A record as the gate sees it."""
        ends = max(
            filter(None, (record.shared_until, record.published_until, record.used_until)), default=None
        )
        ended = record.ended_on is not None and record.ended_on <= self.on
        return Thing(
            dishonest=record.item.nature == Nature.DISHONEST,
            decided_on=record.decision_date,
            over=ended or ends is None or ends < self.on,
            types=frozenset(split_codes(self._value(record, FieldRole.PENALTY_TYPES))),
            minimum_until=record.minimum_until,
            ends=ends,
            restricted_until=self._restricted_until(record),
            barred_until=barred,
        )

    def answer(self, record: CreditRecord, barred: date | None = None) -> Answer:
        """Today's answer; without any rule in force nothing is repaired, and the answer says so."""
        rule = self.rule_of(record)
        facts = facts_of(rule) if rule else RuleFacts(clause="", irreparable=True)
        return judge(self.thing_of(record, barred), facts, self.on)

    def minimum(self, record: CreditRecord) -> date | None:
        rule = self.rule_of(record)
        return minimum_of(self.thing_of(record), facts_of(rule)) if rule else None

    def _value(self, record: CreditRecord, role: str) -> str:
        return str(record.data.get(self._fields.get((record.item_id, role), ""), ""))

    def _restricted_until(self, record: CreditRecord) -> date | None:
        """The end of a restriction in the decision; "for good" is no end and waits for nothing."""
        try:
            until = date.fromisoformat(self._value(record, FieldRole.VALID_UNTIL))
        except ValueError:
            return None
        return until if until < FOREVER else None


def objection_clock_words(on: date) -> str:
    """The same for an objection that the providing unit has to verify."""
    codes = {"objection-accept": "决定是否受理", "objection-decide-provider": "办结"}
    return _clock_words(codes, on)


def clock_words(kind: str, on: date) -> str:
    """How long acceptance and decision take by the periods in force, in words for the public; one query."""
    return _clock_words({f"{kind}-accept": "决定是否受理", f"{kind}-decide": "办结"}, on)


def _clock_words(codes: dict[str, str], on: date) -> str:
    rows = {row.code: row for row in DeadlineRule.objects.filter(in_force(on), code__in=codes)}
    parts = [
        f"{rows[code].amount} {rows[code].get_unit_display()}内{words}"
        for code, words in codes.items()
        if code in rows
    ]
    return "，".join(parts) or "以认定单位告知的为准"
