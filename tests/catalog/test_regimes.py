"""Publication regimes as dated data: entered for days to come, by rule, page and database; old records keep theirs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from agencies.models import Officer
from catalog import selectors, services
from catalog.choices import Severity
from catalog.models import PublicationRegime, PublicationTier
from catalog.publication import add_months, window
from catalog.rules.regimes import RegimeContent, TierContent, regime_refusals
from common.clock import today
from common.gates import Refused
from records.intake.reference import regime_facts
from tests.factories import make_penalty
from tests.ledger.samples import AsRole

TYPES = ("警告", "罚款", "责令关闭")
MILD = TierContent(
    "轻微",
    ("警告",),
    (),
    shown=False,
    min_months=0,
    max_months=3,
    basis_clause="第七条",
    mark="verified",
    severity=Severity.LIGHT,
)
FINE = TierContent(
    "一般",
    ("罚款",),
    (),
    shown=True,
    min_months=3,
    max_months=12,
    basis_clause="第八条",
    mark="verified",
    severity=Severity.MEDIUM,
)
HARD = TierContent(
    "严重",
    ("责令关闭",),
    (),
    shown=True,
    min_months=12,
    max_months=36,
    basis_clause="第九条",
    mark="verified",
    severity=Severity.HEAVY,
)
ON = date(2026, 11, 20)
NEW = RegimeContent(
    name="信用修复管理办法（修订）", basis="fgwl-36", sector="", effective_from=date(2027, 2, 17), start_from="publication",
    start_text="自开始公示之日起", mark="verified", note="", tiers=(MILD, FINE, HARD),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (NEW, set()),
        (replace(NEW, effective_from=ON + timedelta(days=1)), {"effective_from"}),
        (replace(NEW, effective_from=ON), {"effective_from"}),
        (replace(NEW, effective_from=date(2026, 12, 1)), {"effective_from"}),
        (replace(NEW, name=" ", start_text=""), {"name", "start_text"}),
        (replace(NEW, start_from="yesterday"), {"start_from"}),
        (replace(NEW, tiers=()), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE)), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE, HARD, replace(HARD, name="更重"))), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE, HARD, replace(HARD, name="更重", sectors=("消防",)))), set()),
        (replace(NEW, tiers=(MILD, FINE, replace(HARD, name="一般"))), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE, replace(HARD, min_months=37))), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE, replace(HARD, min_months=0, max_months=0))), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE, replace(HARD, basis_clause=""))), {"tiers"}),
        (replace(NEW, tiers=(MILD, FINE, replace(HARD, penalty_types=("责令关闭", "训诫")))), {"tiers"}),
    ],
)
def test_what_a_regime_must_say(wanted: RegimeContent, expected: set[str]) -> None:
    found = regime_refusals(wanted, newest=date(2026, 12, 1), types=TYPES, on=ON)
    assert {one.pointer for one in found} == expected
    assert all(one.basis for one in found)


def test_the_first_regime_of_a_sector_follows_nobody() -> None:
    first = replace(NEW, effective_from=ON + timedelta(days=1))
    assert regime_refusals(first, newest=None, types=TYPES, on=ON) == []


def wanted(**changes: object) -> RegimeContent:
    """The tiers of 36号令 again, from the day after tomorrow on, counted from the first day of publication."""
    running = selectors.regimes().get(code="r2")
    tiers = tuple(
        replace(
            FINE,
            name=tier.name,
            penalty_types=tuple(tier.penalty_types),
            sectors=tuple(tier.sectors),
            shown=tier.shown,
            max_months=tier.max_months,
        )
        for tier in running.tiers.all()
    )
    return replace(NEW, effective_from=today() + timedelta(days=2), tiers=tiers, **changes)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_new_regime_takes_over_from_its_day_and_old_records_keep_theirs(keeper: Officer) -> None:
    before = make_penalty(decision_date=date(2026, 5, 11))
    new = services.enter_regime(officer=keeper, basis="新规定", content=wanted(), on=today())
    old = PublicationRegime.objects.get(code="r2")
    assert old.effective_until == new.effective_from - timedelta(days=1)
    before.refresh_from_db()
    assert before.regime == old and before.published_until == date(2027, 5, 11)
    facts = [regime_facts(one) for one in selectors.regimes()]
    fine = frozenset({"罚款"})
    last, first = old.effective_until, new.effective_from
    assert window(last, fine, frozenset(), facts).regime_id == old.pk
    shown = first + timedelta(days=20)
    found = window(first, fine, frozenset(), facts, determined=first + timedelta(days=9), shown=shown)
    assert found.regime_id == new.pk and found.minimum_until == add_months(
        shown, 3
    )  # counted from the day it was first shown
    with pytest.raises(Refused, match="regime_date_taken"):
        services.enter_regime(officer=keeper, basis="x", content=wanted(), on=today())
    with pytest.raises(Refused, match="date_order"):
        services.end_regime(officer=keeper, basis="x", code=new.code, last_day=today(), on=today())
    ended = services.end_regime(
        officer=keeper, basis="x", code=new.code, last_day=first + timedelta(days=30), on=today()
    )
    assert window(first + timedelta(days=31), fine, frozenset(), facts[:0]).regime_id is None
    assert ended.effective_until == first + timedelta(days=30)
    with pytest.raises(Refused, match="date_order"):
        services.end_regime(
            officer=keeper, basis="x", code=new.code, last_day=first + timedelta(days=31), on=today()
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "update catalog_publicationtier set max_months = 60 where max_months = 12",
        "update catalog_publicationtier set shown = true where not shown",
        "update catalog_publicationregime set start_from = 'publication' where code = 'r2'",
        "update catalog_publicationregime set effective_until = '2026-05-01' where code = 'r2'",
        "update catalog_publicationregime set effective_until = '2026-05-01' where code = 'r1'",
    ],
)
def test_a_regime_in_force_keeps_its_periods(sql: str) -> None:
    with (
        pytest.raises(IntegrityError, match="keeps its periods"),
        AsRole("credit_app"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    PublicationTier.objects.update(mark="verified")  # words and marks may be corrected


@pytest.mark.django_db
def test_an_officer_enters_and_ends_a_regime_on_the_pages(keeper: Officer) -> None:
    client = Client()
    client.force_login(keeper)
    base = "/workbench/catalog/regimes/"
    assert "国家发展改革委令第36号" in client.get(base).content.decode()
    page = client.get(f"{base}new/?copy=r2")
    form, tiers = page.context["form"], page.context["tiers"]
    sent: dict[str, object] = {
        **{name: form.initial.get(name, "") for name in form.fields}, "acting_on": "新规定文号",
        "effective_from": f"{today()}", "tier-TOTAL_FORMS": tiers.total_form_count(), "tier-INITIAL_FORMS": tiers.initial_form_count(),
        "tier-MIN_NUM_FORMS": 1, "tier-MAX_NUM_FORMS": 20,
    }  # fmt: skip
    for number, initial in enumerate(tiers.initial):
        for name, value in initial.items():
            if value is not False:
                sent[f"tier-{number}-{name}"] = value
    refused = client.post(f"{base}new/?copy=r2", sent).content.decode()
    assert "施行日期最早为明天" in refused and "（依据：" in refused
    answer = client.post(f"{base}new/?copy=r2", sent | {"effective_from": f"{today() + timedelta(days=1)}"})
    assert answer.status_code == 302, answer.content.decode()
    new = PublicationRegime.objects.latest("effective_from")
    old = PublicationRegime.objects.get(code="r2")
    said = [(one.name, one.min_months, one.max_months, one.severity) for one in old.tiers.all()]
    assert [(one.name, one.min_months, one.max_months, one.severity) for one in new.tiers.all()] == said
    assert {severity for *_, severity in said} == {1, 2, 3}
    assert "轻重：较重" in client.get(f"{base}{new.code}/").content.decode()
    done = client.post(
        f"{base}{new.code}/end/",
        {"last_day": f"{today() + timedelta(days=9)}", "acting_on": "废止的决定"},
        follow=True,
    )
    assert "决定为止" in done.content.decode()


@pytest.mark.django_db
def test_a_reload_of_the_files_opens_no_regime_again(keeper: Officer) -> None:
    from django.core.management import call_command

    services.enter_regime(officer=keeper, basis="新规定", content=wanted(), on=today())
    call_command("load_reference", verbosity=0)
    assert PublicationRegime.objects.get(code="r2").effective_until == today() + timedelta(days=1)
