"""Loads the facts a hand-in is judged by: a handful of queries per file, none per row."""

from collections.abc import Iterable
from datetime import date

from agencies.models import Agency
from catalog import conditions, selectors
from catalog.choices import Exposure, FieldType, PeriodKind, Publicity, Required, SubjectKind
from catalog.clauses import form_basis
from catalog.models import CatalogItem, DocumentKind, FieldDefinition, PublicationRegime
from catalog.publication import Regime, Tier
from common.gates import CLAUSES, Refused, refuse
from records.persons import selectors as consents
from records.rules.facts import Facts, FieldFacts, ItemFacts, Layout
from records.rules.values import half_width


def field_facts(definition: FieldDefinition, types: dict[str, str]) -> FieldFacts:
    """One field with its conditions parsed; raises conditions.ConditionError for a definition that makes no sense."""
    codes = {half_width(value): value for value in definition.values}
    labels = {half_width(str(label)): value for value, label in definition.value_labels.items() if label}
    return FieldFacts(
        code=definition.code,
        label=definition.label,
        type=definition.type,
        max_length=definition.max_length,
        digits=definition.digits,
        decimals=definition.decimals,
        required=definition.required == Required.YES,
        values=labels | codes,
        conditions=conditions.parse(definition.conditions, own_type=definition.type, types=types),
        role=definition.role,
        secret=definition.exposure == Exposure.SECRET or definition.type == FieldType.ID_DOCUMENT,
    )


def item_facts(item: CatalogItem) -> ItemFacts:
    return ItemFacts(
        id=item.pk,
        code=item.code,
        name=item.name,
        effective_from=item.effective_from,
        effective_until=item.effective_until,
        nature=item.nature,
        sharing=item.sharing,
        publicity=item.publicity,
        period_kind=item.period_kind,
        period_months=item.period_months,
        subject_kinds=frozenset(item.subject_kinds),
        document_kind=item.document_kind.name if item.document_kind else "",
        person_basis=item.person_basis_id is not None,
        person_publication=item.person_publication_basis_id is not None,
    )


def layout_of(item: CatalogItem, definitions: Iterable[FieldDefinition]) -> Layout:
    definitions = list(definitions)
    types = {one.code: one.type for one in definitions}
    fields = tuple(field_facts(one, types) for one in definitions)
    return Layout.of(item.code, item.name, fields, asks_procedure=item.asks_procedure)


def item_on(code: str, on: date) -> CatalogItem:
    """The row of an item whose table applies to a hand-in on `on`: in force, else the last one before, else the first.

    Raises Refused (item_unknown) when the catalog has never known the code.
    """
    if not code.strip():
        basis = CLAUSES["item_unknown"].basis
        raise Refused(
            refuse("field_required", "请给出事项代码（item），例如 xzcf", pointer="/item", basis=basis)
        )
    versions = list(selectors.item_versions(code))
    if not versions:
        raise Refused(
            refuse("item_unknown", f"公共信用信息目录中没有代码为“{code[:40]}”的事项", pointer="/item")
        )
    return max(versions, key=lambda item: (item.effective_from <= on, item.effective_from))


def other_layouts(code: str, on: date) -> list[Layout]:
    """Tables of the other items in force, so that a wrong file can be named."""
    items = list(selectors.items(on).exclude(code=code).prefetch_related("fields"))
    return [layout_of(item, item.fields.all()) for item in items]


def regime_facts(regime: PublicationRegime) -> Regime:
    tiers = tuple(
        Tier(
            id=tier.pk,
            penalty_types=frozenset(tier.penalty_types),
            sectors=frozenset(tier.sectors),
            shown=tier.shown,
            min_months=tier.min_months,
            max_months=tier.max_months,
            rank=tier.rank,
        )
        for tier in regime.tiers.all()
    )
    return Regime(
        regime.pk, regime.effective_from, regime.effective_until, regime.sector, tiers, regime.start_from
    )


def load_facts(*, agency: Agency, item: CatalogItem, on: date, declared_ordinary: bool) -> Facts:
    """Everything a row of `item` handed in by `agency` on `on` is judged by."""
    units = list(Agency.objects.all())
    versions = tuple(item_facts(one) for one in selectors.item_versions(item.code))
    penal = any(one.period_kind == PeriodKind.PENALTY for one in versions)
    limits = consents.rule_on(on)
    documents = list(DocumentKind.objects.all())
    return Facts(
        layout=layout_of(item, item.fields.all()),
        versions=versions,
        today=on,
        declared_ordinary=declared_ordinary,
        own_name=agency.name,
        own_uscc=agency.uscc,
        own_units=frozenset(unit.uscc for unit in with_units_below(agency, units)),
        unit_names={unit.uscc: unit.name for unit in units},
        sectors={unit.uscc: frozenset(unit.sectors) for unit in units},
        lawful_documents=_spans(kind for kind in documents if kind.lawful),
        document_spans=_spans(documents),
        documents={word: kind.name for kind in documents for word in (kind.code, kind.name)},
        regimes=tuple(map(regime_facts, selectors.regimes())) if penal else (),
        consents=consents.facts_of(item.code) if any(map(_asks_consents, versions)) else {},
        consent_months=limits.max_months,
        adult_age=limits.adult_age,
        form_basis=form_basis(item),
    )


def _spans(kinds: Iterable[DocumentKind]) -> dict[str, list[tuple[date, date]]]:
    spans: dict[str, list[tuple[date, date]]] = {}
    for kind in kinds:
        spans.setdefault(kind.name, []).append((kind.effective_from, kind.effective_until or date.max))
    return spans


def _asks_consents(item: ItemFacts) -> bool:
    """Whether a consent can decide about anything in this item."""
    may_publish = item.publicity == Publicity.PUBLIC and not item.person_publication
    return SubjectKind.PERSON in item.subject_kinds and (may_publish or not item.person_basis)


def with_units_below(agency: Agency, units: Iterable[Agency]) -> list[Agency]:
    """The agency, then every one of `units` that reports through it (方案第3条（1）)."""
    units = list(units)
    inside = {agency.pk}
    while more := {unit.pk for unit in units if unit.parent_id in inside} - inside:
        inside |= more
    return [agency, *(unit for unit in units if unit.pk in inside and unit.pk != agency.pk)]


def units_offered(agency: Agency) -> list[Agency]:
    """The units in use whose decisions this agency hands in, itself first."""
    return with_units_below(agency, Agency.objects.filter(active=True))
