"""After an approval no trace in any channel and no live measure: every channel by its name, for every kind of thing that can
be repaired. No worker and no beat runs here; what the channels show is computed from the same dates."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from agencies.choices import Role, Scope
from blacklist.models import ListEntry
from common.clock import today
from ledger.services import seal_all
from records.models import CreditRecord, Subject
from records.sharing import services as sharing
from repair import choices, services
from sanctions import selectors as measures
from sanctions.lifting import lift_tasks
from sanctions.services import ApplicationText, apply_measure
from tests import people
from tests.factories import make_subject
from tests.repair import samples
from tests.repair.test_papers import words_of
from tests.sanctions.samples import Window, _in_use, make_defaulter
from tests.sharing.samples import approved, chief

pytestmark = pytest.mark.django_db
NAME = "鹤岗市青松岭农机销售有限公司"
Thing = CreditRecord | ListEntry


def penalty(company: Subject) -> Thing:
    return samples.ripe_penalty(company, data={"CF_WFXW": "提供虚假材料申请行政许可"})


def entry(company: Subject) -> Thing:
    return samples.listed(company)


def abnormal(company: Subject) -> Thing:
    since = today() - timedelta(days=90)
    return _in_use(
        "jyyc", company, since, since + timedelta(days=900), "列入决定书", "鹤岗市市场监督管理局", {}
    )


def defaulter(company: Subject) -> Thing:
    return make_defaulter(company)


@dataclass(frozen=True)
class Kind:
    """One kind of thing: how it is made, at which errand it is asked about, which measure can rest on it."""

    make: Callable[[Subject], Thing]
    matter: str
    measure: str = ""
    missing: frozenset[str] = frozenset()  # channels that show no such thing at any time


KINDS = {
    "行政处罚": Kind(penalty, "xzxksc", "xk-78", frozenset({"名单列表", "名单接口"})),
    "名单条目": Kind(entry, "zfcg", "nmg-48-cg", frozenset({"处罚列表", "记录接口", "履职查询", "导出"})),
    "经营异常名录": Kind(abnormal, "zfcg", "qyxx-18", frozenset({"处罚列表", "名单列表", "名单接口"})),
    "其他失信信息": Kind(defaulter, "zfcg", "", frozenset({"处罚列表", "名单列表", "名单接口", "联动审查"})),
}


def feed(headers: dict[str, str], kind: str = "xzcf") -> list[dict[str, object]]:
    """Everything of a kind that the province reads."""
    items: list[dict[str, object]] = []
    cursor = ""
    while True:
        answer = Client().get(f"/api/v1/province/changes/?limit=1000&cursor={cursor}", headers=headers).json()
        items += [one for one in answer["items"] if one["kind"] == kind]
        if not answer["items"]:
            return items
        cursor = answer["next_cursor"]


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode() if answer.status_code == 200 else ""


@dataclass
class World:
    """A company with one thing held against it, and everybody who could see it."""

    kind: Kind
    thing: Thing
    number: str
    public: Client = field(default_factory=Client)
    kept: dict[str, str] = field(default_factory=dict)  # pages a cache holds, with their tags
    window: Window = field(default_factory=Window)
    province: dict[str, str] = field(
        default_factory=lambda: people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    )

    @property
    def company(self) -> Subject:
        return self.thing.subject

    def get(self, path: str) -> str:
        """As a cache asks that has seen the page before: an answer 304 would keep the old text in front of people."""
        headers = {"If-None-Match": self.kept[path]} if path in self.kept else {}
        answer = self.public.get(path, headers=headers)
        if answer.status_code == 304:
            return self.number
        if "ETag" in answer.headers:
            self.kept[path] = answer.headers["ETag"]
        return text_of(answer)


def own_page(world: World) -> str:
    thing = world.thing
    return (
        f"/records/{thing.pk}/" if isinstance(thing, CreditRecord) else f"/lists/entries/{thing.public_id}/"
    )


def province(world: World) -> str:
    seal_all(using="default")
    if isinstance(world.thing, CreditRecord):
        told = [
            one for one in feed(world.province, world.thing.item_code) if one["object_id"] == world.thing.pk
        ]
        return world.number if told[-1]["action"] == "upsert" or told[-1]["payload"] else ""
    return json.dumps([one["payload"] for one in feed(world.province, "list_entry")], ensure_ascii=False)


def looked_up(world: World) -> str:
    items = ("xzcf", "jyyc", "sxbzxr")
    purpose = approved(boss=chief(), items=items)
    found = sharing.look_up(
        agency=people.agency(),
        officer=samples.officer(Role.SUBMITTER),
        purpose_code=purpose.code,
        uscc=world.company.uscc,
    )  # fmt: skip
    return " ".join(record.document_number for record in found.records)


def exported(world: World) -> str:
    purpose = approved(boss=chief(), items=("xzcf", "jyyc", "sxbzxr"))
    asker = samples.officer(Role.SUBMITTER)
    export = sharing.request_export(officer=asker, purpose_id=purpose.pk, reason="核对")
    sharing.decide_export(officer=chief(), export_id=export.pk, grant=True)
    return sharing.take_export(officer=asker, export_id=export.pk).content.decode("utf-8-sig")


def screened(world: World) -> str:
    answer = world.window.one(world.company, world.kind.matter)
    return json.dumps(answer, ensure_ascii=False) if answer["status"] != "clear" else ""


def found_by_code(world: World) -> str:
    """The search leads to the subject where it knows one, or shows what is held."""
    return text_of(world.public.get("/search/", {"q": world.company.uscc}, follow=True))


def reported(world: World) -> str:
    """The report anybody may have of an organisation, as it reads on paper."""
    answer = world.public.post("/reports/", {"uscc": world.company.uscc})
    assert answer.status_code == 200, answer.content
    return words_of(answer.content)


def errands(world: World) -> str:
    """Where somebody would apply or object, from an address they kept."""
    thing = world.thing
    about = f"record={thing.pk}" if isinstance(thing, CreditRecord) else f"entry={thing.public_id}"
    pages = [world.get(f"{path}?{about}") for path in ("/repair/apply/", "/objections/apply/")]
    notice = world.public.get(f"/repair/notice/?{about}")
    return "".join(pages) + (words_of(notice.content) if notice.status_code == 200 else "")


def subject_api(world: World) -> str:
    """The interface about a subject counts; a subject without anything public is not found at all."""
    return world.number if world.get(f"/api/v1/public/subjects/{world.company.public_id}/") else ""


CHANNELS: dict[str, Callable[[World], str]] = {
    "条目页": lambda world: world.get(own_page(world)),
    "主体页": lambda world: world.get(f"/subjects/{world.company.public_id}/"),
    "查询（代码）": found_by_code,
    "处罚列表": lambda world: world.get("/penalties/"),
    "名单列表": lambda world: world.get("/lists/entries/"),
    "记录接口": lambda world: world.get(f"/api/v1/public/records/?subject={world.company.public_id}"),
    "名单接口": lambda world: world.get(f"/api/v1/public/list-entries/?subject={world.company.public_id}"),
    "主体接口": subject_api,
    "信用报告": reported,
    "申请、异议、告知书": errands,
    "省平台拉取": province,
    "履职查询": looked_up,
    "导出": exported,
    "联动审查": screened,
}  # fmt: skip


@pytest.mark.parametrize("name", list(KINDS))
def test_no_channel_shows_what_was_repaired_and_no_measure_lives_on(name: str) -> None:
    kind = KINDS[name]
    thing = kind.make(make_subject(NAME))
    number = thing.document_number if isinstance(thing, CreditRecord) else thing.decision_number
    world = World(kind, thing, number)
    shown = {channel for channel, ask in CHANNELS.items() if number in ask(world)}
    assert shown == CHANNELS.keys() - kind.missing
    applied = applied_to(world)
    assert list(measures.applied(today())) == applied

    samples.decided(samples.accepted(thing))

    left = {channel for channel, ask in CHANNELS.items() if number in ask(world)}
    assert not left
    assert NAME not in world.get("/search/?q=青松岭").replace("q=%E9%9D%92", "")
    assert not measures.applied(today()).exists()
    assert list(measures.to_lift(today())) == applied
    assert all(
        task.why == "信用修复" and task.ended_on == today()
        for task in lift_tasks(list(measures.to_lift(today())))
    )


def test_what_is_masked_for_reorganisation_is_neither_shown_nor_held_against_anybody() -> None:
    window, company = Window(), make_subject(NAME)
    record = penalty(company)
    assert isinstance(record, CreditRecord) and window.one(company, "xzxksc")["status"] == "hit"
    samples.decided(samples.accepted(record, choices.Kind.REORGANISATION))
    assert window.one(company, "xzxksc")["status"] == "clear"
    assert Client().get(f"/records/{record.pk}/").status_code == 404


def test_the_feed_carries_the_mark_of_an_objection() -> None:
    record = samples.ripe_penalty()
    samples.file(record, choices.Kind.OBJECTION)
    seal_all(using="default")
    headers = people.bearer(people.client(Scope.PROVINCE_PULL, code="hlj-shuju"))
    found = [one for one in feed(headers) if one["object_id"] == record.pk]
    assert found[-1]["payload"]["disputed_since"] == today().isoformat()  # type: ignore[index]


def test_the_applicant_and_the_authority_are_told_in_the_same_moment() -> None:
    filed = samples.file(samples.ripe_penalty())
    samples.decided(services.accept(officer=samples.reviewer(), case_id=filed.case.pk))
    page = Client().post("/progress/", {"number": filed.case.number, "code": filed.code}).content.decode()
    assert "决定：同意" in page
    client = Client()
    client.force_login(samples.officer(Role.AUTHORITY))
    assert filed.case.number in client.get("/workbench/repair/?state=unseen").content.decode()


def applied_to(world: World) -> list[object]:
    """A measure that rests on the thing, by the body that may apply it."""
    if not world.kind.measure:
        return []
    treasurer = samples.officer(Role.REVIEWER, "hg-caizheng")
    assert treasurer.agency is not None
    measure = measures.standing(today()).get(code=world.kind.measure)
    text = ApplicationText(
        document_number="鹤财〔2026〕9号",
        reason=f"{measure.conduct}，依法采取措施",
        heavier_why="清单中没有适用于这一行为的较轻措施",
        starts_on=today(),
        ends_on=today() + timedelta(days=100),
    )
    return [
        apply_measure(
            agency=treasurer.agency, officer=treasurer, measure_id=measure.pk, ground=world.thing, text=text
        )
    ]
