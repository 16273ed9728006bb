"""G8 as the database holds it: four fields, never a city, and a basis that ranks high enough from either side."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from blacklist.choices import SchemeField
from blacklist.models import ListScheme
from catalog.models import LegalBasis

pytestmark = pytest.mark.django_db


def scheme(basis: str, level: str = "national", field: str = "market_order") -> ListScheme:
    return ListScheme(
        code="shiyan",
        name="试设名单",
        field=field,
        level=level,
        basis=LegalBasis.objects.get(code=basis),
        authority="市场监督管理局",
        grounds="情形",
        listing_text="一年",
        removal_text="期满",
        effective_from=date(2026, 1, 1),
        mark="unverified",
    )


def refused_as(row: ListScheme) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        row.save()
    return str(error.value)


def test_loaded_schemes_stand_in_the_four_fields_on_a_sufficient_basis() -> None:
    schemes = list(ListScheme.objects.select_related("basis"))
    assert len(schemes) >= 8
    assert {row.field for row in schemes} == set(SchemeField.values)
    ranks = {row.basis.level for row in schemes if row.level == "national"}
    assert ranks <= {"law", "administrative_regulation", "central_policy"}
    for row in schemes:
        assert row.basis_clause and row.grounds and row.listing_text and row.removal_text, row.code
        if row.listing_months is None:
            assert "待核" in row.listing_text and row.mark == "unverified", row.code


@pytest.mark.parametrize("basis", ["zjl-44", "cjqd-2024", "hzbg-2021-31", "hlj-shxytl"])
def test_a_national_scheme_on_a_lower_basis_is_refused(basis: str) -> None:
    assert refused_as(scheme(basis)).startswith("scheme_basis_too_low: shiyan")


def test_a_provincial_scheme_may_rest_on_a_provincial_regulation_but_on_nothing_lower() -> None:
    scheme("hlj-shxytl", level="provincial").save()
    row = ListScheme.objects.get(code="shiyan")
    row.basis = LegalBasis.objects.get(code="zjl-44")
    assert refused_as(row).startswith("scheme_basis_too_low")


def test_neither_a_city_list_nor_a_fifth_field_exists() -> None:
    assert refused_as(scheme("xzcff", level="city")).startswith("authority_not_competent")
    assert refused_as(scheme("xzcff", field="traffic")).startswith("scheme_field_not_allowed")


def test_a_basis_under_a_scheme_cannot_be_ranked_down() -> None:
    with pytest.raises(DatabaseError, match="scheme_basis_too_low"), transaction.atomic():
        LegalBasis.objects.filter(code="bznmgtl").update(level="department_rule")
    LegalBasis.objects.filter(code="zjl-44").update(level="other")
