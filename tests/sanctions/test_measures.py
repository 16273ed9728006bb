"""The measure list: which row stands, what may stand in it at all, and the matters that call for its rows."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from agencies.choices import Scope
from catalog.models import LegalBasis
from catalog.rules.bases import BasisFacts
from sanctions import selectors
from sanctions.models import ListState, Matter, Measure, MeasureEdition
from sanctions.rules import measures as rules
from tests import people

DAY = date(2026, 11, 20)
LAW = BasisFacts("gsf", "公司法", "law")
RULE = BasisFacts("zjl-44", "总局令", "department_rule")
ROW = rules.MeasureContent(
    code="x-1", measure_class="A", name="限制任职", content="不得担任", target="负责人", subject_kinds=("person",),
    conduct="违法", basis="gsf", basis_clause="第一条", executing_body="市场监管部门", period_text="三年", mark="excerpt",
    executors=("市场监管",), max_months=36,
)  # fmt: skip


def codes(refusals: list[object]) -> list[str]:
    return [one.code for one in refusals]  # type: ignore[attr-defined]


def judge(row: rules.MeasureContent, level: str = "city") -> list[str]:
    bases = {"gsf": LAW, "zjl-44": RULE, "dfx": BasisFacts("dfx", "条例", "provincial_regulation")}
    return codes(rules.row_refusals(row, level=level, first_day=DAY, bases=bases))  # type: ignore[arg-type]


def test_a_burden_quotes_a_law_and_an_incentive_need_not() -> None:
    assert judge(ROW) == []
    assert judge(replace(ROW, basis="zjl-44")) == ["measure_basis_too_low"]
    assert judge(replace(ROW, basis="nowhere")) == ["measure_basis_too_low"]
    assert judge(replace(ROW, basis="zjl-44", measure_class="I")) == []
    assert judge(replace(ROW, basis="dfx")) == []
    assert judge(replace(ROW, basis="dfx"), "national") == ["measure_basis_too_low"]


def test_nobody_executes_class_c_and_somebody_everything_else() -> None:
    assert judge(replace(ROW, measure_class="C")) == ["measure_cannot_be_ordered"]
    assert judge(replace(ROW, measure_class="C", executors=())) == []
    assert judge(replace(ROW, executors=())) == ["measure_definition_invalid"]
    assert judge(replace(ROW, subject_kinds=(), min_months=40)) == ["measure_definition_invalid"] * 2


def test_a_lower_list_never_makes_a_measure_harder() -> None:
    above = rules.Superior(ROW, "全国清单")
    assert rules.superior_refusals(ROW, above) == []
    for harder in (
        replace(ROW, max_months=37),
        replace(ROW, max_months=None),
        replace(ROW, subject_kinds=("person", "organisation")),
        replace(ROW, measure_class="B"),
    ):
        assert codes(rules.superior_refusals(harder, above)) == ["measure_exceeds_limit"]  # type: ignore[arg-type]
    assert rules.superior_refusals(ROW, rules.Superior(replace(ROW, max_months=None), "全国清单")) == []


def test_publication_names_every_problem_with_its_row() -> None:
    def refusals(
        rows: list[rules.MeasureContent], first_day: date, newest: date | None = None
    ) -> list[tuple[str, str]]:
        found = rules.publication_refusals(
            rows, level="city", first_day=first_day, newest=newest, bases={"gsf": LAW},
            superiors={"x-1": rules.Superior(replace(ROW, max_months=12), "全国清单")}, on=DAY,
        )  # fmt: skip
        return [(one.code, one.pointer) for one in found]

    assert refusals([replace(ROW, max_months=12)], DAY) == []
    assert refusals([], date(2026, 1, 1)) == [
        ("measure_edition_date_taken", "effective_from"),
        ("measure_definition_invalid", ""),
    ]
    assert refusals([replace(ROW, max_months=12)], DAY, DAY) == [
        ("measure_edition_date_taken", "effective_from")
    ]
    assert refusals([ROW, replace(ROW, max_months=12)], DAY) == [
        ("measure_exceeds_limit", "measures/x-1/max_months"),
        ("measure_definition_invalid", "measures/x-1/code"),
    ]


@given(
    kind=st.sampled_from(["administration", "vertical", "court", "institution", "utility"]),
    level=st.sampled_from(["city", "county", "township"]),
    sectors=st.lists(st.sampled_from(["财政", "税务", "教育"]), unique=True),
)
def test_bodies_fall_under_their_fields_and_under_any_only_from_county_level(
    kind: str, level: str, sectors: list[str]
) -> None:
    tokens = rules.body_tokens(kind=kind, level=level, sectors=sectors)
    assert set(sectors) < tokens and f"@{kind}" in tokens
    assert (rules.ANY_AUTHORITY in tokens) == (kind in ("administration", "vertical") and level != "township")


def edition(level: str, first: date, *, last: date | None = None) -> MeasureEdition:
    return MeasureEdition.objects.create(
        code=f"{level}-{first:%Y%m%d}", name=f"{level} {first}", level=level, effective_from=first, effective_until=last,
        basis=LegalBasis.objects.get(code="hg-jcqd"), mark="unverified", measure_count=1,
    )  # fmt: skip


def row(of: MeasureEdition, code: str, **values: object) -> Measure:
    columns: dict[str, object] = {
        "measure_class": "A", "name": "限制任职", "content": "不得担任负责人", "target": "负责人",
        "subject_kinds": ["organisation"], "conduct": "违法", "scheme_codes": ["tqnmggz"], "executors": ["*"],
        "basis": LegalBasis.objects.get(code="gsf"), "basis_clause": "第一条", "executing_body": "有关部门",
        "period_text": "一年", "mark": "unverified", "severity": 2,
    }  # fmt: skip
    return Measure.objects.create(edition=of, code=code, **(columns | values))


def sql_standing(on: date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("select id from sanctions_standing(%s)", [on])
        return {pk for (pk,) in cursor.fetchall()}


@pytest.mark.django_db
def test_the_newer_superior_text_prevails_from_its_first_day_and_says_so() -> None:
    MeasureEdition.objects.filter(level="city").update(effective_until=date(2026, 6, 30))
    city = edition("city", date(2026, 7, 1))
    ours = row(city, "tongyi")
    provincial = edition("provincial", date(2026, 10, 1), last=date(2026, 12, 31))
    theirs = row(provincial, "tongyi")
    for on, standing, by in (
        (date(2026, 9, 30), {ours.pk}, None),
        (date(2026, 10, 1), {theirs.pk}, provincial.name),
        (date(2027, 1, 1), {ours.pk}, None),
    ):
        found = selectors.standing(on)
        assert {one.pk for one in found if one.code == "tongyi"} == standing
        assert {one.pk for one in found} == sql_standing(on)
        assert selectors.measures(on).get(pk=ours.pk).superseded_by == by  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_database_refuses_too_low_a_basis_an_executor_of_class_c_and_a_matter_that_calls_for_it() -> None:
    of = edition("provincial", DAY)
    low = LegalBasis.objects.get(code="zjl-44")
    for wrong in ({"basis": low}, {"measure_class": "C", "executors": ["*"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row(of, "di", **wrong)
    row(of, "di", basis=low, measure_class="I")
    matter = Matter.objects.get(code="zfcg")
    matter.measure_codes = [*matter.measure_codes, "c-sx"]
    with pytest.raises(IntegrityError, match="measure_cannot_be_ordered"), transaction.atomic():
        matter.save()


@pytest.mark.django_db
def test_the_version_rises_with_every_change_and_goes_back_with_a_rollback() -> None:
    def version() -> int:
        return ListState.objects.get().version

    before = version()
    of = edition("provincial", DAY)
    row(of, "xin")
    assert version() == before + 2
    with pytest.raises(RuntimeError), transaction.atomic():
        Measure.objects.filter(edition=of).update(mark="excerpt")
        assert version() == before + 3
        raise RuntimeError
    assert version() == before + 2


@pytest.mark.django_db
def test_every_seeded_matter_calls_for_listed_measures_of_its_bodies_and_kinds() -> None:
    standing = {one.code: one for one in selectors.standing(DAY)}
    matters = list(selectors.matters(DAY))
    assert len(matters) > 10
    for matter in matters:
        for code in matter.measure_codes:
            measure = standing[code]
            assert set(measure.executors) & set(matter.bodies), (matter.code, code)
            assert set(measure.subject_kinds) & set(matter.subject_kinds), (matter.code, code)
    assert all(edition.measure_count == edition.measures.count() for edition in MeasureEdition.objects.all())


@pytest.mark.django_db
def test_matters_name_the_measures_of_the_day(client: Client) -> None:
    token = people.bearer(people.client(Scope.SCREENING_QUERY, code="hg-zhengwu"))
    answer = client.get("/api/v1/matters/?on=2026-11-20", headers=token).json()
    found = {one["code"]: one for one in answer["items"]}
    assert [one["code"] for one in found["zfcg"]["measures"]] == [
        "zfcg-77",
        "nmg-48-cg",
        "qyxx-18",
        "hg-yxzc",
    ]
    assert found["zfcg"]["kind"] == "procurement" and answer["next_cursor"] is None
    earlier = client.get("/api/v1/matters/?on=2020-01-01", headers=token).json()
    assert earlier["items"] == []


@pytest.mark.django_db
def test_the_public_list_says_what_prevails(client: Client) -> None:
    city = MeasureEdition.objects.get(level="city")
    national = MeasureEdition.objects.get(level="national")
    row(city, "ztb-53", max_months=24)
    items = client.get("/api/v1/measures/?on=2026-11-20").json()["items"]
    by = {(one["edition"]["level"], one["code"]): one["superseded_by"] for one in items}
    assert by[("city", "ztb-53")] == national.name and by[("national", "ztb-53")] is None
    page = client.get("/measures/?on=2026-11-20").content.decode()
    assert "已被取代" in page and f"“{national.name}”对同一措施有较新的规定" in page
