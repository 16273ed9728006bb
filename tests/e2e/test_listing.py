"""A whole listing case in real browsers: two officers at their desks, the party on a phone without an account."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from psycopg2.extensions import connection
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.e2e.conftest import Platform, sign_in

pytestmark = pytest.mark.e2e
AGENCY = "市场监督"
FACTS = "当事人一年内两次销售超过保质期的食品，责令改正后仍不改正，社会危害较大。"

# A record of the demo, not one of the ten thousand that another test may have handed in before.
_FREE_RECORD = """
select r.id from records_creditrecord r join agencies_agency a on a.id = r.provider_id
join records_subject s on s.id = r.subject_id
where a.code = 'hg-shijian' and r.item_code = 'xzcf' and r.ended_on is null and s.kind = 'organisation'
  and not exists (select from blacklist_listcase c where c.subject_id = r.subject_id)
  and not exists (select from records_intakebatch b where b.id = r.batch_id and b.filename = '行政处罚_一万条.csv')
order by r.decision_date desc, r.id limit 1
"""


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def fine(page: Page) -> None:
    """axe finds nothing and nothing is wider than the screen."""
    assert Axe().run(page).response["violations"] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def take(page: Page, title: str, **values: str) -> None:
    """Open a step from the case page, fill it in, send it, and come back to the case."""
    page.get_by_role("link", name=title, exact=True).click()
    for name, value in values.items():
        field = page.locator(f"[name={name}]")
        if field.first.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name=title, exact=True).click()
    expect(page.get_by_text(f"已办理：{title}")).to_be_visible()


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile(name)).first.click()
    return Path(started.value.path()).read_bytes()


def pdf_text(body: bytes) -> str:
    """The text of a PDF; every font that it uses is embedded."""
    reader = PdfReader(io.BytesIO(body))
    for page in reader.pages:
        fonts = cast(DictionaryObject, page["/Resources"])["/Font"].get_object()
        for font in fonts.values():  # type: ignore[attr-defined]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor), "a Chinese font is not embedded"
            assert "Noto" in str(descriptor["/FontName"])
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")


def word_text(body: bytes) -> str:
    document = docx.Document(io.BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return (
        "".join([paragraph.text for paragraph in document.paragraphs] + cells)
        .replace("\n", "")
        .replace(" ", "")
    )


def test_a_case_from_the_record_to_the_public_list(
    platform: Platform, visitor: BrowserContext, desk: BrowserContext, phone: BrowserContext, sql: connection
) -> None:
    with sql.cursor() as cursor:
        cursor.execute(_FREE_RECORD)
        found = cursor.fetchone()
    assert found is not None
    handler = visitor.new_page()
    sign_in(handler, platform, platform.officer("submitter", AGENCY))
    case_url, number, code = _open_and_notify(handler, platform, found[0])
    _party_objects(phone.new_page(), platform, code)
    handler.goto(case_url)
    expect(handler.get_by_text("待答复异议")).to_be_visible()
    take(handler, "登记核实情况", text="调取收银记录和现场照片核对。")
    take(handler, "答复异议", outcome="rejected", text="收银记录显示当日仍有销售，异议不成立。")
    chief = desk.new_page()
    sign_in(chief, platform, platform.officer("reviewer", AGENCY))
    chief.goto(case_url)
    take(chief, "登记集体审议", outcome="list", text="局长、分管副局长、法制科负责人参加，一致同意列入。")
    take(chief, "作出列入决定")
    fine(chief)
    _check_decision(chief, number)
    public = phone.new_page()
    with sql.cursor() as cursor:
        cursor.execute("select public_id from blacklist_listentry order by id desc limit 1")
        entry = cursor.fetchone()
    assert entry is not None
    public.goto(f"{platform.web}/lists/entries/{entry[0]}/")
    expect(public.get_by_role("heading", name="不服怎么办")).to_be_visible()
    expect(public.get_by_text("行政复议").first).to_be_visible()


def _open_and_notify(page: Page, platform: Platform, record: int) -> tuple[str, str, str]:
    """The handler opens the case from the record, draws up the notice and records its service; (address, number, code)."""
    page.goto(f"{platform.web}/workbench/records/{record}/")
    page.get_by_role("link", name="据此立案（名单认定）").click()
    page.locator("[name=scheme]").select_option("spaq")
    page.locator("[name=facts]").fill(FACTS)
    page.locator("[name=basis_clause]").fill("总局令第44号第五条第（二）项")
    page.get_by_role("button", name="立案").click()
    page.wait_for_url("**/workbench/lists/cases/**")
    fine(page)
    case_url = page.url
    page.goto(case_url + "steps/served/")
    expect(page.get_by_text("请先制作事先告知书")).to_be_visible()
    page.goto(case_url)
    take(page, "制作事先告知书")
    notice = pdf_text(download(page, "下载 PDF"))
    word = word_text(download(page, "下载 Word"))
    for text in (notice, word):
        for wanted in (
            "拟列入严重失信主体名单事先告知书",
            FACTS,
            "依据",
            "您依法享有的权利",
            "列告〔",
            "统一社会信用代码",
        ):
            assert wanted in text, wanted
    code = re.search(r"查询码([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", word)
    number = re.search(r"列告〔\d{4}〕\d+号", word)
    assert code and number and number[0] in notice
    take(page, "登记送达", service_kind="direct", proof="当事人法定代表人当场签收")
    expect(page.get_by_text("异议期内", exact=True)).to_be_visible()
    return case_url, number[0], code[1]


def _party_objects(page: Page, platform: Platform, code: str) -> None:
    """The party reads what it is about and objects, on a screen of 360 pixels."""
    page.goto(f"{platform.web}/lists/statement/")
    fine(page)
    page.locator("[name=code]").fill("ABCD-EFGH-JKMN")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("案件查询码不正确", exact=False).first).to_be_visible()
    page.locator("[name=code]").fill(code.lower())
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text(FACTS)).to_be_visible()
    fine(page)
    page.locator("[name=text]").fill("第二次的食品已经下架待退货，没有销售，请核对。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="已经收到您的意见")).to_be_visible()
    fine(page)
    assert code not in page.url


def _check_decision(page: Page, notice_number: str) -> None:
    """The decision in both forms: number, five contents."""
    paper = page.locator("li", has_text="列入决定书")
    with page.expect_download() as pdf:
        paper.get_by_role("link", name=re.compile("PDF")).click()
    with page.expect_download() as word:
        paper.get_by_role("link", name=re.compile("Word")).click()
    for text in (
        pdf_text(Path(pdf.value.path()).read_bytes()),
        word_text(Path(word.value.path()).read_bytes()),
    ):
        for wanted in (
            "列入事由",
            "列入依据",
            "失信惩戒措施提示",
            "移出条件和程序",
            "救济措施",
            "列决〔",
            FACTS,
            "行政复议",
        ):
            assert wanted in text, wanted
        assert notice_number not in text
