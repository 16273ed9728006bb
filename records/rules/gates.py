"""Gates G1 to G3, G6 and G7 over the checked columns of a chunk. Pure; by distinct value wherever one decides.

Each gate adds its refusals to `problems` and returns the column later gates and the record need; rows whose value is
missing or wrong hold None there and have their problem already.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import compress, count, repeat
from operator import eq, not_
from typing import Final, TypeAlias

from catalog.choices import FieldRole, Nature, PeriodKind, Publicity, SubjectKind
from catalog.publication import Windows
from common.identifiers import USCC_PLACEHOLDER
from common.workbooks.cells import Cell
from records.choices import MinorCircumstance, Procedure
from records.rules import facts as names
from records.rules import values
from records.rules.columns import Checked, ColumnChecker, Problems
from records.rules.facts import Facts, ItemFacts
from records.rules.periods import States, states
from records.rules.persons import BY_LAW, Ground, birth_date, collection_refusal, ground_of, of_age
from records.rules.subjects import person_key

KINDS: Final = {str(kind.label): kind for kind in SubjectKind}
_PROCEDURES: Final = {str(one.label): one.value for one in Procedure} | {
    one.value: one.value for one in Procedure
}
_MINOR: Final = {str(one.label): one.value for one in MinorCircumstance} | {
    one.value: one.value for one in MinorCircumstance
}
_WINDOW_ROLES: Final = (
    FieldRole.PENALTY_TYPES,
    FieldRole.AUTHORITY_USCC,
    FieldRole.VALID_UNTIL,
    FieldRole.PUBLISH_UNTIL,
)
KindCase: TypeAlias = tuple[
    str, ItemFacts | None, str | None
]  # kind of document, catalog row, day of decision
_DECLARED: Final = _WINDOW_ROLES.index(FieldRole.PUBLISH_UNTIL)
_NO_CODE: Final = ("", USCC_PLACEHOLDER)
_REMEMBERED: Final = 30_000
_EXCLUDED_MINOR: Final = {
    MinorCircumstance.MINOR_CORRECTED.value: "excluded_minor_corrected",
    MinorCircumstance.FIRST_MINOR.value: "excluded_first_minor",
}


def role_column(facts: Facts, checked: Mapping[str, Checked], role: str, size: int) -> Checked:
    """The checked column of the field with `role`; empty where the item has none."""
    code = facts.layout.roles.get(role)
    return [""] * size if code is None else checked[code]


def pointer(facts: Facts, role: str, default: str = "") -> str:
    return facts.layout.roles.get(role, default)


def item_in_force(
    facts: Facts, decisions: Checked, days: dict[str, ItemFacts | None], problems: Problems
) -> list[ItemFacts | None]:
    """G1: the row of the catalog in force on each decision date; `days` keeps what was found for the length of a file."""
    for day in set(decisions).difference(days, ("", None)):
        on = date.fromisoformat(day or "")
        days[day or ""] = next((item for item in facts.versions if item.in_force(on)), None)
    column = list(map(days.get, decisions))  # type: ignore[arg-type]
    field = pointer(facts, FieldRole.DECISION_DATE)
    for row in compress(count(), map(not_, column)):
        if day := decisions[row]:
            detail = f"决定日期{day}时，“{facts.layout.name}”不在有效的公共信用信息目录内"
            problems.add(row, "item_not_in_force", field, detail)
    return column


def collected(
    facts: Facts, columns: Mapping[str, Sequence[Cell]], size: int, checker: ColumnChecker, problems: Problems
) -> None:
    """G2: summary procedure and minor violations corrected are never collected, where the item tells them apart."""
    if not facts.layout.asks_procedure:
        return
    cells = columns.get(names.PROCEDURE, [""] * size)
    procedures = checker.parsed(
        names.PROCEDURE, cells, lambda cell: values.code_of(cell, _PROCEDURES), problems
    )
    if not facts.declared_ordinary and "" in procedures:
        detail = "请填写适用程序（普通程序或者简易程序），或在报送时统一申明为普通程序"
        problems.where((one == "" for one in procedures), "field_required", names.PROCEDURE, detail)
    summary = Procedure.SUMMARY.value
    if summary in procedures:
        found = (one == summary for one in procedures)
        problems.where(found, "excluded_summary_procedure", names.PROCEDURE)
    if names.MINOR in columns:
        circumstances = checker.parsed(
            names.MINOR, columns[names.MINOR], lambda cell: values.code_of(cell, _MINOR), problems
        )
        for value in _EXCLUDED_MINOR.keys() & set(circumstances):
            found = (one == value for one in circumstances)
            problems.where(found, _EXCLUDED_MINOR[value], names.MINOR)


def document_kinds(
    facts: Facts,
    columns: Mapping[str, Sequence[Cell]],
    items: Sequence[ItemFacts | None],
    decisions: Checked,
    checker: ColumnChecker,
    days: dict[KindCase, str],
    problems: Problems,
) -> list[str]:
    """G3: the kind of document each row rests on; dishonest conduct only on a kind that was lawful on its day (方案第2条).
    `days` keeps what was found for the length of a file."""
    stated: Checked = [""] * len(items)
    if names.DOCUMENT_KIND in columns:
        stated = checker.parsed(names.DOCUMENT_KIND, columns[names.DOCUMENT_KIND], values.text_of, problems)
    cases = list(zip(items, stated, strict=True))
    kinds: dict[tuple[ItemFacts | None, str | None], str] = {}
    for case in set(cases):
        version, text = case[0] or facts.versions[-1], case[1]
        kinds[case] = facts.documents.get(text, text) if text else version.document_kind
        verdict = _kind_verdict(facts, kinds[case], version.nature == Nature.DISHONEST)
        if verdict is not None and text is not None:
            problems.where((one == case for one in cases), verdict[0], names.DOCUMENT_KIND, verdict[1])
    found = list(map(kinds.__getitem__, cases))
    _kinds_on_their_days(facts, found, items, decisions, days, problems)
    return found


def _kinds_on_their_days(
    facts: Facts,
    kinds: Sequence[str],
    items: Sequence[ItemFacts | None],
    decisions: Checked,
    known: dict[KindCase, str],
    problems: Problems,
) -> None:
    """A kind carries only decisions of the days it was one on. Few cases differ, so each is looked at once."""
    wanted = list(zip(kinds, items, decisions, strict=True))
    cases = set(wanted)
    for case in cases.difference(known):
        kind, item, day = case
        known[case] = (
            _not_on_its_day(facts, kind, date.fromisoformat(day), item.nature == Nature.DISHONEST)
            if item is not None and day is not None
            else ""
        )
    for case in cases:
        if detail := known[case]:
            problems.where(
                (one == case for one in wanted), "document_kind_not_allowed", names.DOCUMENT_KIND, detail
            )


def _not_on_its_day(facts: Facts, kind: str, day: date, dishonest: bool) -> str:
    """Why a decision of this day is not of this kind: dishonest conduct needs a kind that was lawful then, everything else
    one that had not ended. What is older than the kind's first row is not held against it."""
    if dishonest:
        spans = facts.lawful_documents.get(kind)
        wrong = spans is not None and not _covers(spans, day)
        return f"{day:%Y-%m-%d}作出的“{kind}”不能作为认定失信行为的依据" if wrong else ""
    spans = facts.document_spans.get(kind, ())
    if not spans or day < min(first for first, _ in spans) or _covers(spans, day):
        return ""
    return f"“{kind}”已经不再使用，{day:%Y-%m-%d}作出的文书请选择现行的种类"


