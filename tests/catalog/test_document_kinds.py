"""Kinds of documents change from a day on: what was decided before stands, form, file and SQL agree on every boundary."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer
from catalog import services
from catalog.models import CatalogItem, DocumentKind, LegalBasis
from catalog.rules.bases import BasisFacts
from catalog.rules.document_kinds import KindFacts, kind_refusals
from common.clock import today
from common.gates import Refused
from records import services as records
from records.choices import Channel
from records.models import CreditRecord
from tests import people
from tests.factories import make_licence, make_penalty
from tests.plan.rows import item_today, provider_of, valid_row

pytestmark = pytest.mark.django_db
NAME = "行政处罚决定书"
DAY = timedelta(days=1)


def keeper() -> Officer:
    return people.officer(Role.AUTHORITY)


def text(**changes: object) -> services.KindText:
    asked: dict[str, object] = {
        "name": NAME, "lawful": False, "basis": LegalBasis.objects.get(code="xzcff"), "basis_text": "新法第一条",
        "effective_from": today(), "mark": "verified",
    }  # fmt: skip
    return services.KindText(**{**asked, **changes})  # type: ignore[arg-type]


def hand_in(number: int, decided: date, kind: str = "") -> CreditRecord:
    item = item_today("xzcf")
    return records.accept_record(
        agency=provider_of("xzcf"), item_code="xzcf", fields=valid_row(item, people.agency(), number, CF_JDRQ=f"{decided}"),
        channel=Channel.FORM, procedure="ordinary", minor="none", document={"kind": kind} if kind else None,
    )  # fmt: skip


def test_from_its_day_on_and_not_a_day_before() -> None:
    services.enter_kind(officer=keeper(), basis="新法", text=text(), on=today())
    assert hand_in(91_001, today() - DAY).document_kind == NAME
    with pytest.raises(Refused) as caught:
        hand_in(91_002, today())
    assert caught.value.refusals[0].code == "document_kind_not_allowed"
    old, new = DocumentKind.objects.filter(name=NAME).order_by("effective_from")
    assert (old.effective_until, new.effective_until) == (today() - DAY, None)


def test_sql_meets_the_same_days() -> None:
    record = make_penalty(decision_date=today() - DAY)
    services.enter_kind(officer=keeper(), basis="新法", text=text(), on=today())
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditRecord.objects.filter(pk=record.pk).update(decision_date=today(), effective_date=today())
    with pytest.raises(DatabaseError), transaction.atomic():
        make_penalty(decision_date=today())
    make_penalty(decision_date=today() - DAY)


def test_an_ended_kind_carries_nothing_of_whatever_nature() -> None:
    """A licence, which says nothing bad of anybody, may name its kind up to the last day, and what is older."""
    older, last = date(2026, 1, 15), date(2026, 5, 1)
    DocumentKind.objects.filter(code="xzxk-jds").update(effective_from=older + DAY, effective_until=last)
    licence = make_licence(decision_date=last)
    make_licence(decision_date=older)
    with pytest.raises(DatabaseError, match="G3"), transaction.atomic():
        make_licence(decision_date=last + DAY)
    with pytest.raises(DatabaseError, match="G3"), transaction.atomic():
        CreditRecord.objects.filter(pk=licence.pk).update(decision_date=last + DAY, effective_date=last + DAY)
    item = item_today("xzxk")
    for day, refused in ((last, False), (last + DAY, True), (older, False)):
        verdict = _licence_codes(item, day)
        assert ("document_kind_not_allowed" in verdict) is refused, (day, verdict)


def _licence_codes(item: CatalogItem, day: date) -> list[str]:
    row = valid_row(item, people.agency(), 92_001, XK_JDRQ=f"{day}")
    try:
        with transaction.atomic():
            records.accept_record(
                agency=provider_of("xzxk"),
                item_code="xzxk",
                fields=row,
                channel=Channel.FORM,
                document={"kind": "行政许可决定书"},
            )
            raise RuntimeError  # accepted, and taken back
    except RuntimeError:
        return []
    except Refused as refused:
        return [one.code for one in refused.refusals]


def test_a_new_kind_is_usable_at_once_and_a_gapless_change_is_none() -> None:
    boss = keeper()
    services.enter_kind(officer=boss, basis="新法", text=text(name="信用惩戒决定书", lawful=True), on=today())
    assert hand_in(91_003, today(), "信用惩戒决定书").document_kind == "信用惩戒决定书"
    services.enter_kind(officer=boss, basis="新法", text=text(lawful=True), on=today())
    assert hand_in(91_004, today() - DAY).pk and hand_in(91_005, today()).pk


def test_ended_kinds_are_offered_no_more(client: Client) -> None:
    boss = keeper()
    client.force_login(boss)
    typed = {"last_day": today().isoformat(), "acting_on": "省文件"}
    assert client.post("/workbench/catalog/document-kinds/xzcf-jds/end/", typed).status_code == 302
    assert hand_in(91_006, today()).pk, "the last day is included"
    typed["last_day"] = (today() - DAY).isoformat()
    assert client.post("/workbench/catalog/document-kinds/xzcf-jds/end/", typed).status_code == 200


def test_the_page_enters_a_kind_and_refuses_too_low_a_basis(client: Client) -> None:
    client.force_login(keeper())
    typed = {"name": "失信认定书", "lawful": "on", "basis": "plan-2022-1", "basis_text": "第2条", "mark": "verified",
             "effective_from": today().isoformat(), "acting_on": "省文件"}  # fmt: skip
    page = client.post("/workbench/catalog/document-kinds/new/", typed)
    assert page.status_code == 200 and "不能使一种文书成为失信认定的依据" in page.content.decode()
    assert (
        client.post("/workbench/catalog/document-kinds/new/", typed | {"basis": "xzcff"}).status_code == 302
    )
    assert "失信认定书" in client.get("/workbench/catalog/document-kinds/").content.decode()


def test_no_sql_makes_a_kind_lawful_on_too_low_a_basis() -> None:
    low = LegalBasis.objects.get(code="plan-2022-1")
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentKind.objects.filter(code="huiyi").update(lawful=True, basis=low)


def test_every_refusal() -> None:
    law = BasisFacts("law", "某法", "law", date(2026, 1, 1), date(2026, 12, 31))
    on = date(2026, 11, 20)
    assert not kind_refusals(KindFacts("x", True, law, on), running_from=None, on=on)
    low = BasisFacts("rule", "某规章", "department_rule")
    assert not kind_refusals(KindFacts("x", False, low, on), running_from=None, on=on)
    found = kind_refusals(KindFacts("x", True, low, on), running_from=None, on=on)
    assert [one.code for one in found] == ["document_kind_not_allowed"]
    late = kind_refusals(KindFacts("x", True, law, date(2027, 1, 1)), running_from=None, on=on)
    assert [one.code for one in late] == ["document_not_effective"]
    early = kind_refusals(
        KindFacts("x", True, law, date(2026, 11, 19)), running_from=date(2026, 11, 19), on=on
    )
    assert [one.code for one in early] == ["date_order", "date_order"]
