"""`bench lists`: what authorisation costs a list, and what growth costs a page.

P18: the list of an officer by the gate (`records.selectors.visible_to`, as lists ask it) beside django-guardian with a
permission on each record, first page and count; the page of an ordinary officer beside the one of an officer who sees everything.
P19: the same question in a small town and in one a hundred times as large.
"""

import argparse
import statistics
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import get_objects_for_user

from agencies.backends import OfficerBackend
from agencies.choices import Role
from agencies.models import Agency, Officer
from agencies.services import create_officer
from bench import measure, population
from bench.databases import prepared, use
from bench.portal import chosen
from catalog.services import grant_items
from common.clock import today
from common.pagination import keyset_page
from portal.selectors import PENALTIES, Filters, listed
from records import search, selectors
from records.models import CreditRecord, Subject

_PAGE = 50
_GRANT = """
insert into guardian_groupobjectpermission (permission_id, content_type_id, object_pk, group_id)
select p.id, p.content_type_id, r.id::text, %(group)s from records_creditrecord r
cross join (select id, content_type_id from auth_permission
            where codename = 'view_creditrecord' and content_type_id = %(type)s) p
where r.provider_id = %(provider)s
"""


def run(argv: list[str]) -> measure.Report:
    parser = argparse.ArgumentParser(prog="bench lists", description=__doc__)
    measure.options(parser, repeats=11)
    parser.add_argument("--records", type=int, default=1_000_000, help="P18 的记录数")
    parser.add_argument("--small", type=int, default=20_000, help="P19 小的一边的记录数，0 为不测")
    parser.add_argument("--large", type=int, default=2_000_000, help="P19 大的一边的记录数")
    options = parser.parse_args(argv)
    report = measure.Report(
        f"列表：{options.records:,} 条记录；增长：{options.small:,} 至 {options.large:,} 条"
    )
    ready = nullcontext(options.template) if options.template else prepared()
    with ready as template:
        with population.town(template, subjects=max(200, options.records // 10), records=options.records):
            cache.clear()
            _authorised(report, options.repeats)
        if options.small:
            _growth(report, template, options)
    return report


# --- P18 ------------------------------------------------------------------------------------------------


def _authorised(report: measure.Report, repeats: int) -> None:
    agency = _ordinary_agency()
    officer = _officer("ordinary", agency, Role.REVIEWER)
    everything = _officer("everything", Agency.objects.get(code="hg-yingshang"), Role.AUTHORITY)
    _grant_each(officer, agency)
    _first_pages(report, officer, repeats)
    _web_pages(report, officer, everything, repeats)


def _ordinary_agency() -> Agency:
    """One that handed in about a twentieth of all records."""
    counts = CreditRecord.objects.values("provider").annotate(n=Count("pk")).order_by("-n")
    wanted = CreditRecord.objects.count() / 20
    return Agency.objects.get(pk=min(counts, key=lambda row: abs(row["n"] - wanted))["provider"])


def _officer(name: str, agency: Agency, role: Role) -> Officer:
    made = create_officer(
        username=f"bench-{name}",
        full_name="测",
        agency=agency,
        roles=[role],
        password="herb-garden-47-lantern",
    )
    grant_items(officer=made)
    return made


def _grant_each(officer: Officer, agency: Agency) -> None:
    """The same records by a group's permission on each of them, as django-guardian is commonly used."""
    group = Group.objects.create(name="bench")
    officer.groups.add(group)
    kind = ContentType.objects.get_for_model(CreditRecord)
    with connection.cursor() as cursor:
        cursor.execute(_GRANT, {"group": group.pk, "type": kind.pk, "provider": agency.pk})
        cursor.execute("vacuum analyze guardian_groupobjectpermission")


def _guarded(officer: Officer) -> QuerySet[CreditRecord]:
    permission = "records.view_creditrecord"
    return get_objects_for_user(officer, permission, klass=CreditRecord, accept_global_perms=False)


def _first_pages(report: measure.Report, officer: Officer, repeats: int) -> None:
    """Every call begins as a request does: with the officer read anew, nothing remembered. Both read them alike."""
    order, backend = ("-decision_date", "-id"), OfficerBackend()

    def who() -> Officer:
        found = backend.get_user(officer.pk)
        assert found is not None
        return found

    def ours() -> list[int]:
        return [row.pk for row in selectors.newest_for(selectors.sight_of(who()))[:_PAGE]]

    def theirs() -> list[int]:
        return _ids(_guarded(who()).select_related("subject", "item", "provider").order_by(*order)[:_PAGE])

    def count() -> int:
        return selectors.count_for(selectors.sight_of(who()))

    report.check(ours() == theirs(), "两种授权方式列出的记录不同")

    def their_count() -> int:
        return _guarded(who()).order_by().count()

    all_of_it = selectors.visible_to(who()).order_by().count()
    report.check(all_of_it == their_count(), "两种授权方式的条数不同")
    report.check(count() == min(selectors.COUNT_CAP, all_of_it), "条数不对")
    kinds: dict[str, Callable[[], object]] = {
        "ours": ours,
        "guardian": theirs,
        "count": count,
        "guardian count": their_count,
    }
    # the server makes its lasting plans while a statement is asked for the first five times
    found = measure.medians(measure.interleaved(kinds, repeats, warm_up=6, calls=3))
    report.row(f"一般工作人员的首页 {_PAGE} 条，按单位授权", found["ours"])
    report.row("同上，get_objects_for_user（逐条授权）", found["guardian"])
    report.row(f"条数，数到 {selectors.COUNT_CAP:,} 为止，按单位授权", found["count"])
    report.row(f"条数（{all_of_it:,}），get_objects_for_user", found["guardian count"])
    report.at_least("P18", "列表首页快于逐条授权（倍）", found["guardian"] / found["ours"], 5)
    report.at_least("P18", "条数快于逐条授权（倍）", found["guardian count"] / found["count"], 20)


def _ids(rows: QuerySet[CreditRecord]) -> list[int]:
    return [row.pk for row in rows]


def _web_pages(report: measure.Report, officer: Officer, everything: Officer, repeats: int) -> None:
    number = selectors.visible_to(officer).order_by("id").values_list("document_number", flat=True)[0]
    pages = {"列表": "/workbench/records/", "按文书号查": f"/workbench/records/?number={number}"}
    clients = {name: Client() for name in ("ordinary", "everything")}
    for name, who in (("ordinary", officer), ("everything", everything)):
        clients[name].force_login(who)
    for label, address in pages.items():
        kinds = {
            name: (lambda client=client, address=address: _get(client, address))
            for name, client in clients.items()
        }
        found = measure.medians(measure.interleaved(kinds, repeats, calls=2))
        report.row(f"工作台{label}，一般工作人员", found["ordinary"])
        report.row(f"工作台{label}，可查看全部的人员", found["everything"])
        report.at_most(
            "P18", f"{label}页：一般工作人员 / 可查看全部", found["ordinary"] / found["everything"], 1.3
        )
    mine, all_of_it = (_queries(clients[name], pages["列表"]) for name in ("ordinary", "everything"))
    report.at_most("P18", "授权在一次请求中多用的查询", mine - all_of_it, 2, " 次")
    short = _queries(clients["ordinary"], f"/workbench/records/?number={number}")
    report.check(short == mine, f"查询次数随记录数变化：一条 {short} 次，一页 {mine} 次")


def _get(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200, address


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        _get(client, address)
    return len(queries)


# --- P19 ------------------------------------------------------------------------------------------------


def _growth(report: measure.Report, template: str, options: argparse.Namespace) -> None:
    sizes = (options.small, options.large)
    with (
        population.town(template, subjects=max(200, sizes[0] // 10), records=sizes[0]) as small,
        population.town(template, subjects=max(200, sizes[1] // 10), records=sizes[1]) as large,
    ):
        times: dict[str, dict[str, list[float]]] = {}
        for _ in range(options.repeats):
            for name in (small, large):
                use(name)
                for question, work in _questions().items():
                    runs = measure.interleaved({question: work}, 5, warm_up=3)[question]
                    times.setdefault(question, {}).setdefault(name, []).append(statistics.median(runs))
    for question, goal in _GOALS.items():
        before, after = (statistics.median(times[question][name]) for name in (small, large))
        report.row(f"{question}，{sizes[0]:,} 条", before)
        report.row(f"{question}，{sizes[1]:,} 条", after)
        report.at_most("P19", f"{question}：大 / 小", after / before, goal)


_GOALS = {"按代码查主体": 1.5, "公示列表中间一页": 1.5, "两个字的名称片段": 3.0}


def _questions() -> dict[str, Callable[[], object]]:
    """Of the town in use: exact code, a page in the middle of a long list, a fragment of the same share of names."""
    at = today()
    search._kept = None
    middle = Subject.objects.exclude(uscc="").order_by("id")[Subject.objects.count() // 2]
    names: Sequence[str] = list(
        Subject.objects.exclude(normal_name="").order_by("id").values_list("normal_name", flat=True)[:2_000]
    )
    fragment = min(chosen(list(names), 0.005, size=1), key=len)
    rows = listed(PENALTIES, at, Filters())
    order = ("-decision_date", "-id")
    dates = CreditRecord.objects.filter(item_code="xzcf").order_by("-decision_date", "-id")
    cursor = keyset_page(
        dates.filter(decision_date__lte=at.replace(year=at.year - 1)),
        order=order,
        cursor=None,
        limit=1,
        serialize=str,
    )["next_cursor"]
    search.subjects_by_name(
        fragment, at=at, cursor=None, limit=20
    )  # the statistics it rests on are read once
    return {
        "按代码查主体": lambda: search.subject_by_code(middle.uscc, at),
        "公示列表中间一页": lambda: keyset_page(
            rows, order=order, cursor=str(cursor), limit=100, serialize=str
        ),
        "两个字的名称片段": lambda: search.subjects_by_name(fragment, at=at, cursor=None, limit=20),
    }