def _covers(spans: Sequence[tuple[date, date]], day: date) -> bool:
    return any(first <= day <= last for first, last in spans)


def _kind_verdict(facts: Facts, kind: str, dishonest: bool) -> tuple[str, str] | None:
    if not kind:
        return "document_missing", "请填写文书种类：归集信用信息必须有所依据的文书"
    if dishonest and kind not in facts.lawful_documents:
        lawful = "、".join(sorted(facts.lawful_documents))
        return (
            "document_kind_not_allowed",
            f"“{kind[:20]}”不能作为认定失信行为的依据，可用的文书种类：{lawful}",
        )
    if kind not in facts.documents:
        known = "、".join(sorted(set(facts.documents.values())))
        return "code_unknown", f"没有“{kind[:20]}”这种文书种类，应为：{known}"
    return None


def document_dates(
    facts: Facts,
    columns: Mapping[str, Sequence[Cell]],
    numbers: Checked,
    decisions: Checked,
    checker: ColumnChecker,
    problems: Problems,
) -> Checked:
    """G3: every row names its document, and the document is in effect on the day of hand-in."""
    field = pointer(facts, FieldRole.DOCUMENT_NUMBER, names.DOCUMENT_KIND)
    if "" in numbers:
        problems.where((number == "" for number in numbers), "document_missing", field)
    if names.EFFECTIVE_DATE not in columns:
        return decisions
    stated = checker.parsed(names.EFFECTIVE_DATE, columns[names.EFFECTIVE_DATE], values.date_of, problems)
    today = facts.today.isoformat()
    for row, (effective, decision) in enumerate(zip(stated, decisions, strict=True)):
        if effective and effective > today:
            detail = f"文书于{effective}生效，报送当日尚未生效，请在生效后报送"
            problems.add(row, "document_not_effective", names.EFFECTIVE_DATE, detail)
        elif effective and decision and effective < decision:
            problems.add(row, "date_order", names.EFFECTIVE_DATE, "文书生效日期早于决定日期")
    return [effective or decision for effective, decision in zip(stated, decisions, strict=True)]


