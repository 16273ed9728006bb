"""A list decided elsewhere: taken in whole, changed in part, held when it changes too much, never emptied."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.choices import Role
from blacklist.imports import services
from blacklist.imports.selectors import sample
from blacklist.models import DeliveredRow, EntryChange, ListDelivery, ListEntry
from blacklist.selectors import in_force, published
from blacklist.services import end_entry
from common.clock import today
from common.files.errors import FileRefused
from common.gates import Refused
from common.problems import Problem
from ledger.selectors import history
from ledger.tables import TABLES
from records.contents import secret_of_subject
from records.intake import storage
from records.models import Subject
from tests import people
from tests.imports.samples import (
    approve,
    as_csv,
    authority,
    clerk,
    deliver,
    person,
    row,
    rows,
    standing,
    upload,
)

pytestmark = pytest.mark.django_db


def numbers() -> set[str]:
    return set(in_force(today()).values_list("decision_number", flat=True))


def test_a_first_list_waits_for_a_person_and_is_then_in_force() -> None:
    delivery = deliver(rows(30))
    assert (delivery.status, delivery.added, delivery.hold_reason) == ("held", 30, "首次来数30条")
    assert not ListEntry.objects.exists()
    assert len(sample(delivery)["added"]) == 20
    applied = approve(delivery)
    assert (applied.status, applied.added, applied.removed) == ("applied", 30, 0)
    assert in_force(today()).count() == published(today()).count() == 30
    entry = ListEntry.objects.get(decision_number="（2026）黑04执7号")
    assert entry.subject.name == "鹤岗市松涛7号商贸有限公司"
    assert entry.origin == "imported"
    assert entry.authority == people.agency("hg-zhongyuan")
    assert entry.basis_text == "《中华人民共和国民事诉讼法》第二百六十六条"
    assert entry.data == {"履行情况": "全部未履行"}
    assert entry.ends_on == date(2028, 4, 7)  # two years, the last day included
    assert len(entry.public_id) == 16
    assert not DeliveredRow.objects.exists()
    assert [one.action for one in history(TABLES["blacklist_listentry"], entry.pk)] == [
        "blacklist.apply_list"
    ]


def test_a_small_change_is_applied_and_leaves_a_history() -> None:
    standing(60)
    kept = ListEntry.objects.get(decision_number="（2026）黑04执5号")
    changed = [
        row(5, 履行情况="部分未履行", 列入事由="违反财产报告制度"),
        *rows(55, first=6),
        row(99),
        *rows(4)[:3],
    ]
    delivery = deliver(changed)  # 4 is gone, 5 changed, 99 is new
    assert (delivery.status, delivery.added, delivery.removed, delivery.changed) == ("applied", 1, 1, 1)
    assert (delivery.standing, delivery.same) == (60, 58)
    kept.refresh_from_db()
    assert (kept.reason, kept.data) == ("违反财产报告制度", {"履行情况": "部分未履行"})
    change = EntryChange.objects.get(entry=kept)
    assert change.kind == "modified" and change.before["reason"] == "有履行能力而拒不履行"
    gone = ListEntry.objects.get(decision_number="（2026）黑04执4号")
    assert (gone.ended_on, gone.end_reason) == (today(), "来源名单已移出")
    assert EntryChange.objects.get(entry=gone).kind == "ended"
    assert "（2026）黑04执4号" not in numbers() and "（2026）黑04执99号" in numbers()


def test_the_same_list_again_changes_nothing() -> None:
    standing(20)
    before = list(ListEntry.objects.order_by("pk").values())
    delivery = deliver(rows(20))
    assert (delivery.status, delivery.same, delivery.added, delivery.changed) == ("applied", 20, 0, 0)
    assert list(ListEntry.objects.order_by("pk").values()) == before
    assert not EntryChange.objects.exists()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (rows(24), "移出36条，超过原有60条的20%"),
        (rows(90), "新增30条，超过原有60条的20%"),
        ([row(n, 履行情况="部分未履行") for n in range(1, 61)], "变更60条，超过原有60条的20%"),
    ],
)
def test_a_list_that_changes_too_much_waits_and_nothing_moves(
    lines: list[dict[str, str]], reason: str
) -> None:
    standing(60)
    before = numbers()
    delivery = deliver(lines)
    assert (delivery.status, delivery.hold_reason) == ("held", reason)
    assert numbers() == before
    services.decide(officer=authority(), delivery_id=delivery.pk, approve=False, reason="法院确认导出有误")
    delivery.refresh_from_db()
    assert delivery.status == "refused" and numbers() == before
    assert not DeliveredRow.objects.exists()


def test_what_a_person_let_through_is_applied() -> None:
    standing(60)
    delivery = approve(deliver(rows(24)))
    assert (delivery.status, delivery.removed) == ("applied", 36)
    assert len(numbers()) == 24


def test_an_empty_list_is_an_alarm_never_an_empty_list() -> None:
    standing(60)
    delivery = deliver([])
    assert (delivery.status, delivery.error_code) == ("empty", "delivery_empty")
    assert len(numbers()) == 60
    wrong = deliver([row(1, 统一社会信用代码="91230400000000000X")])
    assert (wrong.status, wrong.rejected) == ("empty", 1)
    with pytest.raises(Problem):
        services.decide(officer=authority(), delivery_id=delivery.pk, approve=True, reason="清空")
    assert len(numbers()) == 60


def test_whoever_handed_it_in_does_not_let_it_through() -> None:
    boss = authority()
    delivery = deliver(rows(30))
    ListDelivery.objects.filter(pk=delivery.pk)
    with pytest.raises(PermissionDenied):
        services.decide(officer=clerk(), delivery_id=delivery.pk, approve=True, reason="好")
    with pytest.raises(Refused) as refused:
        services.decide(officer=boss, delivery_id=delivery.pk, approve=True, reason=" ")
    assert refused.value.refusals[0].code == "field_required"


def test_rows_without_decision_data_or_code_come_back_and_nobody_is_let_go_for_them() -> None:
    standing(60)
    broken = [
        row(1, 列入事由=""),
        row(2, 统一社会信用代码=""),
        row(3, 列入期限至="2099-01-01"),
        row(4, 列入期限至="2026-05-01"),
        row(5, 决定日期="2026-13-01"),
    ]
    delivery = deliver([*broken, *rows(55, first=6)])
    assert (delivery.status, delivery.rejected) == ("applied", 5)
    problems = {
        one.line: [problem["code"] for problem in one.problems]
        for one in delivery.refused_rows.order_by("line")
    }
    assert problems == {
        2: ["field_required"],
        3: ["field_required"],
        4: ["listing_too_long"],
        5: ["listing_over"],
        6: ["date_invalid"],
    }
    # only the row without any code cannot be told to be about somebody who stands
    assert delivery.removed == 1 and "（2026）黑04执2号" not in numbers()


def test_many_rows_that_come_back_hold_the_list() -> None:
    standing(60)
    delivery = deliver([row(n, 列入事由="") for n in range(1, 31)] + rows(30, first=31))
    assert (delivery.status, delivery.removed) == ("held", 0)
    assert "60行中有30行退回" in delivery.hold_reason


def test_persons_are_known_by_document_and_kept_encrypted() -> None:
    secret = "林有田向邻居王守仁借款未还，电话13812345678"
    approve(deliver([person(3, 列入事由=secret), *rows(9, first=10)]))
    entry = ListEntry.objects.get(subject__kind="person")
    assert secret_of_subject(entry.subject)["name"] == "林有田"
    assert entry.subject.shown_name == "林**" and entry.subject.name == ""
    assert "林有田" not in entry.reason and "13812345678" not in entry.reason
    assert entry.data == {} and entry.secret
    assert "林有田" not in entry.source
    again = deliver([person(3, 列入事由=secret), *rows(9, first=10)])
    assert again.same == 10


def test_what_was_taken_off_here_is_not_brought_back_by_the_same_list() -> None:
    standing(20)
    entry = ListEntry.objects.get(decision_number="（2026）黑04执3号")
    end_entry(officer=None, entry_id=entry.pk, on=today(), reason="repair", basis="信用修复决定")
    delivery = deliver(rows(20))
    assert (delivery.status, delivery.kept_off) == ("applied", 1)
    assert "（2026）黑04执3号" not in numbers()
    deliver([*rows(2), *rows(17, first=4)])
    back = deliver(rows(20))
    assert back.added == 1 and "（2026）黑04执3号" in numbers()  # the source let go and listed anew


def test_a_row_twice_counts_once() -> None:
    approve(deliver([*rows(10), row(1), row(2)]))
    assert in_force(today()).count() == 10


def test_an_older_list_never_overwrites_a_newer_one() -> None:
    standing(60)
    old = deliver(rows(24))
    deliver(rows(61))
    old.refresh_from_db()
    assert old.status == "overtaken"
    with pytest.raises(Problem) as problem:
        services.decide(officer=authority(), delivery_id=old.pk, approve=True, reason="补")
    assert problem.value.status == 409
    assert len(numbers()) == 61


def test_a_known_subject_keeps_its_name() -> None:
    standing(10)
    deliver([row(1, 主体名称="另一个名称"), *rows(9, first=2)])
    assert Subject.objects.filter(name="另一个名称").count() == 0


def test_only_the_provider_hands_in_and_only_for_a_list_that_exists() -> None:
    other = people.officer(Role.SUBMITTER)
    with pytest.raises(Refused) as refused:
        services.receive(
            source_code="zy-sxbzxr", agency=people.agency(), officer=other, upload=upload(as_csv(rows(1)))
        )
    assert refused.value.refusals[0].code == "provider_not_authorised"
    services.change_source(
        officer=authority(),
        code="zy-sxbzxr",
        rhythm_days=7,
        hold_percent=20,
        hold_floor=5,
        active=False,
        reason="停用",
    )
    with pytest.raises(Refused) as refused:
        deliver(rows(1))
    assert refused.value.refusals[0].code == "source_not_active"


def test_a_file_that_is_no_list_is_refused_and_not_kept() -> None:
    for content, name in [(b"", "a.csv"), (b"%PDF-1.7", "a.csv"), ("甲,乙\n1,2\n".encode(), "a.csv")]:
        with pytest.raises(FileRefused):
            services.receive(
                source_code="zy-sxbzxr",
                agency=people.agency("hg-zhongyuan"),
                officer=clerk(),
                upload=upload(content, name),
            )
    assert not ListDelivery.objects.exists()
    assert not storage.AREA.root.exists() or not list(storage.AREA.root.iterdir())


def test_the_source_may_write_its_own_headers() -> None:
    lines = [
        {
            "姓名/名称": "鹤岗市松涛商贸有限公司",
            "组织机构代码/统一社会信用代码": row(1)["统一社会信用代码"],
            "执行法院": "萝北县人民法院",
            "案号": "（2026）黑0421执12号",
            "立案时间": "2026年3月2日",
            "行为具体情形": "违反限制消费令",
        }
    ]
    delivery = services.receive(
        source_code="zy-sxbzxr",
        agency=people.agency("hg-zhongyuan"),
        officer=clerk(),
        upload=upload(as_csv(lines, tuple(lines[0]))),
    )
    services.process(delivery.pk)
    entry = ListEntry.objects.get()
    assert (entry.authority_name, entry.decided_on) == ("萝北县人民法院", date(2026, 3, 2))
    assert entry.effective_from + timedelta(days=0) == date(2026, 3, 2)
