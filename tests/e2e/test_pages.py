"""Every main page in a real browser: axe finds nothing, nothing overflows a phone, the keyboard suffices."""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from unicodedata import normalize

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from pypdf import PdfReader

from tests.e2e.conftest import Platform, sign_in

pytestmark = pytest.mark.e2e
PORTAL = [
    "/", "/search/?q=鹤岗", "/penalties/", "/licences/", "/lists/", "/lists/entries/", "/lists/honours/", "/lists/statement/", "/catalog/", "/catalog/xzcf/", "/measures/", "/repair/", "/rights/", "/rights/errand/",
    "/repair/apply/", "/objections/apply/", "/objections/omitted/", "/reports/", "/reports/verify/", "/progress/", "/repair/verify/",
    "/transparency/", "/statistics/", "/open-data/", "/news/", "/news/?column=anli", "/accounts/login/", "/no-such-page/",
]  # fmt: skip
WORKBENCH = [
    "/workbench/", "/workbench/batches/", "/workbench/batches/new/", "/workbench/records/", "/workbench/records/new/xzcf/",
    "/workbench/subjects/?q=暖阳", "/workbench/records/drafts/", "/workbench/supervision/errors/",
    "/workbench/records/waiting/", "/workbench/lists/", "/workbench/lists/schemes/", "/workbench/lists/schemes/new/", "/workbench/lists/honour-schemes/",
    "/workbench/lists/?phase=to_answer", "/workbench/lists/entries/", "/workbench/lists/as-of/",
    "/workbench/persons/consents/", "/workbench/persons/consents/new/", "/workbench/persons/consents/ask/", "/workbench/persons/retention/", "/workbench/catalog/document-kinds/", "/workbench/agreement/", "/workbench/catalog/regimes/",
    "/workbench/repair/", "/workbench/repair/find/", "/workbench/repair/rules/", "/workbench/repair/figures/",
    "/workbench/exchange/", "/workbench/ledger/", "/workbench/styleguide/",
]  # fmt: skip
WIDTHS = (360, 768, 1280)