def subject_kinds(
    facts: Facts, stated: Checked, items: Sequence[ItemFacts | None], problems: Problems
) -> list[str | None]:
    """Class of every subject, one the item collects."""
    only = facts.versions[-1].subject_kinds
    default = next(iter(only)) if len(only) == 1 else None
    kinds = [KINDS.get(label or "", default) for label in stated]
    field = pointer(facts, FieldRole.SUBJECT_KIND)
    for pair in set(zip(kinds, items, strict=True)):
        kind, item = pair
        if kind is None or item is None:
            continue
        if kind not in item.subject_kinds:
            found = (one == pair for one in zip(kinds, items, strict=True))
            problems.where(
                found, "code_unknown", field, f"“{item.name}”不归集{SubjectKind(kind).label}的信息"
            )
    return list(kinds)


_NO_CONSENT: Final = {
    "consent_missing": "目录没有写明“{name}”归集自然人信息的法律依据，也没有登记本人的同意，请先征得并登记同意",
    "consent_expired": "目录没有写明“{name}”归集自然人信息的法律依据，本人的同意已到期或者已撤回，请重新征得同意",
    "consent_for_life": "本人的同意超过最长期限，不得一次授权终身收集使用，请重新征得有期限的同意",
}


def grounds(
    facts: Facts,
    kinds: Sequence[str | None],
    items: Sequence[ItemFacts | None],
    decisions: Checked,
    checked: Mapping[str, Checked],
    problems: Problems,
) -> list[Ground | None]:
    """G6: on what every record stands; a natural person's on a clause of the catalog or a consent in force today."""
    column: list[Ground | None] = [None if kind is None else BY_LAW for kind in kinds]
    if SubjectKind.PERSON not in kinds:
        return column
    size, field = len(kinds), pointer(facts, FieldRole.SUBJECT_KIND)
    documents = role_column(facts, checked, FieldRole.SUBJECT_DOCUMENT_KIND, size)
    numbers = role_column(facts, checked, FieldRole.SUBJECT_DOCUMENT, size)
    for row in _persons(kinds):
        column[row] = None
        item, day = items[row], decisions[row]
        if item is None or not day or SubjectKind.PERSON not in item.subject_kinds:
            continue
        document, number = documents[row] or "", numbers[row] or ""
        consents = facts.consents.get(person_key(document, number), ()) if facts.consents else ()
        if not item.person_basis:
            code = collection_refusal(consents, facts.today, facts.consent_months)
            if code is not None:
                problems.add(row, code, field, _NO_CONSENT[code].format(name=item.name))
                continue
        column[row] = ground_of(
            by_law=item.person_basis,
            published_by_law=item.person_publication,
            adult=item.publicity == Publicity.PUBLIC
            and of_age(birth_date(document, number), facts.adult_age, date.fromisoformat(day)),
            consents=consents,
            on=facts.today,
            max_months=facts.consent_months,
        )
    return column


