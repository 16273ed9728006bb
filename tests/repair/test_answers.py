"""What the page of a record says today: can it be repaired, from when, by whom, with what, in how many days, for nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from common.clock import today
from common.templatetags.credit import cdate
from records.models import CreditRecord
from repair import services
from repair.choices import Standing
from repair.models import RepairRule
from repair.selectors.rules import Rulebook, barred_until, clock_words
from tests.factories import make_penalty
from tests.repair import samples

pytestmark = pytest.mark.django_db


def now() -> CreditRecord:
    return samples.ripe_penalty()


def later() -> CreditRecord:
    return make_penalty(decision_date=today() - timedelta(days=20))


def automatic() -> CreditRecord:
    record = samples.ripe_penalty()
    CreditRecord.objects.filter(pk=record.pk).update(minimum_until=record.published_until)
    return record


def irreparable() -> CreditRecord:
    record = samples.ripe_penalty(types="罚款")
    RepairRule.objects.filter(regime=record.regime).update(irreparable_types=["罚款"])
    return record


def barred() -> CreditRecord:
    first = samples.ripe_penalty()
    case = samples.decided(samples.accepted(first), grant=False, reasons="承诺与事实不符")
    services.record_false_commitment(officer=samples.reviewer(), case_id=case.pk, facts="凭证系伪造")
    return samples.ripe_penalty(first.subject)


STATES: dict[Standing, tuple[Callable[[], CreditRecord], str]] = {
    Standing.NOW: (now, "现在可以申请修复"),
    Standing.LATER: (later, "起可以申请"),
    Standing.AUTOMATIC: (automatic, "到期自动停止公示"),
    Standing.IRREPARABLE: (irreparable, "依法不可修复"),
    Standing.BARRED: (barred, "承诺不实"),
}


@pytest.mark.parametrize("standing", list(STATES))
def test_the_page_answers_whether_when_who_what_and_how_long(standing: Standing) -> None:
    make, words = STATES[standing]
    record = CreditRecord.objects.select_related("regime__basis", "item", "subject").get(pk=make().pk)
    book = Rulebook.load(today())
    answer, rule = book.answer(record, barred_until(record.subject, today())), book.rule_of(record)
    assert answer.standing == standing and rule is not None
    page = Client().get(f"/records/{record.pk}/").content.decode()
    assert words in page
    assert (f"/repair/apply/?record={record.pk}" in page) == (standing == Standing.NOW)
    if answer.since is not None and standing != Standing.NOW:
        assert cdate(answer.since) in page or f"{answer.since.year}年{answer.since.month}月" in page
    for said in (
        rule.decided_by,
        clock_words("repair", today()),
        "不收费",
        *rule.materials,
        *rule.conditions,
    ):
        assert said in page, said


def test_what_is_over_has_no_page_and_what_is_no_dishonesty_needs_no_repair() -> None:
    from tests.factories import make_licence

    assert Client().get(f"/records/{samples.ripe_penalty(ended_on=today()).pk}/").status_code == 404
    assert "不需要修复" in Client().get(f"/records/{make_licence().pk}/").content.decode()


def test_the_officer_sees_what_changed_since_the_refusal() -> None:
    from tests.repair.test_workbench import as_officer

    record = samples.ripe_penalty()
    first = samples.decided(samples.accepted(record), grant=False, reasons="罚款尚未缴清")
    again = samples.file(record, changes="罚款已于昨日缴清，附缴款凭证").case
    page = as_officer(samples.reviewer()).get(f"/workbench/repair/cases/{again.number}/").content.decode()
    assert "与上次相比" in page and "罚款已于昨日缴清" in page and first.number in page


FEE = re.compile(r"(?<![a-z])(fee|fees|price|payment|charge|cost|amount_due)(?![a-z])", re.IGNORECASE)
ASKS = re.compile(r"缴纳?(修复|申请|手续|服务)费|收费标准|支付(费用|宝)|微信支付|付款码|服务费")


def test_nothing_in_this_room_can_take_a_fee() -> None:
    """No column, no form field, no address, no words: in models, forms, URLs and templates of repair, portal side included."""
    for model in apps.get_app_config("repair").get_models():
        for field in model._meta.get_fields():
            assert not FEE.search(field.name.replace("_", " ")), (model, field)
    addresses = [one for one in _addresses(get_resolver()) if "repair" in one or "objection" in one]
    assert len(addresses) > 10 and not [one for one in addresses if FEE.search(one)]
    root = Path(settings.BASE_DIR)
    templates = [*root.glob("templates/workbench/repair/*.html"), *root.glob("templates/portal/*.html")]
    sources = [*root.glob("repair/**/*.py"), *root.glob("portal/*errand*.py")]
    assert len(templates) > 20 and len(sources) > 20
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'name="[^"]*(fee|pay|price|amount)[^"]*"', text), path
        assert not ASKS.search(text), path
    for path in sources:
        assert not ASKS.search(path.read_text(encoding="utf-8")), path


def _addresses(resolver: URLResolver, before: str = "") -> list[str]:
    found: list[str] = []
    for one in resolver.url_patterns:
        path = f"{before}{one.pattern}"
        found += [path] if isinstance(one, URLPattern) else _addresses(one, path)
    return found


def test_the_forms_of_this_room_have_no_field_for_money() -> None:
    from repair import forms

    for form in (*forms.PUBLIC_FORMS.values(), forms.ReviewForm, forms.SupplementForm, forms.AcceptForm):
        for name in form.base_fields:
            assert not FEE.search(name.replace("_", " ")), (form, name)
