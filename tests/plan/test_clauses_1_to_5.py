"""Sections (一) and (二) of the plan (鹤信用发〔2022〕1号 第1–5条), sentence by sentence, through promised interfaces.

It reads like the plan: clause, its words, and what is done and must happen. Where a sentence has a suite of its own
(every item, the six routes, windows, look-ups), the row here asks the one decisive question.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from agencies.choices import Scope
from agencies.models import Agency
from catalog.models import CatalogEdition, CatalogItem, DocumentKind
from common.checks import missing_years
from common.clock import today
from common.gates import Refused
from records import services
from records.choices import Channel
from records.models import CreditRecord
from records.selectors import published, shared_with, used
from records.sharing.services import LookUpRefused, look_up
from tests import people
from tests.factories import make_licence, make_penalty, make_person, make_subject
from tests.plan.rows import item_today, provider_of, valid_row
from tests.sharing.samples import approved

pytestmark = pytest.mark.django_db


def hand_in(
    code: str = "xzcf", unit: Agency | None = None, number: int = 81_000, **said: object
) -> CreditRecord:
    unit = unit or provider_of(code)
    item = item_today(code)
    changes = {name: str(said.pop(name)) for name in list(said) if name.isupper()}
    procedure = {"procedure": "ordinary", "minor": "none"} if item.asks_procedure else {}
    return services.accept_record(
        agency=unit, item_code=code, fields=valid_row(item, unit, number, **changes), channel=Channel.FORM,
        **(procedure | said),  # type: ignore[arg-type]
    )  # fmt: skip


def refused(code: str, act: Callable[[], object]) -> None:
    """It is refused with this code and a clause, and nothing is stored."""
    before = CreditRecord.objects.count()
    with pytest.raises(Refused) as caught:
        act()
    found = {one.code: one.basis for one in caught.value.refusals}
    assert found.get(code), found
    assert CreditRecord.objects.count() == before


def by_machine(body: dict[str, object], unit: str = "hg-shijian") -> tuple[int, str]:
    headers = people.bearer(people.client(Scope.RECORDS_SUBMIT, code=unit, name=f"业务系统{today()}"))
    answer = Client().post("/api/v1/records/", body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json().get("code", "")


# --- 第1条 明确界定公共信用信息范围 ---------------------------------------------------------------------------


def outside_the_catalog() -> None:
    refused(
        "item_unknown",
        lambda: services.accept_record(
            agency=people.agency(), item_code="no-such", fields={}, channel=Channel.FORM
        ),
    )
    assert by_machine({"item": "no-such", "fields": {}}) == (422, "item_unknown")


def no_city_catalog() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        CatalogEdition.objects.filter(code="national-2024").update(level="city")


def a_sufficient_basis() -> None:
    item = item_today("xzcf")
    with pytest.raises(DatabaseError), transaction.atomic():
        CatalogItem.objects.filter(pk=item.pk).update(basis=None)


def in_force_on_the_day_of_the_decision() -> None:
    refused("item_not_in_force", lambda: hand_in(CF_JDRQ="2019-03-01"))


def eight_attributes() -> None:
    item = Client().get("/api/v1/catalog/items/xzcf/").json()
    wanted = {"conduct", "provider", "data_source", "nature", "sharing", "publicity", "period_rule"}
    assert all(item[name] for name in wanted)


def no_summary_procedure() -> None:
    refused("excluded_summary_procedure", lambda: hand_in(procedure="summary"))
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditRecord.objects.filter(pk=make_penalty().pk).update(procedure="summary")


def no_minor_conduct_put_right() -> None:
    refused("excluded_minor_corrected", lambda: hand_in(minor="minor_corrected"))


def no_first_minor_conduct_put_right() -> None:
    refused("excluded_first_minor", lambda: hand_in(minor="first_minor"))


# --- 第2条 严格规范失信行为认定依据 ---------------------------------------------------------------------------


def no_record_without_its_document() -> None:
    refused("document_missing", lambda: hand_in(CF_WSH=""))
    row = valid_row(item_today("xzcf"), people.agency(), 81_100)
    said = {"procedure": "普通程序", "minor": "无"}
    assert by_machine({"item": "xzcf", "fields": row, **said}) == (422, "document_missing")


def only_documents_of_a_lawful_kind() -> None:
    refused("document_kind_not_allowed", lambda: hand_in(document={"kind": "会议纪要"}))
    assert DocumentKind.objects.filter(lawful=True, name="行政处罚决定书").exists()


def only_documents_in_effect() -> None:
    refused(
        "document_not_effective", lambda: hand_in(effective_date=(today() + timedelta(days=3)).isoformat())
    )


def whoever_determines_records_truly() -> None:
    refused("provider_not_authorised", lambda: hand_in(CF_CFJGDM=people.agency("hg-yingji").uscc))


def a_revoked_document_takes_the_record_out_of_every_channel() -> None:
    record = make_penalty()
    services.end_record(officer=None, record_id=record.pk, on=today(), reason="revoked", basis="方案第2条")
    assert (
        not published(today()).filter(pk=record.pk).exists()
        and not used(today()).filter(pk=record.pk).exists()
    )
    assert Client().get(f"/records/{record.pk}/").status_code == 404


# --- 第3条 公共信用信息的归集方式（六条渠道见 test_six_routes） ------------------------------------------------


def the_county_reports() -> None:
    assert hand_in("cxry", people.agency("luobei-shijian")).provider.level == "county"


def the_city_reports() -> None:
    assert hand_in("htly", people.agency("hg-shuiwu")).provider.level == "city"


def ten_acts_through_the_provincial_system() -> None:
    from records.provenance import received_as

    assert received_as(hand_in("xzjl", people.agency("hg-jiaoyu")))


def the_court_alone_reports_its_items() -> None:
    for code in ("sxbzxr", "xjss"):
        assert hand_in(code).provider.kind == "court"
        refused("provider_not_authorised", lambda code=code: hand_in(code, people.agency()))  # type: ignore[misc]


def utilities_by_agreement() -> None:
    assert hand_in("ggsy").provider.kind == "utility"
    refused("provider_not_authorised", lambda: hand_in("ggsy", people.agency("hg-zhujian")))


# --- 第4条 共享和公开方法 -------------------------------------------------------------------------------------


def shared_for_a_duty_only() -> None:
    company = make_penalty().subject
    officer, unit = people.stranger(), people.agency("hg-yingji")
    with pytest.raises(LookUpRefused) as caught:
        look_up(agency=unit, officer=officer, purpose_code="", uscc=company.uscc)
    assert caught.value.refusals[0].code == "purpose_missing" and caught.value.receipt
    purpose = approved(code="hg-yingji", items=("xzcf",))
    answer = look_up(agency=unit, officer=officer, purpose_code=purpose.code, uscc=company.uscc)
    assert len(answer.records) == 1


def no_more_than_the_duty_needs() -> None:
    company = make_licence().subject
    purpose = approved(code="hg-yingji", items=("xzcf",))
    assert not shared_with(people.agency("hg-yingji"), purpose, today()).filter(subject=company).exists()


def collected_once() -> None:
    hand_in()
    refused("duplicate", lambda: hand_in())


def one_body_one_subject() -> None:
    """“一口采集、充分共享”：旧代码与新代码下的记录归于一处，且不凭名称."""
    from tests.identity.samples import OLD_CODE, merged, new_row, old_row

    kept, other = new_row(), old_row()
    record = make_penalty(other)
    merged(kept, other)
    found = Client().get("/search/", {"q": OLD_CODE}).headers["Location"]
    assert found == f"/subjects/{kept.public_id}/"
    assert record.document_number in Client().get(found).content.decode()


def published_only_where_the_catalog_says_so() -> None:
    assert hand_in("htly").published_until is None and hand_in("cxry").published_until is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditRecord.objects.filter(item_code="htly").update(published_until=today(), shared_until=today())


def persons_only_on_a_basis_and_masked() -> None:
    person = make_person("林有田")
    record = make_licence(person)
    page = Client().get(f"/records/{record.pk}/").content.decode()
    assert "林有田" not in page and "林" in page
    assert not Client().get("/api/v1/public/subjects/?q=林有田").json().get("items")


def persons_only_with_consent_and_while_it_lasts() -> None:
    from records.persons.services import withdraw_consent
    from tests.persons import samples as persons

    refused("consent_missing", persons.honour)
    given = persons.consent()
    record = persons.honour()
    assert record.published_until is None, "publication needs a consent of its own"
    withdraw_consent(consent=given, means="paper", officer=persons.submitter())
    assert not used(today()).filter(pk=record.pk).exists()


def corrected_with_reason_and_the_version_before_kept() -> None:
    from tests.evidence import samples as evidence

    record = evidence.hand_in(people.agency())
    evidence.correct(record, {"CF_NR_FK": "0.3", "CF_NR": "罚款3000元"})
    record.refresh_from_db()
    assert (record.version, record.data["CF_NR_FK"]) == (2, "0.3")
    assert record.versions.get(number=1).body["data"]["CF_NR_FK"] == "0.2"
    assert "3,000" in Client().get(f"/records/{record.pk}/").content.decode()


def a_document_under_review_marks_the_record() -> None:
    from tests.evidence import samples as evidence

    record = evidence.hand_in(people.agency())
    evidence.mark(record)
    record.refresh_from_db()
    assert record.contested == "review" and published(today()).filter(pk=record.pk).exists()


# --- 第5条 公开渠道的管理 -------------------------------------------------------------------------------------


def both_publicities_are_shown() -> None:
    penalty, licence = make_penalty(), make_licence()
    assert penalty.document_number in Client().get("/penalties/").content.decode()
    assert licence.document_number in Client().get("/licences/").content.decode()


def no_longer_than_the_rule() -> None:
    record = make_penalty()
    assert record.published_until is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditRecord.objects.filter(pk=record.pk).update(
            published_until=date(2099, 1, 1), shared_until=date(2099, 1, 1)
        )


def nothing_after_its_end() -> None:
    record = make_penalty(
        make_subject(), decision_date=date(2024, 1, 8), published_until=today() - timedelta(days=1)
    )
    assert Client().get(f"/records/{record.pk}/").status_code == 404
    assert not Client().get("/api/v1/public/records/?item=xzcf").json()["items"]


def the_page_says_why_and_until_when() -> None:
    page = Client().get(f"/records/{make_penalty().pk}/").content.decode()
    assert "公示" in page and "依据" in page


def late_reports_are_computed() -> None:
    from supervision.selectors.timeliness import timeliness

    make_penalty(decision_date=date(2026, 5, 11))
    (row,) = timeliness(since=date(2026, 5, 1), until=date(2026, 5, 31), items=["xzcf"])
    assert row.late == 1 and row.on_time == 0


def gaps_are_suspected_omissions() -> None:
    from supervision.models import NumberGap
    from supervision.services import refresh

    for number in ("鹤市监处罚〔2026〕101号", "鹤市监处罚〔2026〕103号"):
        make_penalty(number=number)
    refresh(on=today())
    assert NumberGap.objects.filter(prefix="鹤市监处罚", first=102, last=102).exists()


def errors_are_counted() -> None:
    from supervision.selectors.errors import errors
    from tests.supervision.test_errors import turned_down

    turned_down(make_penalty())
    (line,) = errors(since=today(), until=today(), items=["xzcf"])
    assert (line.turned_down, line.total) == (1, 1)


def the_calendar_is_missed_in_time() -> None:
    assert missing_years(date(2026, 11, 20), frozenset({2025, 2026})) == [2027]
    assert missing_years(date(2026, 11, 20), frozenset({2026, 2027})) == []


class Sentence(NamedTuple):
    """One sentence of the plan and what must happen."""

    clause: str
    words: str
    must: Callable[[], None]


PLAN = (
    Sentence("1", "实行目录制管理", outside_the_catalog),
    Sentence("1", "按照全国基础目录、省目录及省补充目录界定", no_city_catalog),
    Sentence("1", "以法律、法规或者党中央、国务院政策文件为依据", a_sufficient_basis),
    Sentence("1", "界定公共信用信息纳入范围", in_force_on_the_day_of_the_decision),
    Sentence(
        "1",
        "明确信息对应的具体行为、提供单位、数据来源、性质分类、共享属性、公开属性、公示期限",
        eight_attributes,
    ),
    Sentence("1", "适用简易程序作出的行政处罚信息不纳入", no_summary_procedure),
    Sentence("1", "违法行为轻微且主动消除或者减轻危害后果的不纳入", no_minor_conduct_put_right),
    Sentence("1", "初次违法且危害后果轻微并主动消除的不纳入", no_first_minor_conduct_put_right),
    Sentence("2", "必须以具有法律效力的文书为依据", no_record_without_its_document),
    Sentence("2", "可认定失信行为的依据包括生效的司法裁判文书……", only_documents_of_a_lawful_kind),
    Sentence("2", "生效的", only_documents_in_effect),
    Sentence("2", "认定失信行为后应当如实记录失信信息", whoever_determines_records_truly),
    Sentence(
        "2", "如实记录：有误的由报送单位更正并说明理由", corrected_with_reason_and_the_version_before_kept
    ),
    Sentence("2", "生效的：复议、诉讼中的文书予以标注", a_document_under_review_marks_the_record),
    Sentence("2", "文书失去效力的不再作为依据", a_revoked_document_takes_the_record_out_of_every_channel),
    Sentence("3（1）", "县（区）和乡（镇）级提供单位报送", the_county_reports),
    Sentence("3（2）", "市级提供单位向本级平台推送", the_city_reports),
    Sentence("3（3）", "行政行为信息通过省相应填报系统推送", ten_acts_through_the_provincial_system),
    Sentence("3（4）", "失信被执行人和虚假诉讼信息由市中级人民法院推送", the_court_alone_reports_its_items),
    Sentence("3（5）", "公用企事业单位按约定推送", utilities_by_agreement),
    Sentence("4（1）", "根据国家机关依法履行职责的需求共享", shared_for_a_duty_only),
    Sentence("4（1）", "按照合法、必要的原则", no_more_than_the_duty_needs),
    Sentence("4（1）", "一口采集", collected_once),
    Sentence("4（1）", "充分共享", one_body_one_subject),
    Sentence("4（2）", "严格按照目录依法依规共享公开", published_only_where_the_catalog_says_so),
    Sentence(
        "4（2）",
        "公开个人相关信息必须有依据或经本人同意，并进行必要脱敏处理",
        persons_only_on_a_basis_and_masked,
    ),
    Sentence("4（2）", "或经本人同意", persons_only_with_consent_and_while_it_lasts),
    Sentence("5", "全面落实双公示，应公示尽公示", both_publicities_are_shown),
    Sentence("5", "与认定部门公开的内容、期限保持一致", no_longer_than_the_rule),
    Sentence("5", "期限届满不再公示", nothing_after_its_end),
    Sentence("5", "按照有关规定统一公开", the_page_says_why_and_until_when),
    Sentence("5", "解决迟报", late_reports_are_computed),
    Sentence("5", "解决瞒报", gaps_are_suspected_omissions),
    Sentence("5", "解决错报", errors_are_counted),
    Sentence("5", "七个工作日以公布的工作日历计算", the_calendar_is_missed_in_time),
)


@pytest.mark.parametrize("sentence", PLAN, ids=lambda one: f"{one.clause}-{one.must.__name__}")
def test_the_plan(sentence: Sentence) -> None:
    sentence.must()