def subject_codes(
    facts: Facts, kinds: Sequence[str | None], checked: Mapping[str, Checked], problems: Problems
) -> None:
    """A self-employed business without a USCC is known by its registration number, a person by a document."""
    size = len(kinds)
    codes = role_column(facts, checked, FieldRole.SUBJECT_USCC, size)
    registrations = role_column(facts, checked, FieldRole.SUBJECT_REGISTRATION, size)
    field = pointer(facts, FieldRole.SUBJECT_REGISTRATION)
    if field and SubjectKind.SELF_EMPLOYED in kinds:
        for row in compress(count(), map(not_, registrations)):
            code = codes[row]
            if kinds[row] == SubjectKind.SELF_EMPLOYED and code in _NO_CODE:
                detail = "个体工商户没有统一社会信用代码时，工商注册号必填"
                problems.add(row, "field_required", field, detail)
    if SubjectKind.PERSON in kinds:
        persons = list(_persons(kinds))
        for role in (FieldRole.SUBJECT_DOCUMENT_KIND, FieldRole.SUBJECT_DOCUMENT):
            column = role_column(facts, checked, role, size)
            for row in persons:
                if column[row] == "":
                    problems.add(row, "field_required", pointer(facts, role), f"自然人的{role.label}必填")


def _persons(kinds: Sequence[str | None]) -> Iterator[int]:
    return compress(count(), map(eq, kinds, repeat(SubjectKind.PERSON)))


class Publication:
    """G7: states of every record; a declared end beyond the rule, or for what is not published, is refused.

    Records alike in all that decides share one `States`, worked out once a file.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._windows = Windows(facts.regimes)
        self._known: dict[tuple[object, ...], States] = {}
        # Only what decides stands in the key: a validity that no rule asks for would make every row a case of its own.
        self._asked = {FieldRole.PENALTY_TYPES, FieldRole.AUTHORITY_USCC, FieldRole.PUBLISH_UNTIL}
        if any(version.period_kind == PeriodKind.VALIDITY for version in facts.versions):
            self._asked.add(FieldRole.VALID_UNTIL)

    def column(
        self,
        items: Sequence[ItemFacts | None],
        grounds: Sequence[Ground | None],
        decisions: Checked,
        effective: Checked,
        checked: Mapping[str, Checked],
        problems: Problems,
    ) -> list[States | None]:
        size = len(items)
        columns = [
            role_column(self._facts, checked, role, size) if role in self._asked else repeat("", size)
            for role in _WINDOW_ROLES
        ]
        cases = list(zip(items, grounds, decisions, effective, *columns, strict=True))
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        for case in set(cases):
            if case not in self._known and case[0] is not None and case[1] is not None and case[2]:
                self._known[case] = self._states(*case)
        result = list(map(self._known.get, cases))
        for row in compress(count(), columns[_DECLARED]):
            self._declared_end(row, cases[row], result[row], problems)
        return result

    def _declared_end(
        self, row: int, case: tuple[object, ...], found: States | None, problems: Problems
    ) -> None:
        item, declared = case[0], case[-1]
        field = pointer(self._facts, FieldRole.PUBLISH_UNTIL)
        if not isinstance(item, ItemFacts) or found is None:
            return
        if item.publicity != Publicity.PUBLIC:
            detail = f"目录规定“{item.name}”不向社会公开，请清空公示截止期"
            problems.add(row, "publication_not_allowed", field, detail)
        elif found.rule_until is not None and str(declared) > found.rule_until.isoformat():
            detail = f"按规定最长公示至{found.rule_until}，填报的公示截止期{declared}超过了该期限"
            problems.add(row, "publication_too_long", field, detail)

    def _states(
        self,
        item: ItemFacts,
        ground: Ground,
        decision: str,
        effective: str | None,
        types: str | None,
        authority: str | None,
        valid_until: str | None,
        declared: str | None,
    ) -> States:
        return states(
            item=item,
            ground=ground,
            effective_date=date.fromisoformat(effective) if effective else None,
            received=self._facts.first_received,
            decision_date=date.fromisoformat(decision),
            penalty_types=_split(types or ""),
            sectors=self._facts.sectors.get(authority or self._facts.own_uscc, frozenset()),
            valid_until=date.fromisoformat(valid_until) if valid_until else None,
            declared_until=date.fromisoformat(declared) if declared else None,
            windows=self._windows,
        )


@lru_cache(maxsize=4096)
def _split(types: str) -> frozenset[str]:
    return frozenset(filter(None, types.split(";")))
