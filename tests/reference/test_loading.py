"""The reference data as loaded: it holds together, covers every day, and loading again changes nothing."""

import csv
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from agencies.models import Agency
from catalog import conditions, publication
from catalog.choices import FieldRole, PeriodKind, Publicity, SourceMark
from catalog.models import CatalogEdition, CatalogItem, LegalBasis, ProviderRoute, PublicationRegime
from common.identifiers import uscc_problem
from common.rows import ReferenceDataError, upsert
from ledger.models import Pending
from repair.models import RepairRule
from sanctions.choices import MeasureClass
from sanctions.models import Measure

pytestmark = pytest.mark.django_db

FIRST_DAY = date(2021, 12, 16)
TEN_ACTS = {"xzxk", "xzcf", "xzqz", "xzqr", "xzzs", "xzjf", "xzcj", "xzbc", "xzjl", "xzjc"}


def days_since(first: date) -> list[date]:
    today = timezone.localdate()
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def test_loading_again_changes_nothing() -> None:
    before = Pending.objects.count()
    call_command("load_reference", verbosity=0)
    assert Pending.objects.count() == before


def test_every_load_is_accounted_for_in_the_ledger() -> None:
    Agency.objects.filter(code="hg-yingji").update(name="改错的名称")
    call_command("load_reference", verbosity=0)
    assert Agency.objects.get(code="hg-yingji").name == "鹤岗市应急管理局"
    with connection.cursor() as cursor:
        cursor.execute("select action from ledger_context order by id desc limit 1")
        assert cursor.fetchone() == ("reference.load",)


def test_agencies_have_valid_distinct_codes_that_are_not_passed_off_as_known() -> None:
    agencies = list(Agency.objects.select_related("parent"))
    assert len(agencies) >= 40
    assert [agency.name for agency in agencies if uscc_problem(agency.uscc)] == []
    assert not any(agency.uscc_verified for agency in agencies)
    assert {agency.uscc[2:8] == agency.region for agency in agencies} == {True}
    assert [agency.name for agency in agencies if agency.is_credit_authority] == [
        settings.CREDIT_AUTHORITY_NAME
    ]
    assert Agency.objects.get(code="luobei-yingji").parent == Agency.objects.get(code="hg-yingji")
    counties = set(Agency.objects.filter(level="county").values_list("region", flat=True))
    assert len(counties) == 8


def test_a_code_verified_in_the_system_survives_the_next_load() -> None:
    Agency.objects.filter(code="hg-yingji").update(uscc="11230500001755309F", uscc_verified=True)
    call_command("load_reference", verbosity=0)
    assert Agency.objects.get(code="hg-yingji").uscc == "11230500001755309F"


@pytest.mark.parametrize("code", ["xzcf", "xzxk"])
def test_double_publicity_items_are_in_force_on_every_day_exactly_once(code: str) -> None:
    rows = list(CatalogItem.objects.filter(code=code, edition__level="national").order_by("effective_from"))
    assert rows[0].effective_from == FIRST_DAY and rows[-1].effective_until is None
    for earlier, later in itertools.pairwise(rows):
        assert earlier.effective_until is not None
        assert later.effective_from == earlier.effective_until + timedelta(days=1)


def test_items_of_the_plan_are_there_with_their_act_and_no_city_edition() -> None:
    codes = set(CatalogItem.objects.values_list("code", flat=True))
    assert codes >= TEN_ACTS | {"sxbzxr", "xjss", "jyyc", "cxry", "xycn", "htly", "ggsy", "djzc"}
    assert set(CatalogEdition.objects.values_list("level", flat=True)) == {
        "national",
        "provincial",
        "provincial_supplement",
    }


def test_field_definitions_hold_together() -> None:
    for item in CatalogItem.objects.prefetch_related("fields").select_related("document_kind"):
        fields = list(item.fields.all())
        types = {field.code: field.type for field in fields}
        for field in fields:
            conditions.parse(field.conditions, own_type=field.type, types=types)
            assert bool(field.values) == (field.type in ("code", "codes")), field
            assert (field.digits is not None) == (field.type == "decimal"), field
            assert set(field.value_labels) <= set(field.values)
        roles = {field.role for field in fields}
        assert roles >= {
            FieldRole.SUBJECT_NAME,
            FieldRole.SUBJECT_KIND,
            FieldRole.DOCUMENT_NUMBER,
            FieldRole.DECISION_DATE,
            FieldRole.AUTHORITY_NAME,
            FieldRole.SOURCE_USCC,
        }, item.code
        assert (FieldRole.SUBJECT_DOCUMENT in roles) == ("person" in item.subject_kinds)
        if item.publicity == Publicity.PUBLIC and item.period_kind == PeriodKind.VALIDITY:
            until = next(field for field in fields if field.role == FieldRole.VALID_UNTIL)
            assert until.required == "yes", item.code


