"""`bench portal`: finding a name, a subject's page, and being told that nothing changed.

P10: any fragment of a name, whatever its frequency, and the page around it beside `icontains` with a `Paginator`; by one
client, and by eight at once over HTTP who ask for words of two characters.
P11: the page of an exact code beside the same page as Django is commonly written (`bench.naive`).
P12: the answer 304 beside the page it saves.

Where it says nothing else, pages are asked for inside this process through all middleware; what is measured is the work, not the
network.
"""

import argparse
import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.test import Client

from bench import measure, naive, population
from bench.databases import prepared, server_seconds
from bench.servers import Asked, load, server
from common.clock import today
from common.text import bigrams
from records import search
from records.models import CreditRecord, Subject
from records.selectors import published

_SHARES = (2e-5, 1e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.5)
_LIMIT = 20
_URLS = "bench.naive"
_CLIENTS, _ROUNDS = 8, 5


def run(argv: list[str]) -> measure.Report:
    parser = argparse.ArgumentParser(prog="bench portal", description=__doc__)
    measure.options(parser, repeats=15)
    parser.add_argument("--subjects", type=int, default=200_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="并发查询的两种做法各测多久")
    options = parser.parse_args(argv)
    ready = nullcontext(options.template) if options.template else prepared()
    with (
        ready as template,
        population.town(template, subjects=options.subjects, records=options.records) as town,
    ):
        cache.clear()
        settings.ROOT_URLCONF = "bench.naive"
        report = measure.Report(
            f"公示：{options.subjects:,} 个主体、{options.records:,} 条记录",
            ("路径", "耗时", "数据库进程用时", "命中数"),
        )
        _fragments(report, options.repeats)
        _pages(report, options.repeats)
        _clients(report, town, options.seconds, min(_ROUNDS, options.repeats))
        return report


# --- P10: fragments -------------------------------------------------------------------------------------


def _fragments(report: measure.Report, repeats: int) -> None:
    search._kept = None
    names = list(Subject.objects.exclude(normal_name="").values_list("normal_name", flat=True))
    worst, best, frequent = 0.0, 0.0, ""
    for share in _SHARES:
        found = sorted(chosen(names, share).items(), key=lambda one: one[1])
        times: list[float] = []
        fastest: list[float] = []
        runs = measure.interleaved(
            {fragment: lambda fragment=fragment: _ask(fragment) for fragment, _ in found}, repeats
        )
        for fragment, hits in found:
            _right(report, fragment, hits)
            times.append(measure.medians(runs)[fragment])
            spent = server_seconds(lambda fragment=fragment: _ask(fragment), 20)
            fastest.append(min(runs[fragment]) if spent is None else spent)
            frequent = fragment if hits > len(names) / 30 else frequent
        if found:
            low, high = found[0][1], found[-1][1]
            words = "、".join(fragment for fragment, _ in found)
            own = measure.spent(max(fastest))
            report.row(f"名称片段 {words}（最慢一个）", max(times), own, f"{low:,}–{high:,}")
            worst, best = max(worst, *times), max(best, *fastest)
    # An absolute time: on a crowded machine a clock tells of the neighbours, the server's own processor time of the query.
    report.at_most("P10", "任何名称片段的一页，数据库进程用时（最慢一个片段）", best * 1000, 2, " ms")
    report.notes.append(f"P10 按时钟（含驱动、排队等待），最慢一个片段的中位数为 {worst * 1000:.1f} ms")
    _search_page(report, frequent or fragment, repeats)


def chosen(names: list[str], share: float, size: int = 3) -> dict[str, int]:
    """Fragments about as frequent as wanted: two characters, and a longer one; with their hits."""
    draw = random.Random(11)
    counts = Counter(gram for name in names for gram in bigrams(name))
    wanted = max(1, share * len(names))
    near = [gram for gram, count in counts.items() if 0.7 <= count / wanted <= 1.4]
    found = {gram: counts[gram] for gram in draw.sample(sorted(near), min(size, len(near)))}
    for gram in list(found)[:1]:
        name = next(name for name in names if gram in name and len(name) > 3)
        start = max(0, min(name.index(gram), len(name) - 3))
        longer = name[start : start + 3]
        found[longer] = sum(longer in name for name in names)
    return found


def _ask(fragment: str) -> list[search.Hit]:
    return search.subjects_by_name(fragment, at=today(), cursor=None, limit=_LIMIT)[0]


def _right(report: measure.Report, fragment: str, hits: int) -> None:
    """The page shows published subjects that carry the fragment; all of them where they fit on one."""
    page = search.subjects_by_name(fragment, at=today(), cursor=None, limit=_LIMIT)[0]
    report.check(all(fragment in hit.name for hit in page), f"“{fragment}”：有不含该片段的结果")
    if hits < 2_000:
        shown = published(today()).values("subject")
        right = set(
            Subject.objects.filter(normal_name__contains=fragment, pk__in=shown).values_list("pk", flat=True)
        )
        got = {hit.id for hit in page}
        report.check(
            got <= right and len(got) == min(_LIMIT, len(right)),
            f"“{fragment}”：{len(got)} 条，应有 {len(right)} 条",
        )


