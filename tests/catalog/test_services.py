"""Editions, bases and routes through the services, on the real database with the reference data."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from agencies.choices import Role
from agencies.models import Officer
from catalog import content, rows, selectors, services, standing
from catalog.access import may_submit_item
from catalog.content import FieldContent
from catalog.models import CatalogEdition, CatalogItem, EditionDraft, LegalBasis, ProviderRoute
from catalog.services.bases import BasisText
from common.clock import today
from common.gates import Refused
from ledger.models import Context
from tests import people
from tests.catalog.conftest import head, item, tomorrow
from tests.factories import make_penalty

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {one.code for one in refused.value.refusals}


def drafted(keeper: Officer, level: str = "national", **changed: object) -> EditionDraft:
    return services.open_draft(officer=keeper, level=level, head=head(**changed))  # type: ignore[arg-type]


def published(keeper: Officer, draft: EditionDraft) -> CatalogEdition:
    return services.publish(officer=keeper, draft_id=draft.pk, version=draft.version, on=today())


def test_a_draft_is_a_copy_nobody_meets_until_it_is_published(keeper: Officer) -> None:
    running = selectors.newest("national")
    assert running is not None
    before = list(CatalogItem.objects.order_by("pk").values_list("pk", "effective_until"))
    draft = drafted(keeper, first_day=tomorrow())
    services.put_item(officer=keeper, draft_id=draft.pk, version=1, item=item())
    draft.refresh_from_db()
    assert content.load(draft.items)[:-1] == rows.contents(running)
    assert list(CatalogItem.objects.order_by("pk").values_list("pk", "effective_until")) == before
    assert not selectors.item_versions("slgh").exists()
    assert selectors.editions(tomorrow(2)).filter(level="national").get() == running


def test_publishing_closes_the_running_edition_the_day_before_and_keeps_its_rows(keeper: Officer) -> None:
    record = make_penalty()
    old = selectors.newest("national")
    assert old is not None
    draft = drafted(keeper, first_day=tomorrow(7))
    draft = services.put_item(officer=keeper, draft_id=draft.pk, version=1, item=item())
    draft = services.remove_item(officer=keeper, draft_id=draft.pk, version=2, code="zxsb")
    edition = published(keeper, draft)
    old.refresh_from_db()
    record.refresh_from_db()
    assert old.effective_until == tomorrow(6) and edition.effective_from == tomorrow(7)
    assert record.item.edition == old and record.item.effective_until == tomorrow(6)
    names = set(selectors.items(tomorrow(7)).values_list("code", flat=True))
    assert "slgh" in names and "zxsb" not in names and "xzcf" in names and "ggsy" in names
    assert not selectors.items(tomorrow(6)).filter(code="slgh").exists()
    assert selectors.items(tomorrow(6)).filter(code="zxsb").exists()
    assert not EditionDraft.objects.exists()
    entry = Context.objects.filter(action="catalog.publish").latest("id")
    assert entry.actor == keeper.pk and "2024年版" in entry.basis
    assert rows.contents(edition)[-1] == item()


def test_what_officers_published_survives_the_next_load_of_the_reference_data(keeper: Officer) -> None:
    edition = published(keeper, drafted(keeper))
    services.repeal_basis(officer=keeper, basis="主席令", code="byf", last_day=today())
    call_command("load_reference", verbosity=0)
    assert LegalBasis.objects.get(code="byf").effective_until == today()
    assert selectors.editions(today()).filter(level="national").get() == edition
    assert selectors.items(today()).get(code="xzcf").edition == edition


def test_no_city_edition_by_service_or_by_hand(keeper: Officer) -> None:
    with pytest.raises(Refused) as refused:
        drafted(keeper, level="city")
    assert codes(refused) == {"edition_level_not_allowed"}
    for table, columns in (
        ("catalog_catalogedition", "code, name, level, basis_id, effective_from, mark, note"),
        ("catalog_editiondraft", "items, name, level, basis_id, effective_from, mark, note"),
    ):
        first = "'[]'" if table.endswith("draft") else "'hegang'"
        extra, values = (", version, changed_at, changed_by_id", f", 1, now(), {keeper.pk}")
        if not table.endswith("draft"):
            extra, values = "", ""
        sql = (
            f"insert into {table} ({columns}{extra}) select {first}, '鹤岗市目录', 'city', id, '2027-01-01', "
            f"'excerpt', ''{values} from catalog_legalbasis limit 1"
        )
        with (
            pytest.raises(IntegrityError, match="never_city"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


@pytest.mark.parametrize(
    ("level", "basis", "accepted"),
    [
        ("national", "zjl-44", False),
        ("national", "hlj-shxytl", False),
        ("national", "gbf-2020-49", True),
        ("provincial_supplement", "hlj-shxytl", True),
        ("provincial_supplement", "zjl-44", False),
        ("provincial", "hzbg-2021-31", False),
    ],
)
def test_an_item_needs_a_sufficient_basis_in_the_service_and_in_the_database(
    keeper: Officer, level: str, basis: str, accepted: bool
) -> None:
    wanted = item(basis=basis)
    draft = drafted(keeper, level=level)
    if not accepted:
        with pytest.raises(Refused) as refused:
            services.put_item(officer=keeper, draft_id=draft.pk, version=1, item=wanted)
        assert codes(refused) == {"item_basis_too_low"} and refused.value.refusals[0].pointer == "basis"
    items = (*content.load(draft.items), wanted)
    draft = services.replace_items(officer=keeper, draft_id=draft.pk, version=1, items=items)
    if accepted:
        assert published(keeper, draft).items.get(code="slgh").basis.code == basis
        return
    with pytest.raises(Refused) as refused:
        published(keeper, draft)
    assert {one.pointer for one in refused.value.refusals} == {"items/slgh/basis"}
    edition = selectors.newest(level)
    assert edition is not None
    row = rows.item_row(wanted, edition, {basis: LegalBasis.objects.get(code=basis)}, {"xzxw-jds": None})  # type: ignore[dict-item]
    row.effective_from = today()
    with pytest.raises(IntegrityError, match="item_basis_too_low"), transaction.atomic():
        row.save()


def test_a_basis_that_items_stand_on_cannot_be_ranked_down(keeper: Officer) -> None:
    with pytest.raises(Refused) as refused:
        services.revise_basis(
            officer=keeper,
            basis="核对原文",
            code="xzcff",
            text=BasisText("行政处罚法", "department_rule", "verified"),
        )
    assert codes(refused) == {"item_basis_too_low"} and "行政处罚" in refused.value.refusals[0].detail
    with pytest.raises(IntegrityError, match="item_basis_too_low"), transaction.atomic():
        LegalBasis.objects.filter(code="xzcff").update(level="other")
    with pytest.raises(Refused) as refused:
        services.revise_basis(
            officer=keeper, basis="核对原文", code="aqscf", text=BasisText("安全生产法", "other", "verified")
        )
    assert codes(refused) == {"scheme_basis_too_low"}


def test_a_repealed_basis_lists_what_stands_on_it(
    keeper: Officer, django_assert_max_num_queries: object
) -> None:
    law = LegalBasis.objects.get(code="aqscf")
    services.repeal_basis(officer=keeper, basis="主席令第9号", code="aqscf", last_day=today())
    groups = {group.kind: group.rows for group in standing.standing_on(law, today())}
    assert {"名单设列", "奖惩措施"} <= set(groups)
    penal = standing.standing_on(LegalBasis.objects.get(code="xzcff"), today())
    assert {(group.kind, group.column) for group in penal} >= {
        ("目录事项", "依据"),
        ("目录事项", "自然人归集依据"),
    }
    assert [
        row.name
        for group in penal
        if group.column == "依据"
        for row in group.rows
        if group.kind == "目录事项"
    ] == ["行政处罚"]  # type: ignore[attr-defined]
    total = sum(len(rows) for rows in groups.values())
    assert standing.leaning_on_expired(tomorrow())[law.pk] == total
    assert law.pk not in standing.leaning_on_expired(today())


def test_bases_get_a_code_and_keep_their_dates_in_order(keeper: Officer) -> None:
    text = BasisText("黑龙江省信用修复办法", "provincial_regulation", "excerpt", effective_from=today())
    first, second = (services.enter_basis(officer=keeper, basis="省人大公告", text=text) for _ in range(2))
    assert (first.code, second.code) == ("hljsxyxfbf", "hljsxyxfbf-2")
    with pytest.raises(Refused) as refused:
        services.repeal_basis(officer=keeper, basis="省人大公告", code=first.code, last_day=date(2020, 1, 1))
    assert codes(refused) == {"date_order"}


def test_two_officers_on_one_draft_do_not_overwrite_each_other(keeper: Officer) -> None:
    draft = drafted(keeper)
    services.remove_item(officer=keeper, draft_id=draft.pk, version=1, code="zxsb")
    for attempt in (
        lambda: services.remove_item(officer=keeper, draft_id=draft.pk, version=1, code="xzcf"),
        lambda: services.discard_draft(officer=keeper, draft_id=draft.pk, version=1),
        lambda: services.publish(officer=keeper, draft_id=draft.pk, version=1, on=today()),
    ):
        with pytest.raises(services.DraftChanged):
            attempt()
    services.discard_draft(officer=keeper, draft_id=draft.pk, version=2)
    assert not EditionDraft.objects.exists()


def test_editions_of_one_level_follow_each_other(keeper: Officer) -> None:
    published(keeper, drafted(keeper))
    for day in (today(), tomorrow(-3)):
        with pytest.raises(Refused) as refused:
            published(keeper, drafted(keeper, first_day=day))
        assert codes(refused) == {"edition_date_taken"}
    later = published(keeper, drafted(keeper, first_day=tomorrow()))
    assert selectors.editions(tomorrow()).get(level="national") == later


def test_a_code_of_another_level_is_refused(keeper: Officer) -> None:
    draft = drafted(keeper, level="provincial_supplement")
    with pytest.raises(Refused) as refused:
        services.put_item(officer=keeper, draft_id=draft.pk, version=1, item=item("xzcf"))
    assert codes(refused) == {"item_code_taken"} and "2024年版" in refused.value.refusals[0].detail


def test_fields_are_checked_where_they_are_changed(keeper: Officer) -> None:
    draft = drafted(keeper)
    version = iter(range(1, 20))

    def act(**kwargs: object) -> dict[str, object]:
        return {
            "officer": keeper,
            "draft_id": draft.pk,
            "version": next(version),
            "item_code": "slgh",
            **kwargs,
        }

    services.put_item(officer=keeper, draft_id=draft.pk, version=next(version), item=item(fields=()))
    services.add_block(**act(block="subject", prefix="SG"))  # type: ignore[arg-type]
    odd = FieldContent("SG_QX", "情形", type="code", max_length=20, conditions=({"not_before": "SG_Z"},))
    last = next(version)
    with pytest.raises(Refused) as refused:
        services.put_field(officer=keeper, draft_id=draft.pk, version=last, item_code="slgh", field=odd)
    assert {one.pointer for one in refused.value.refusals} == {
        "fields/SG_QX/conditions",
        "fields/SG_QX/values",
    }
    with pytest.raises(Refused) as refused:
        services.remove_field(
            officer=keeper, draft_id=draft.pk, version=last, item_code="slgh", field_code="SG_XDR_LB"
        )
    assert "fields/SG_XDR_SHXYM/conditions" in {one.pointer for one in refused.value.refusals}
    services.move_field(
        officer=keeper, draft_id=draft.pk, version=last, item_code="slgh", field_code="SG_FRDB", step=-9
    )
    draft.refresh_from_db()
    kept = content.find(content.load(draft.items), "slgh")
    assert kept is not None and kept.fields[0].code == "SG_FRDB"
    with pytest.raises(Refused) as refused:
        published(keeper, draft)
    assert any("决定日期" in one.detail for one in refused.value.refusals)


def test_a_route_lets_the_submitters_of_the_unit_hand_in_at_once(keeper: Officer) -> None:
    unit = people.agency("hg-lincao")
    submitter = people.officer(Role.SUBMITTER, code="hg-lincao")
    route = {
        "officer": keeper,
        "basis": "鹤信用办〔2026〕12号",
        "item_code": "sfcp",
        "agency": unit,
        "route": "city",
    }
    assert not may_submit_item(submitter, "sfcp")
    row = services.add_route(**route, effective_from=today())  # type: ignore[arg-type]
    assert may_submit_item(Officer.objects.get(pk=submitter.pk), "sfcp")
    with pytest.raises(Refused) as refused:
        services.add_route(**route, effective_from=tomorrow())  # type: ignore[arg-type]
    assert codes(refused) == {"route_not_fitting"}
    with pytest.raises(Refused):
        services.end_route(officer=keeper, basis="x", route_id=row.pk, last_day=tomorrow(-1))
    services.end_route(officer=keeper, basis="鹤信用办〔2026〕13号", route_id=row.pk, last_day=today())
    assert not selectors.providers("sfcp", tomorrow()).filter(agency=unit).exists()
    services.add_route(**route, effective_from=tomorrow())  # type: ignore[arg-type]
    assert [one.effective_until for one in selectors.routes("sfcp").filter(agency=unit)] == [None, today()]
    actions = Context.objects.filter(actor=keeper.pk).order_by("id").values_list("action", "basis")
    assert ("catalog.end_route", "鹤信用办〔2026〕13号") in list(actions)
    assert ProviderRoute.objects.filter(item_code="sfcp", agency=unit).count() == 2
