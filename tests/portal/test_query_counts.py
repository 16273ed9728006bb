"""SQL statements per page, committed: the same number whatever the number of records, and no silent growth.

To accept a wanted change, write the new number into query_counts.json.
"""

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies import areas
from common.clock import today
from portal.statistics.services import take
from records import search
from tests.factories import make_entry, make_licence, make_penalty, make_person, make_subject
from tests.news.samples import published_article

COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text(encoding="utf-8"))
ADDRESSES = {
    "home": "/",
    "search": "/search/",
    "search by name": "/search/?q=农机",
    "search by code": "/search/?q={uscc}",
    "subject": "/subjects/{subject}/",
    "penalty": "/records/{penalty}/",
    "licence": "/records/{licence}/",
    "penalties": "/penalties/",
    "penalties, narrowed": "/penalties/?kind=罚款&region=230402&since=2026-01-01",
    "licences": "/licences/",
    "lists": "/lists/",
    "list entries": "/lists/entries/",
    "list entries, narrowed": "/lists/entries/?scheme=sxbzxr&q=农机&region=230402&authority=法院",
    "list entry": "/lists/entries/{entry}/",
    "catalog": "/catalog/",
    "catalog item": "/catalog/xzcf/",
    "measures": "/measures/",
    "repair": "/repair/",
    "transparency": "/transparency/",
    "news": "/news/",
    "news, one column": "/news/?column=dongtai",
    "article": "/news/{article}/",
    "open data": "/open-data/",
    "open data, catalogue": "/open-data/catalog.json",
    "statistics": "/statistics/",
    "statistics, file": "/statistics/figures.csv",
    "api catalog items": "/api/v1/catalog/items/",
    "api catalog item": "/api/v1/catalog/items/xzcf/",
    "api measures": "/api/v1/measures/",
    "api list schemes": "/api/v1/list-schemes/",
    "api subjects": "/api/v1/public/subjects/?q=农机",
    "api subject": "/api/v1/public/subjects/{subject}/",
    "api records": "/api/v1/public/records/?item=xzcf",
    "api list entries": "/api/v1/public/list-entries/?scheme=sxbzxr",
    "api list entries of a subject": "/api/v1/public/list-entries/?subject={subject}",
    "api honour schemes": "/api/v1/honour-schemes/",
    "api honours of a subject": "/api/v1/public/honours/?subject={subject}",
    "api records of a subject": "/api/v1/public/records/?subject={subject}",
}


@pytest.mark.django_db
@pytest.mark.parametrize("more", [0, 15])
def test_statements_per_page(client: Client, more: int) -> None:
    company = make_subject("鹤岗市青松岭农机销售有限公司")
    penalty, licence = make_penalty(company), make_licence(company)
    entry = make_entry(company)
    article = published_article()
    for number in range(more):
        published_article(f"第{number}条动态")
        make_entry(), make_entry(make_person())
        make_penalty(company), make_licence(company)
        make_penalty(make_subject(f"鹤岗市第{number}农机销售有限公司"))
        make_licence(make_person())
    take(day=today())
    search._gram_counts(), areas.areas()  # kept by the process; not part of a page
    keys = {
        "uscc": company.uscc,
        "subject": company.public_id,
        "penalty": penalty.pk,
        "licence": licence.pk,
        "entry": entry.public_id,
        "article": article.pk,
    }
    counted = {}
    for name, address in ADDRESSES.items():
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address.format(**keys)).status_code in (200, 302), address
        # what a connection prepares once is no part of a page
        statements = [q["sql"] for q in queries.captured_queries if not q["sql"].startswith("prepare ")]
        assert not any(" OFFSET " in sql and "OFFSET 0" not in sql for sql in statements), address
        counted[name] = len(statements)
    expected = dict(COUNTS)
    many = expected.pop("subject, more than a page")
    alone = expected.pop("search by name, some known by a list alone")
    assert counted == (expected | {"subject": many, "search by name": alone} if more else expected)
