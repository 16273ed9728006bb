"""An officer corrects a record in a real browser; a page opened before that overwrites nothing."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Platform, sign_in

pytestmark = pytest.mark.e2e
NUMBER = "鹤市监处罚〔2026〕复1号"  # of the demo


def hand_in_correction(page: Page, amount: str) -> None:
    page.locator("[name=CF_NR_FK]").fill(amount)
    page.locator("[name=_ground]").select_option("mistyped")
    page.locator("[name=_explanation]").fill("金额与决定书不一致")
    page.get_by_role("button", name="提交更正").click()


def test_the_second_of_two_pages_cannot_overwrite(platform: Platform, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN")
    first, second = context.new_page(), context.new_page()
    sign_in(first, platform, platform.officer("submitter", "市场监督"))
    first.goto(f"{platform.web}/workbench/records/?number={NUMBER}")
    first.get_by_role("link", name=NUMBER).click()
    first.get_by_role("link", name="更正", exact=True).click()
    second.goto(first.url)
    hand_in_correction(first, "0.06")
    expect(first.get_by_text("已更正")).to_be_visible()
    hand_in_correction(second, "0.07")
    expect(second.get_by_text("另一位工作人员刚刚改过这条信息").first).to_be_visible()
    first.get_by_role("link", name="历史版本和某日情形").click()
    expect(first.get_by_text("更正：金额与决定书不一致")).to_have_count(1)
    public = chromium.new_context(locale="zh-CN").new_page()
    public.goto(first.url.replace("/workbench", "").replace("versions/", ""))
    expect(public.get_by_text("0.06 万元（600 元）")).to_be_visible()
    expect(public.get_by_text("历史版本")).to_have_count(0)
    context.close()