@pytest.fixture(scope="module")
def officer_state(platform: Platform, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed-in session, reused: a one-time code serves once."""
    context = chromium.new_context(locale="zh-CN")
    sign_in(context.new_page(), platform, platform.officer("submitter", "市场监督"))
    path = tmp_path_factory.mktemp("state") / "officer.json"
    context.storage_state(path=path)
    context.close()
    return path


@pytest.fixture
def officer_page(chromium: Browser, officer_state: Path) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", storage_state=officer_state)
    yield context.new_page()
    context.close()


def examine(page: Page, url: str, mode: str) -> list[str]:
    """What axe finds and what overflows, at every width, in words."""
    found = []
    page.goto(url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        results = Axe().run(page)
        found += [
            f"{url} {mode} {width}px: {violation['id']} {violation['nodes'][0]['target']}"
            for violation in results.response["violations"]
        ]
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            found.append(f"{url} {mode} {width}px: {overflow}px too wide")
    return found


def examine_all(page: Page, web: str, paths: list[str]) -> list[str]:
    found = []
    for mode in ("standard", "elder"):
        page.goto(f"{web}/preferences/display/?mode={mode}&next=/")
        for path in paths:
            found += examine(page, web + path, mode)
    return found


def first_links(page: Page, web: str) -> list[str]:
    """A subject and a record that exist."""
    page.goto(f"{web}/penalties/")
    record = page.locator("main a[href^='/records/']").first.get_attribute("href")
    page.goto(f"{web}{record}")
    subject = page.locator("main a[href^='/subjects/']").first.get_attribute("href")
    return [str(record), str(subject)]


def test_axe_finds_nothing_on_public_pages(platform: Platform, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    found = examine_all(page, platform.web, PORTAL + first_links(page, platform.web))
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_the_workbench(platform: Platform, officer_page: Page) -> None:
    officer_page.goto(f"{platform.web}/workbench/batches/")
    batch = officer_page.locator("main table a").first.get_attribute("href")
    officer_page.goto(f"{platform.web}/workbench/records/")
    record = officer_page.locator("main a[href*='/workbench/records/']").first.get_attribute("href")
    found = examine_all(officer_page, platform.web, [*WORKBENCH, str(batch), str(record)])
    assert not found, "\n".join(found)


def test_an_officer_narrows_the_batches_and_takes_the_list_along(
    platform: Platform, officer_page: Page
) -> None:
    officer_page.goto(f"{platform.web}/workbench/batches/")
    officer_page.get_by_label("文件名含有").fill("xzcf")
    officer_page.get_by_role("button", name="筛选", exact=True).click()
    officer_page.wait_for_url("**file=xzcf**")
    listed = officer_page.locator("main tbody th a").all_inner_texts()
    assert listed and all("xzcf" in name for name in listed)
    with officer_page.expect_download() as download:
        officer_page.get_by_role("link", name="CSV 文件").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert [row["文件"] for row in csv.DictReader(StringIO(text))] == listed
    officer_page.get_by_role("link", name="报送时间").click()
    officer_page.wait_for_url("**sort=handed**")
    assert officer_page.locator("main tbody th a").all_inner_texts() == listed[::-1]


def test_axe_finds_nothing_where_the_authority_works(platform: Platform, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    sign_in(page, platform, platform.officer("authority", "营商"))
    sources = "/workbench/lists/sources/"
    page.goto(platform.web + sources)
    source = page.locator(f"main a[href^='{sources}']").first.get_attribute("href")
    held = page.locator("main a[href*='/lists/deliveries/']").first.get_attribute("href")
    erasures = "/workbench/persons/erasures/"
    page.goto(platform.web + erasures)
    asked = page.locator("main table a").first.get_attribute("href")
    page.goto(f"{platform.web}/workbench/persons/consents/")
    consent = page.locator("main table a").first.get_attribute("href")
    looked_at = [
        "/workbench/", "/workbench/news/", "/workbench/news/new/", sources, source, held, erasures, f"{erasures}new/", f"{erasures}overdue/", asked, consent,
        "/workbench/catalog/document-kinds/new/", "/workbench/catalog/document-kinds/xzxk-jds/end/",
        "/workbench/news/rules/", "/workbench/news/rules/terms/new/", "/workbench/news/rules/terms/no-trade/",
    ]  # fmt: skip
    found = examine_all(page, platform.web, list(map(str, looked_at)))
    context.close()
    assert not found, "\n".join(found)


def test_paper_shows_what_is_folded_and_tears_no_date(platform: Platform, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    record, _ = first_links(page, platform.web)
    said = []
    for path in (record, "/penalties/", "/repair/"):
        page.goto(platform.web + path)
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
        said.append(normalize("NFKC", "\n".join(sheet.extract_text() for sheet in sheets)))
    assert "要带的材料" in said[0] and "从哪天起算" in said[0]
    assert "不能修复的情形" in said[2] and "最短公示" in said[2]
    torn = re.findall(r"\d{4}年(?:\d*\n\d*月|\d+月\d*\n\d*日)", said[1])
    assert len(re.findall(r"\d{4}年\d+月\d+日", said[1])) > 20 and not torn


def test_a_card_leaves_out_what_is_empty_and_keeps_every_label_in_large_type(
    platform: Platform, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    page.set_viewport_size({"width": 360, "height": 740})

    def labels() -> set[str]:
        shown = page.locator(".table--flowing td:visible")
        return set(shown.evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content)"))

    page.goto(f"{platform.web}/catalog/xzcf/")
    assert labels() == {"none", '"要求"'}
    words = page.locator(".table--flowing td:visible").all_inner_texts()
    assert "必填" in words and "—" not in words
    page.get_by_role("link", name="长者模式").first.click()
    assert labels() >= {'"类型"', '"是否必填"', '"公开方式"', '"要求"'}


def test_no_page_asks_for_anything_elsewhere(platform: Platform, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PORTAL[:-1]:
        page.goto(platform.web + path)
    assert all(url.startswith((platform.web, "data:")) for url in asked)
    assert not complaints


def test_the_keyboard_alone_finds_a_company(platform: Platform, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(platform.web)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("鹤岗")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.locator("main a[href^='/subjects/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/subjects/**")
    assert page.locator("h1").count() == 1


def test_pages_work_without_script(platform: Platform, chromium: Browser, officer_state: Path) -> None:
    context = chromium.new_context(locale="zh-CN", java_script_enabled=False, storage_state=officer_state)
    page = context.new_page()
    for path in [*PORTAL[:-1], *WORKBENCH]:
        answer = page.goto(platform.web + path)
        assert answer is not None and answer.status == 200, path
        assert page.locator("h1").count() == 1, path
    context.close()
