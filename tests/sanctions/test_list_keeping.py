"""Keeping the list: a draft by form and workbook, judged, compared, published; nothing in force changes before."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.choices import Role
from agencies.models import Officer
from catalog.models import LegalBasis
from catalog.services import DraftChanged
from catalog.workbook import WorkbookRefused
from common.clock import today
from common.gates import Refused
from sanctions import contents, selectors, workbook
from sanctions.models import MeasureDraft, MeasureEdition
from sanctions.services import drafts
from tests import people
from tests.sanctions.samples import Window, codes, make_entry

pytestmark = pytest.mark.django_db
BASE = "/workbench/measures/list/"


@pytest.fixture
def boss() -> Officer:
    return people.officer(Role.AUTHORITY)


def head(**changes: object) -> drafts.ListHead:
    given = drafts.ListHead(
        name="鹤岗市奖惩措施清单（修订）",
        basis=LegalBasis.objects.get(code="hg-jcqd"),
        effective_from=today(),
        mark="unverified",
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def test_a_workbook_read_back_is_what_was_written() -> None:
    for edition in MeasureEdition.objects.all():
        rows = contents.contents(edition)
        assert workbook.read(io.BytesIO(workbook.write(rows, [("gsf", "公司法")]))) == rows
        assert contents.load(contents.dump(rows)) == rows


def test_a_workbook_says_where_it_cannot_be_read() -> None:
    row = contents.contents(MeasureEdition.objects.get(level="city"))[0]
    broken = [replace(row, code="a b"), replace(row, code="c", measure_class="Z")]
    with pytest.raises(WorkbookRefused) as refused:
        workbook.read(io.BytesIO(workbook.write(broken, [])))
    assert len(refused.value.problems) == 2 and "第 3 行" in refused.value.problems[1]
    for nothing in (b"no workbook", workbook.write([], [])):
        with pytest.raises(WorkbookRefused):
            workbook.read(io.BytesIO(nothing))


def test_a_draft_changes_nothing_until_it_is_published(boss: Officer) -> None:
    window, entry = Window(), make_entry()
    draft = drafts.open_list_draft(officer=boss, level="city", head=head())
    row = next(one for one in contents.load(draft.measures) if one.code == "hg-zdjg")
    draft = drafts.put_row(
        officer=boss,
        draft_id=draft.pk,
        version=1,
        row=replace(row, period_text="一年", max_months=12),
        replaces=row.code,
    )
    draft = drafts.remove_row(officer=boss, draft_id=draft.pk, version=2, code="hg-xcsj")
    found = contents.compare(contents.contents(selectors.newest("city")), contents.load(draft.measures))
    assert [one.code for one in found.removed] == ["hg-xcsj"] and found.same == 4
    assert {change.label for change in found.changed[0][1]} == {"期限", "最长期限（月）"}
    assert codes(window.one(entry.subject, "ssjcc")) == ["hg-zdjg"]
    with pytest.raises(DraftChanged):
        drafts.publish_list(officer=boss, draft_id=draft.pk, version=1, on=today())
    edition = drafts.publish_list(officer=boss, draft_id=draft.pk, version=3, on=today())
    assert edition.measure_count == edition.measures.count() == 5
    old = MeasureEdition.objects.get(code="hegang-2022")
    assert old.effective_until == today() - timedelta(days=1) and not MeasureDraft.objects.exists()
    (measure,) = window.one(entry.subject, "ssjcc")["measures"]
    assert measure["measure"]["period_text"] == "一年" and measure["period"]["until"] == "2027-03-02"


def test_what_may_not_stand_is_refused_at_the_row_and_at_publication(boss: Officer) -> None:
    draft = drafts.open_list_draft(
        officer=boss, level="city", head=head(effective_from=today() - timedelta(days=1))
    )
    row = contents.load(draft.measures)[0]
    national = next(one for one in contents.contents(selectors.newest("national")) if one.code == "ztb-53")
    for wrong, code in (
        (replace(row, basis="zjl-44"), "measure_basis_too_low"),
        (replace(row, name="长" * 101), "measure_definition_invalid"),
        (replace(national, max_months=60), "measure_exceeds_limit"),
    ):
        with pytest.raises(Refused) as refused:
            drafts.put_row(officer=boss, draft_id=draft.pk, version=1, row=wrong)
        assert [one.code for one in refused.value.refusals] == [code]
    draft = drafts.replace_rows(
        officer=boss,
        draft_id=draft.pk,
        version=1,
        rows=[replace(row, name="长" * 101), replace(national, max_months=60)],
    )
    with pytest.raises(Refused) as refused:
        drafts.publish_list(officer=boss, draft_id=draft.pk, version=2, on=today())
    assert {one.code for one in refused.value.refusals} == {
        "measure_edition_date_taken", "measure_exceeds_limit", "measure_definition_invalid",
    }  # fmt: skip
    drafts.discard_list_draft(officer=boss, draft_id=draft.pk, version=2)
    with pytest.raises(PermissionDenied):
        drafts.open_list_draft(officer=people.officer(Role.REVIEWER), level="city", head=head())


def test_the_whole_way_by_page(boss: Officer) -> None:
    page = Client()
    page.force_login(boss)
    assert "鹤岗市奖惩措施清单" in page.get(BASE).content.decode()
    form = {
        "level": "city",
        "name": "清单（修订）",
        "basis": "hg-jcqd",
        "effective_from": f"{today()}",
        "mark": "unverified",
    }
    made = page.post(f"{BASE}drafts/new/", form)
    draft = MeasureDraft.objects.get()
    one = f"{BASE}drafts/{draft.pk}/"
    assert made.headers["Location"] == one and "可以发布" in page.get(one).content.decode()
    book = page.get(f"{one}?download=1").content
    rows = workbook.read(io.BytesIO(book))
    changed = workbook.write([replace(rows[0], target="新的对象"), *rows[1:]], [])
    page.post(f"{one}workbook/", {"version": 1, "file": SimpleUploadedFile("a.xlsx", changed)})
    assert "新的对象" in page.get(one).content.decode()
    stale = page.post(f"{one}rows/{rows[0].code}/", {"version": 1, "do": "remove"}, follow=True)
    assert "您的改动没有保存" in stale.content.decode()
    shown = page.get(f"{one}rows/{rows[1].code}/").content.decode()
    assert rows[1].content in shown
    wrong = page.post(f"{one}rows/new/", {"version": 2, "code": "x"}).content.decode()
    assert "error-summary" in wrong
    page.post(f"{one}rows/{rows[1].code}/", {"version": 2, "do": "remove"})
    compared = page.get(f"{BASE}compare/?old=hegang-2022&new=draft-{draft.pk}").content.decode()
    assert "减少 1 项，变化 1 项" in compared
    done = page.post(one, {"version": 3, "do": "publish"}, follow=True)
    assert "已发布" in done.content.decode()
    edition = MeasureEdition.objects.get(name="清单（修订）")
    assert page.get(f"{BASE}editions/{edition.code}/?download=1").content[:2] == b"PK"
    assert "清单（修订）" in page.get("/measures/").content.decode()
