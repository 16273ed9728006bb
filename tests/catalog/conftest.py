"""Officers and a complete invented item for tests of the catalog."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agencies.choices import Role
from agencies.models import Officer
from catalog import blocks
from catalog.content import FieldContent, ItemContent
from catalog.models import LegalBasis
from catalog.services.drafts import DraftHead
from common.clock import today
from tests import people


@pytest.fixture
def keeper(db: None) -> Officer:
    """贺明远 of the credit authority."""
    return people.officer(Role.AUTHORITY)


def head(basis: str = "jcml-2024", first_day: date | None = None, name: str = "") -> DraftHead:
    return DraftHead(
        name=name or "全国公共信用信息基础目录（增补）",
        basis=LegalBasis.objects.get(code=basis),
        effective_from=first_day or today(),
        mark="excerpt",
    )


def tomorrow(days: int = 1) -> date:
    return today() + timedelta(days=days)


OWN_FIELDS = (
    FieldContent("SG_WSH", "文书号", max_length=128, role="document_number"),
    FieldContent(
        "SG_JDRQ",
        "决定日期",
        type="date",
        role="decision_date",
        conditions=({"not_future": True},),
    ),
)


def item(code: str = "slgh", **changed: object) -> ItemContent:
    """毁林开垦行为认定: dishonest, on a law, complete with twelve fields."""
    kinds = ("organisation", "self_employed")
    whole = ItemContent(
        code=code,
        name=f"毁坏林地行为认定（{code}）",
        category="行政管理信息",
        conduct="违法开垦、采石、采砂毁坏林地，经决定认定",
        provider="市林业和草原主管部门",
        data_source="业务系统",
        nature="dishonest",
        sharing="unconditional",
        publicity="public",
        period_rule="十二个月",
        update_cycle="日",
        mark="excerpt",
        subject_kinds=kinds,
        period_kind="fixed",
        period_months=12,
        report_within_workdays=7,
        order=250,
        basis="xzcff",
        basis_clause="第四十八条",
        document_kind="xzxw-jds",
        fields=(
            *blocks.block_fields("subject", "SG", kinds),
            *OWN_FIELDS,
            *blocks.block_fields("source", "SG", kinds),
        ),
    )
    return replace(whole, **changed)  # type: ignore[arg-type]
