"""A company on a phone gets out, with its officers in two more browsers: found, applied, taken up, decided, gone, proven."""

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import Platform, sign_in

pytestmark = pytest.mark.e2e
PHONE = {"width": 360, "height": 740}
DIGITS = "零一二三四五六七八九"


def ripe(platform: Platform, authority: str = "鹤岗市应急管理局") -> dict[str, object]:
    """A published penalty of the emergency bureau whose page offers the repair today, whatever rule and day apply; the
    demo's own cases concern the market regulator."""
    today = date.today().isoformat()
    fitting = (
        item
        for item in published_penalties(platform)
        if item["authority"] == authority
        and item["subject"]["kind"] != "person"  # type: ignore[index]
        and item["minimum_until"]
        and str(item["minimum_until"]) < today
        and not item["disputed_since"]
        and offers_repair(platform, item)
    )
    return next(fitting)


def offers_repair(platform: Platform, item: dict[str, object]) -> bool:
    with urllib.request.urlopen(f"{platform.web}/records/{item['id']}/") as answer:
        return f"/repair/apply/?record={item['id']}" in answer.read().decode()


def published_penalties(platform: Platform) -> Iterator[dict[str, object]]:
    """All of them, newest first, page by page: another test's file may have brought thousands before this one's."""
    address = f"{platform.web}/api/v1/public/records/?item=xzcf&limit=500"
    cursor = ""
    while cursor is not None:
        with urllib.request.urlopen(f"{address}&cursor={quote(cursor)}" if cursor else address) as answer:
            page = json.load(answer)
        yield from page["items"]
        cursor = page["next_cursor"]


def check(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the phone."""
    found = [(one["id"], one["nodes"][0]["target"]) for one in Axe().run(page).response["violations"]]
    assert not found, (page.url, found)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


def answer_the_sum(page: Page) -> None:
    """The way for whoever cannot see the picture."""
    first, second = re.findall(f"[{DIGITS}]", page.locator("#id_human_answer_helptext strong").inner_text())
    page.locator("input[name=human_answer]").fill(str(DIGITS.index(first) + DIGITS.index(second)))


def paper(folder: Path, name: str) -> str:
    from PIL import Image

    path = folder / name
    Image.new("RGB", (800, 600), "white").save(path)
    return str(path)


def apply(page: Page, platform: Platform, record: dict[str, object], folder: Path) -> tuple[str, str]:
    """From the search box to the acceptance number, by keyboard where a phone would tap."""
    subject = record["subject"]
    assert isinstance(subject, dict)
    page.goto(f"{platform.web}/search/?q={subject['uscc']}")
    page.get_by_role("link", name=str(record["document_number"])).click()
    check(page)
    page.get_by_role("link", name="申请修复", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/repair/apply/**")
    return fill_in(page, folder)


def fill_in(page: Page, folder: Path) -> tuple[str, str]:
    """The application itself; returns acceptance number and query code."""
    check(page)
    page.locator("input[name=name]").fill("方静怡")
    page.locator("input[name=phone]").fill("0468-3300000")
    page.locator("textarea[name=text]").fill("罚款已经缴清，违法行为已经改正。")
    page.locator("input[name=fulfilment]").set_input_files(
        [paper(folder, "缴款凭证.png"), paper(folder, "整改.jpg")]
    )
    page.locator("input[name=identity]").set_input_files(paper(folder, "身份证明.png"))
    page.locator("input[name=confirm]").focus()
    page.keyboard.press("Space")
    answer_the_sum(page)
    page.keyboard.press("Enter")
    page.locator("[data-query-code], .error-summary, .upload__problem:not(:empty)").first.wait_for()
    assert page.locator("[data-query-code]").count(), page.locator("main").inner_text()
    check(page)
    number = page.locator(".confirmation__number strong").inner_text()
    return number, page.locator("[data-query-code]").inner_text()


def look(page: Page, platform: Platform, number: str, code: str) -> None:
    page.goto(f"{platform.web}/progress/")
    page.locator("input[name=number]").fill(number)
    page.locator("input[name=code]").fill(code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="经过").wait_for()
    check(page)


def act(page: Page, title: str, button: str, **values: str) -> None:
    """Open one of the steps of a case, fill it in, send it."""
    box = page.locator("details", has=page.get_by_text(title, exact=True)).first
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    for name, value in values.items():
        box.locator(f"[name={name}]").fill(value)
    box.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("已办理").wait_for()


def test_a_company_gets_out_on_a_phone(
    platform: Platform, chromium: Browser, visitor: BrowserContext, tmp_path: Path
) -> None:
    record = ripe(platform)
    visitor.set_default_timeout(60_000)
    phone = visitor.new_page()
    phone.set_viewport_size(PHONE)  # type: ignore[arg-type]
    number, code = apply(phone, platform, record, tmp_path)
    look(phone, platform, number, code)
    assert "待受理" in phone.content()

    clerk = chromium.new_context(locale="zh-CN").new_page()
    clerk.set_default_timeout(60_000)
    sign_in(clerk, platform, platform.officer("submitter", "鹤岗市应急管理"))
    clerk.goto(f"{platform.web}/workbench/repair/")
    check(clerk)
    clerk.get_by_role("link", name=number).click()
    check(clerk)
    act(clerk, "受理", "受理")

    reviewer = chromium.new_context(locale="zh-CN").new_page()
    reviewer.set_default_timeout(60_000)
    sign_in(reviewer, platform, platform.officer("reviewer", "鹤岗市应急管理"))
    reviewer.goto(f"{platform.web}/workbench/repair/cases/{number}/")
    check(reviewer)
    act(reviewer, "同意", "同意", **{"grant-reasons": "罚款已经缴清，符合修复条件。"})

    open_a_paper(reviewer, number)

    gone = phone.goto(f"{platform.web}/records/{record['id']}/")
    assert gone is not None and gone.status == 404
    look(phone, platform, number, code)
    assert "决定：同意" in phone.content()
    with phone.expect_download() as loaded:
        phone.get_by_role("button", name="下载信用修复证明").click()
    words, address = read_certificate(Path(loaded.value.path()))
    assert number in words and str(record["document_number"]) in words
    phone.goto(address)
    check(phone)
    assert "证明真实有效" in phone.content()
    clerk.context.close()
    reviewer.context.close()


def open_a_paper(page: Page, number: str) -> None:
    """The case is closed: whoever opens a paper of it now says what for, and that stands on the page of the case."""
    page.locator("section", has=page.get_by_role("heading", name="材料", exact=True)).get_by_role(
        "link", name="下载"
    ).first.click()
    check(page)
    page.get_by_label("核查信用修复承诺是否属实").focus()
    page.keyboard.press("Space")
    with page.expect_download():
        page.get_by_role("button", name="登记并下载").click()
    page.get_by_role("link", name="返回这一件").click()
    page.get_by_role("heading", name="材料查阅记录").wait_for()
    assert number in page.content() and "核查信用修复承诺是否属实" in page.content()
    check(page)


def read_certificate(path: Path) -> tuple[str, str]:
    """The text of the paper, and the address that a camera reads from its QR code."""
    from pypdf import PdfReader

    from tests.qr import addresses_in

    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    (address,) = addresses_in(path.read_bytes())
    return "".join(text.split()), address