def test_no_personal_document_is_ever_shown() -> None:
    shown = [
        f"{item.code}.{field.code}"
        for item in CatalogItem.objects.prefetch_related("fields")
        for field in item.fields.all()
        if field.type == "id_document" and field.exposure != "secret"
    ]
    assert shown == []


def test_dishonest_items_rest_on_a_lawful_kind_of_document() -> None:
    for item in CatalogItem.objects.filter(nature="dishonest").select_related("document_kind"):
        assert item.document_kind is not None and item.document_kind.lawful, item.code


def test_persons_are_published_only_on_a_clause_of_their_own() -> None:
    xzcf, xzxk = (
        CatalogItem.objects.get(code=code, edition__code="national-2024") for code in ("xzcf", "xzxk")
    )
    assert xzcf.person_basis is not None and xzcf.person_publication_basis is None
    assert xzxk.person_publication_basis is not None
    assert "第二十条第（五）项" in xzxk.person_publication_clause


def regimes_as_rules() -> list[publication.Regime]:
    return [
        publication.Regime(
            id=regime.pk,
            effective_from=regime.effective_from,
            effective_until=regime.effective_until,
            sector=regime.sector,
            tiers=tuple(
                publication.Tier(
                    id=tier.pk,
                    penalty_types=frozenset(tier.penalty_types),
                    sectors=frozenset(tier.sectors),
                    shown=tier.shown,
                    min_months=tier.min_months,
                    max_months=tier.max_months,
                    rank=tier.rank,
                )
                for tier in regime.tiers.all()
            ),
        )
        for regime in PublicationRegime.objects.prefetch_related("tiers")
    ]


def test_every_decision_since_the_first_edition_has_one_general_regime_with_a_tier_for_each_penalty_type() -> (
    None
):
    regimes = regimes_as_rules()
    types = CatalogItem.objects.filter(code="xzcf")[0].fields.get(role=FieldRole.PENALTY_TYPES).values
    for day in days_since(FIRST_DAY):
        general = publication.regime_for(day, frozenset(), regimes)
        assert general is not None and general.sector == "", day
    for regime in regimes:
        for kind in types:
            assert publication.tier_for(kind, frozenset({regime.sector}), regime.tiers) is not None, kind


@pytest.mark.parametrize(
    ("day", "types", "sector", "minimum", "maximum"),
    [
        (date(2023, 4, 30), {"罚款"}, "市场监管", date(2023, 7, 30), date(2024, 4, 30)),
        (date(2023, 5, 1), {"罚款"}, "市场监管", date(2023, 8, 1), date(2026, 5, 1)),
        (date(2023, 5, 1), {"罚款"}, "安全生产", date(2024, 5, 1), date(2026, 5, 1)),
        (date(2025, 12, 25), {"罚款"}, "市场监管", date(2026, 3, 25), date(2026, 12, 25)),
        (date(2025, 12, 25), {"罚款"}, "生态环境", date(2026, 3, 25), date(2028, 12, 25)),
        (date(2026, 4, 1), {"罚款", "警告"}, "", date(2026, 7, 1), date(2027, 4, 1)),
        (date(2026, 4, 1), {"罚款", "吊销许可证件"}, "", date(2027, 4, 1), date(2029, 4, 1)),
        (date(2026, 4, 1), {"警告"}, "", date(2026, 4, 1), None),
        (date(2024, 6, 3), {"通报批评"}, "消防", date(2024, 6, 3), None),
    ],
)
def test_windows_by_decision_date_and_sector(
    day: date, types: set[str], sector: str, minimum: date, maximum: date | None
) -> None:
    sectors = frozenset({sector}) - {""}
    window = publication.window(day, frozenset(types), sectors, regimes_as_rules())
    assert (window.minimum_until, window.published_until) == (minimum, maximum)


