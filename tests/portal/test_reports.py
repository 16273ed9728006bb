"""The credit report of an organisation: what its page shows, masked as there, on paper, and checkable afterwards."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from common.clock import today
from portal import reports
from portal.models import IssuedReport
from portal.services import check_code, checked
from records.models import CreditRecord, Subject
from tests.factories import (
    invented_uscc,
    make_entry,
    make_licence,
    make_penalty,
    make_person,
    make_subject,
)
from tests.qr import addresses_in
from tests.repair import samples

pytestmark = pytest.mark.django_db
STATEMENTS = 12
NONE = "截至出具之时，本平台没有正在公示的信息"


def report(client: Client, **asked: str) -> bytes:
    answer = client.post("/reports/", asked)
    assert answer.status_code == 200, answer.content[:500]
    assert "no-store" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]
    content: bytes = answer.content
    return content


def words(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def check(client: Client, pdf: bytes) -> str:
    """What the page says to which the QR code leads."""
    (address,) = addresses_in(pdf)
    return str(client.get(address.removeprefix("http://testserver")).content.decode())


def test_it_says_what_the_page_says_and_proves_itself(client: Client) -> None:
    company = make_subject()
    penalty, licence, entry = samples.ripe_penalty(company), make_licence(company), make_entry(company)
    hidden = samples.ripe_penalty(company)
    CreditRecord.objects.filter(pk=hidden.pk).update(published_until=None)
    page = client.get(f"/subjects/{company.public_id}/").content.decode()
    assert f"/reports/?subject={company.public_id}" in page
    pdf = report(client, subject=company.public_id)
    said = words(pdf)
    for number in (penalty.document_number, licence.document_number, entry.decision_number):
        assert number in said and number in page
    assert hidden.document_number not in said and "王守仁" not in said and "王**" in said
    assert company.name in said and "可以申请修复" in said and "严重失信主体名单" in said
    assert report(client, uscc=company.uscc) == pdf, "the same on one day, by whichever way"
    assert IssuedReport.objects.count() == 1
    shown = check(client, pdf)
    assert "内容没有变化" in shown and company.name in shown
    number = IssuedReport.objects.get().number
    assert "没有查到" in client.get(f"/reports/verify/?number={number}&code=AAAAAAAA").content.decode()
    assert "没有查到" in client.get(f"/reports/verify/?number={number}").content.decode()


def test_after_a_repair_a_new_one_is_silent_and_an_old_one_only_says_that_it_is_old(client: Client) -> None:
    company = make_subject()
    penalty = samples.ripe_penalty(company)
    make_licence(company)
    old = report(client, subject=company.public_id)
    assert "内容没有变化" in check(client, old)
    samples.decided(samples.accepted(penalty))
    new = words(report(client, subject=company.public_id))
    assert penalty.document_number not in new and "其中没有失信信息" in new and "修复决定" not in new
    shown = check(client, old)
    assert "不是最新的" in shown and penalty.document_number not in shown and "处罚" not in main(shown)


def main(page: str) -> str:
    """The answer itself, without navigation and footer."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_nothing_public_is_said_alike_of_the_known_and_the_unknown(client: Client) -> None:
    known, unknown = make_subject(), invented_uscc(99_998)
    penalty = samples.ripe_penalty(known)
    old = report(client, uscc=known.uscc)
    samples.decided(samples.accepted(penalty))
    for code in (known.uscc, unknown):
        said = words(report(client, uscc=code))
        assert NONE in said and code in said and known.name not in said
    assert "不是最新的" in check(client, old)
    assert "内容没有变化" in check(client, report(client, uscc=unknown))
    assert client.get(f"/reports/?subject={known.public_id}").status_code == 404
    assert client.post("/reports/", {"uscc": "91230402"}).status_code == 422


def test_a_person_gets_none_here(client: Client) -> None:
    entry = make_entry(make_person())
    assert client.get(f"/reports/?subject={entry.subject.public_id}").status_code == 404
    assert client.post("/reports/", {"subject": entry.subject.public_id}).status_code == 404
    assert not IssuedReport.objects.exists()


def test_a_window_that_ends_ends_the_report_as_well(client: Client) -> None:
    company = make_subject()
    make_penalty(company, published_until=today())
    make_licence(company)
    report(client, subject=company.public_id)
    row = IssuedReport.objects.get()
    tomorrow = today() + timedelta(days=1)
    now = checked(row.number, check_code(row), today())
    then = checked(row.number, check_code(row), tomorrow)
    assert now is not None and now.current and then is not None and not then.current
    assert len(reports.contents_of(company, company.uscc, tomorrow).records) == 1


def test_a_row_altered_in_the_database_fits_no_report(client: Client) -> None:
    company = make_subject()
    make_penalty(company), make_licence(company)
    pdf = report(client, subject=company.public_id)
    said = IssuedReport.objects.get().said
    IssuedReport.objects.update(said=said[:1])
    assert "没有查到" in check(client, pdf)


@pytest.mark.parametrize("more", [0, 15])
def test_statements_are_few_and_the_same_however_much_there_is(client: Client, more: int) -> None:
    company = make_subject()
    make_entry(company)
    for _ in range(1 + more):
        make_penalty(company), make_licence(company)
    report(client, subject=company.public_id)
    IssuedReport.objects.all().delete()
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        report(client, subject=company.public_id)
    sql = [one["sql"] for one in queries.captured_queries if not one["sql"].startswith("prepare ")]
    assert len(sql) == STATEMENTS, "\n".join(sql)


def test_a_long_one_is_cut_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LIMIT", 3)
    company = make_subject()
    for _ in range(5):
        make_licence(company)
    said = words(report(client, subject=company.public_id))
    assert "3条以上，本报告列出决定日期最近的3条" in said


def test_asking_too_often_waits(client: Client) -> None:
    code = invented_uscc(99_997)
    first = hashlib.sha256(report(client, uscc=code)).digest()
    answers = {client.get(f"/reports/verify/?number=FR2026&code={n}").status_code for n in range(19)}
    assert answers == {200} and first
    assert client.post("/reports/", {"uscc": code}).status_code == 429
    assert client.get(f"/search/?q={code}").status_code == 200


def test_numbers_of_its_parts() -> None:
    assert [reports._numeral(n) for n in (0, 9, 10, 19, 20)] == ["一", "十", "十一", "二十", "二十一"]
    assert Subject.objects.count() == 0
