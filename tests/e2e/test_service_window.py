"""The whole loop in browsers: application at the window, screening, measure, feedback, repair applied for on a phone and approved by
the unit, task, lifted."""

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from psycopg2.extensions import connection

from sandbox.service_window import Platform as Client
from sandbox.service_window import Window, serve
from tests.e2e.conftest import Platform, sign_in
from tests.e2e.test_pages import examine
from tests.e2e.test_repair import PHONE, act, fill_in

pytestmark = pytest.mark.e2e
MATTER = "zfcg"
UNIT = "鹤岗市应急管理局"


_ENTRY = """
insert into blacklist_listentry (public_id, scheme_id, subject_id, authority_id, authority_name, origin, decision_number, decided_on,
    reason, basis_text, sanction_hints, removal_text, remedies, data, source, effective_from, ends_on, end_reason, ended_noted, salt)
select 'e2e' || s.id, (select max(id) from blacklist_listscheme where code = 'tqnmggz'), s.id, a.id, a.name, 'imported',
    '鹤应急列〔2025〕' || s.id || '号', current_date - 400, '拖欠农民工工资', '《保障农民工工资支付条例》第四十八条', '', '',
    '可以自收到决定书之日起六十日内申请行政复议', '{}', 'e2e:' || s.id, current_date - 400, current_date + 600, '', false,
    gen_random_uuid()
from records_subject s, agencies_agency a
where a.name = %s and s.kind = 'organisation' and s.uscc <> '' and s.merged_into_id is null
  and not exists (select from blacklist_listentry e where e.subject_id = s.id)
  and not exists (select from sanctions_appliedmeasure m where m.subject_id = s.id)
order by s.id desc limit 1 returning public_id, subject_id
"""


def listed(sql: connection) -> tuple[str, int, str]:
    """An organisation listed elsewhere long enough to apply for its removal: entry, subject, code."""
    with sql.cursor() as cursor:
        cursor.execute(_ENTRY, [UNIT])
        entry, subject = cursor.fetchone()  # type: ignore[misc]
        cursor.execute("select uscc from records_subject where id = %s", [subject])
        return entry, subject, cursor.fetchone()[0]  # type: ignore[index]


def removed(platform: Platform, chromium: Browser, entry: str, folder: Path) -> None:
    """The party applies on a phone, the unit accepts and approves."""
    phone = chromium.new_context(locale="zh-CN").new_page()
    phone.set_viewport_size(PHONE)  # type: ignore[arg-type]
    phone.goto(f"{platform.web}/repair/apply/?entry={entry}")
    number, _ = fill_in(phone, folder)
    for role, title, words in (
        ("submitter", "受理", {}),
        ("reviewer", "同意", {"grant-reasons": "工资已经付清，符合移出条件。"}),
    ):
        page = chromium.new_context(locale="zh-CN").new_page()
        page.set_default_timeout(60_000)
        sign_in(page, platform, platform.officer(role, UNIT[:-1]))
        page.goto(f"{platform.web}/workbench/repair/cases/{number}/")
        act(page, title, title, **words)
        page.context.close()
    phone.context.close()


def take_in(page: Page, uscc: str) -> None:
    page.get_by_label("申请人").fill("申报单位")
    page.get_by_label("统一社会信用代码").fill(uscc)
    page.get_by_label("事项").select_option(MATTER)
    page.get_by_role("button", name="收件并比对").click()


def test_from_the_application_to_the_lifting(
    platform: Platform, chromium: Browser, visitor: BrowserContext, sql: connection, tmp_path: Path
) -> None:
    client = platform.client("screening:query")
    window = Window(Client(platform.web, str(client["client_id"]), str(client["client_secret"])))
    server = serve(window, 0)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    entry, subject, uscc = listed(sql)
    page = visitor.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        take_in(page, uscc)
        expect(page.get_by_role("status")).to_contain_text("有适用的措施")
        page.get_by_label("不予办理的决定文书号").fill("鹤采退〔2026〕1号")
        page.get_by_role("button", name="提交并反馈").click()
        expect(page.get_by_role("status")).to_contain_text("已反馈")
        removed(platform, chromium, entry, tmp_path)
        take_in(page, uscc)
        expect(page.get_by_role("status")).to_contain_text("没有适用的措施")
        page.get_by_label("解除文书号").first.fill("鹤采解〔2026〕1号")
        page.get_by_role("button", name="解除并反馈").first.click()
        expect(page.get_by_role("status")).to_contain_text("已解除")
    finally:
        server.shutdown()
        server.server_close()
    with sql.cursor() as cursor:
        cursor.execute(
            "select count(*), count(lifted_on) from sanctions_appliedmeasure where subject_id = %s", [subject]
        )
        assert cursor.fetchone() == (1, 1)


def test_axe_finds_nothing_on_pages_of_measures(
    platform: Platform, chromium: Browser, sql: connection
) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    sign_in(page, platform, platform.officer("authority", "政务服务"))
    with sql.cursor() as cursor:
        cursor.execute("select public_id from sanctions_appliedmeasure order by id limit 1")
        (applied,) = cursor.fetchone() or ("",)
        cursor.execute("select public_id from sanctions_screening where hits > 0 order by id limit 1")
        (receipt,) = cursor.fetchone() or ("",)
    assert applied and receipt, "the demo has a measure and a receipt"
    base = f"{platform.web}/workbench/measures/"
    paths = [
        "", "screening/", "screening/box/", "screening/receipts/", f"screening/receipts/{receipt}/", f"applied/{applied}/",
        "lifts/", "figures/", "screening/subscriptions/", "list/", "list/editions/hegang-2022/", "list/compare/?old=hegang-2022&new=national-2024",
        "list/drafts/new/",
    ]  # fmt: skip
    found = [line for path in paths for line in examine(page, f"{base}{path}", "standard")]
    context.close()
    assert not found, "\n".join(found)