def test_every_regime_has_its_repair_rule_and_none_asks_for_money() -> None:
    of_regimes = RepairRule.objects.filter(regime__isnull=False)
    assert of_regimes.count() == PublicationRegime.objects.count()
    for rule in RepairRule.objects.all():
        assert rule.conditions and rule.materials and rule.decided_by
        assert not any(word in text for text in (*rule.conditions, *rule.materials) for word in ("费", "元"))


def test_measures_name_clause_body_and_only_known_schemes() -> None:
    from blacklist.models import ListScheme

    schemes = set(ListScheme.objects.values_list("code", flat=True))
    for measure in Measure.objects.select_related("basis"):
        assert measure.basis_clause and measure.executing_body and measure.subject_kinds, measure.code
        assert set(measure.scheme_codes) <= schemes, measure.code
        sanction = measure.measure_class in (MeasureClass.A, MeasureClass.B)
        if sanction and measure.mark == SourceMark.VERIFIED:
            assert measure.basis.mark == SourceMark.VERIFIED, measure.code
    assert set(Measure.objects.values_list("measure_class", flat=True)) == set(MeasureClass.values)


def test_facts_that_were_not_checked_say_so() -> None:
    for code in ("r0", "r1", "r1c", "r2"):
        regime = PublicationRegime.objects.get(code=code)
        assert regime.mark != SourceMark.VERIFIED and "待核" in regime.note
    for tier in PublicationRegime.objects.get(code="r2").tiers.filter(mark=SourceMark.UNVERIFIED):
        assert "来源待核" in tier.basis_clause
    assert LegalBasis.objects.get(code="hlj-shxytl").mark == SourceMark.UNVERIFIED


def test_routes_follow_the_plan() -> None:
    def routes(item: str) -> dict[str, str]:
        return dict(ProviderRoute.objects.filter(item_code=item).values_list("agency__code", "route"))

    assert set(routes("sxbzxr").items()) == {("hg-zhongyuan", "court")}
    assert set(routes("xjss")) == {"hg-zhongyuan"}
    assert set(routes("ggsy").values()) == {"utility"}
    assert all(ProviderRoute.objects.filter(item_code="ggsy").values_list("agreement", flat=True))
    assert routes("xzcf")["hg-shijian"] == routes("xzcf")["luobei-shijian"] == "provincial_system"
    assert "hg-zhongyuan" not in routes("xzcf") and routes("yzsx") == {}


def test_a_faulty_file_is_refused_with_the_place_named() -> None:
    row = LegalBasis(code="x", name="某法", level="law", mark="maybe")
    with pytest.raises(ReferenceDataError, match="mark"):
        upsert([row], key=["code"])
    twice = [LegalBasis(code="x", name="某法", level="law", mark="verified") for _ in range(2)]
    with pytest.raises(ReferenceDataError, match="twice"):
        upsert(twice, key=["code"])


def test_a_new_edition_takes_over_from_the_one_that_ends() -> None:
    old = CatalogEdition.objects.get(code="national-2024")
    rows = [
        CatalogEdition(
            code=code,
            name=old.name,
            level="national",
            basis=old.basis,
            effective_from=first,
            effective_until=last,
            mark=old.mark,
            note=old.note,
        )
        for code, first, last in [
            ("national-2024", old.effective_from, date(2026, 12, 31)),
            ("national-2027", date(2027, 1, 1), None),
        ]
    ]
    upsert(rows, key=["code"])
    assert CatalogEdition.objects.get(code="national-2024").effective_until == date(2026, 12, 31)


@pytest.mark.parametrize(("item", "table"), [("xzcf", "penalty"), ("xzxk", "licence")])
def test_fields_agree_with_the_double_publicity_tables(item: str, table: str) -> None:
    path = Path(__file__).with_name("standard") / f"double_publicity_{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as source:
        wanted = list(csv.DictReader(source))
    for edition in CatalogItem.objects.filter(code=item):
        fields = list(edition.fields.order_by("order"))
        assert [field.code for field in fields] == [row["code"] for row in wanted]
        for field, row in zip(fields, wanted, strict=True):
            length = f"{field.digits},{field.decimals}" if field.digits else str(field.max_length or "")
            given = (field.label, field.type, length, field.required)
            assert given == (row["label"], row["type"], row["max_length"], row["required"])
            if row["type"] in ("code", "codes") and "|" in row["rule"]:
                values = [part.split("=")[0].split("（")[0] for part in row["rule"].split("|")]
                assert field.values == values
