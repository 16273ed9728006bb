"""What an item is held to is said by the item itself, from an edition on: its standard, its watch, its way in."""

from dataclasses import replace

import pytest
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer
from catalog import content, selectors, services
from catalog.clauses import form_basis
from catalog.models import CatalogItem
from common.clock import today
from common.gates import Refused
from records import services as records
from records.choices import Channel
from supervision.models import NumberGap
from supervision.services.gaps import rebuild_gaps
from tests import people
from tests.catalog.conftest import head
from tests.clauses import STANDARD
from tests.plan.rows import item_today, provider_of, valid_row

pytestmark = pytest.mark.django_db
OWN = "合同履约信息数据规范（试行）"


def next_edition(keeper: Officer, code: str, **changed: object) -> None:
    """Publish, from today on, the running edition with one item changed."""
    draft = services.open_draft(officer=keeper, level="national", head=head(first_day=today()))
    old = content.find(content.load(draft.items), code)
    assert old is not None
    wanted = replace(old, **changed)  # type: ignore[arg-type]
    services.put_item(officer=keeper, draft_id=draft.pk, version=1, item=wanted, replaces=code)
    services.publish(officer=keeper, draft_id=draft.pk, version=2, on=today())


def test_the_standard_of_an_item_is_what_refusals_and_pages_name(keeper: Officer, client: Client) -> None:
    before = item_today("htly")
    assert OWN not in form_basis(before) and form_basis(item_today("xzcf")) == STANDARD
    next_edition(keeper, "htly", form_basis=OWN)
    assert form_basis(item_today("htly")) == OWN, "from the first day of the edition"
    assert form_basis(CatalogItem.objects.get(pk=before.pk)) == form_basis(before), "what was, stays"
    assert form_basis(item_today("xzcf")) == STANDARD, "carried into the next edition"
    unit = provider_of("htly")
    row = valid_row(item_today("htly"), unit, 71_000)
    day = item_today("htly").fields.get(role="decision_date").code
    with pytest.raises(Refused) as refused:
        records.accept_record(agency=unit, item_code="htly", fields=row | {day: "昨天"}, channel=Channel.FORM)
    assert {one.basis for one in refused.value.refusals} == {OWN}
    assert OWN in client.get("/catalog/htly/").content.decode()
    client.force_login(people.officer(Role.REVIEWER))
    assert OWN in client.get("/workbench/catalog/items/htly/").content.decode()


def test_items_watched_as_double_publicity_are_those_the_catalog_marks(keeper: Officer) -> None:
    assert selectors.double_publicity(today(), today()) == ("xzcf", "xzxk")
    unit = provider_of("xzjc")
    for number in (1, 3):
        row = valid_row(item_today("xzjc"), unit, 71_100 + number)
        document = item_today("xzjc").fields.get(role="document_number").code
        row |= {document: f"鹤应急检〔{today().year}〕{number}号"}
        records.accept_record(agency=unit, item_code="xzjc", fields=row, channel=Channel.FORM)
    rebuild_gaps()
    assert not NumberGap.objects.filter(item_code="xzjc").exists()
    next_edition(keeper, "xzjc", double_publicity=True)
    assert selectors.double_publicity(today(), today()) == ("xzcf", "xzjc", "xzxk")
    rebuild_gaps()
    gap = NumberGap.objects.get(item_code="xzjc")
    assert (gap.first, gap.last) == (2, 2)


def test_the_way_in_of_an_item_holds_for_routes_that_are_added(keeper: Officer) -> None:
    next_edition(keeper, "xypj", only_route="court")
    with pytest.raises(Refused) as refused:
        services.add_route(
            officer=keeper,
            basis="鹤信用办〔2026〕3号",
            item_code="xypj",
            agency=people.agency("hg-shuiwu"),
            route="city",
            effective_from=today(),
        )
    (one,) = refused.value.refusals
    assert one.code == "route_not_fitting" and one.basis.endswith("第3条（4）")