def _search_page(report: measure.Report, fragment: str, repeats: int) -> None:
    client = Client()

    def theirs() -> None:
        with naive.fresh_connection():
            assert client.get("/naive/search/", {"q": fragment}).status_code == 200

    def ours() -> None:
        answer = client.get("/search/", {"q": fragment})
        assert answer.status_code == 200 and fragment in answer.content.decode()

    found = measure.medians(measure.interleaved({"ours": ours, "naive": theirs}, max(3, repeats // 3)))
    report.row(f"查询页“{fragment}”，本系统", found["ours"], "", "")
    report.row(f"查询页“{fragment}”，icontains + Paginator", found["naive"], "", "")
    report.at_least("P10", "常见词的查询页快于通常写法（倍）", found["naive"] / found["ours"], 20)


def _clients(report: measure.Report, town: str, seconds: float, rounds: int) -> None:
    """Eight clients at once, each with the next of words of every frequency; the two servers take turns."""
    names = list(Subject.objects.exclude(normal_name="").values_list("normal_name", flat=True))
    words = [word for share in _SHARES for word in chosen(names, share) if len(word) == 2]
    ours, naive_ = (
        [Asked(f"{path}?q={quote(word)}") for word in words] for path in ("/search/", "/naive/search/")
    )
    found: dict[str, list[list[float]]] = {"ours": [], "naive": []}
    with server(_URLS, town, naive=False) as port, server(_URLS, town, naive=True) as slow:
        load(port, ours, _CLIENTS, min(3, seconds))  # connections warm, statements prepared on each of them
        load(slow, naive_, _CLIENTS, min(1, seconds))
        for _ in range(rounds):
            found["naive"].append(load(slow, naive_, _CLIENTS, seconds / rounds))
            found["ours"].append(load(port, ours, _CLIENTS, seconds / rounds))
    rates = {}
    for kind, label in (("ours", "本系统"), ("naive", "icontains + Paginator，每次新建连接")):
        # every client waits for its answer, so the rate is what eight waits amount to; also where the last ones overrun
        rates[kind] = statistics.median(_CLIENTS / statistics.mean(part) for part in found[kind])
        p50 = measure.percentile([one for part in found[kind] for one in part], 0.5)
        report.row(
            f"查询页，{_CLIENTS} 个并发，{len(words)} 个两字词，{label}",
            p50,
            "",
            f"每秒 {rates[kind]:,.0f} 次",
        )
    report.at_least(
        "P10", f"两字词的查询页快于通常写法，{_CLIENTS} 个并发（倍）", rates["ours"] / rates["naive"], 20
    )


# --- P11, P12: pages ------------------------------------------------------------------------------------


def _pages(report: measure.Report, repeats: int) -> None:
    subjects = _known_subjects(50)
    pages = [f"/subjects/{subject.public_id}/" for subject in subjects]
    client = Client()
    turn = _endless(len(subjects))
    tags = {page: client.get(page).headers["ETag"] for page in pages}

    def ours() -> None:
        assert client.get(pages[next(turn)]).status_code == 200

    def unchanged() -> None:
        page = pages[next(turn)]
        assert client.get(page, headers={"If-None-Match": tags[page]}).status_code == 304

    def theirs(*, kept: bool) -> None:
        with nullcontext() if kept else naive.fresh_connection():
            assert client.get(f"/naive/subjects/{subjects[next(turn)].uscc}/").status_code == 200

    kinds: dict[str, Callable[[], object]] = {
        "ours": ours,
        "unchanged": unchanged,
        "naive": lambda: theirs(kept=False),
        "naive, kept": lambda: theirs(kept=True),
    }
    found = measure.medians(measure.interleaved(kinds, repeats, calls=5))
    report.row("代码对应的主体页，本系统", found["ours"], "", "")
    report.row("同上，未变（304）", found["unchanged"], "", "")
    report.row("同上，通常写法，每次新建连接（Django 缺省）", found["naive"], "", "")
    report.row("同上，通常写法，保持连接", found["naive, kept"], "", "")
    report.at_least("P11", "主体页快于通常写法（倍）", found["naive"] / found["ours"], 5)
    report.at_least("P12", "304 快于完整页面（倍）", found["ours"] / found["unchanged"], 3)
    _same_records(report, subjects[:10])


def _known_subjects(count: int) -> list[Subject]:
    """Organisations with something published."""
    shown = CreditRecord.objects.filter(published_until__gte=today(), ended_on__isnull=True)
    ids = shown.exclude(subject__uscc="").values_list("subject", flat=True)[: count * 5]
    return list(Subject.objects.filter(pk__in=set(ids)).order_by("id")[:count])


def _endless(count: int) -> Iterator[int]:
    number = 0
    while True:
        yield number % count
        number += 1


def _same_records(report: measure.Report, subjects: list[Subject]) -> None:
    """Both pages show the same documents."""
    client = Client()
    for subject in subjects:
        ours = client.get(f"/subjects/{subject.public_id}/").content.decode()
        theirs = client.get(f"/naive/subjects/{subject.uscc}/").content.decode()
        newest = published(today()).filter(subject=subject).order_by("-decision_date", "-id")[:20]
        missing = [
            row.document_number
            for row in newest
            if row.document_number not in ours or row.document_number not in theirs
        ]
        report.check(not missing, f"{subject.shown_name}：页面缺少 {missing}")
