"""The whole loop in a browser: application at the window, screening, measure, feedback, ground over, task, lifted."""

import threading

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from psycopg2.extensions import connection

from sandbox.service_window import Platform as Client
from sandbox.service_window import Window, serve
from tests.e2e.conftest import Platform, sign_in
from tests.e2e.test_pages import examine

pytestmark = pytest.mark.e2e
MATTER = "pxpy"


def debtor(sql: connection) -> tuple[int, str]:
    """Id and code of an organisation with a record in use that the matter answers; one that is on a list, as other tests may have
    put it, only if there is no other: its answer could not become clear."""
    with sql.cursor() as cursor:
        cursor.execute(
            "select s.id, s.uscc from records_subject s join records_creditrecord r on r.subject_id = s.id"
            " where r.item_code = 'sxbzxr' and r.used_until >= current_date and r.ended_on is null and s.kind <> 'person'"
            " and s.uscc <> '' and not exists (select from sanctions_appliedmeasure a where a.subject_id = s.id)"
            " order by exists (select from blacklist_listentry e where e.subject_id = s.id), s.id"
        )
        found: tuple[int, str] = cursor.fetchone()  # type: ignore[assignment]
        return found


def test_from_the_application_to_the_lifting(
    platform: Platform, visitor: BrowserContext, sql: connection
) -> None:
    client = platform.client("screening:query")
    window = Window(Client(platform.web, str(client["client_id"]), str(client["client_secret"])))
    server = serve(window, 0)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    subject, uscc = debtor(sql)
    page = visitor.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.get_by_label("申请人").fill("申报单位")
        page.get_by_label("统一社会信用代码").fill(uscc)
        page.get_by_label("事项").select_option(MATTER)
        page.get_by_role("button", name="收件并比对").click()
        expect(page.get_by_role("status")).to_contain_text("有适用的措施")
        page.get_by_label("不予办理的决定文书号").fill("鹤评审〔2026〕1号")
        page.get_by_role("button", name="提交并反馈").click()
        expect(page.get_by_role("status")).to_contain_text("已反馈")
        with sql.cursor() as cursor:
            cursor.execute(
                "update records_creditrecord set ended_on = (now() at time zone 'Asia/Shanghai')::date, end_reason = 'repaired'"
                " where subject_id = %s and item_code = 'sxbzxr' and ended_on is null",
                [subject],
            )
        page.get_by_label("申请人").fill("申报单位")
        page.get_by_label("统一社会信用代码").fill(uscc)
        page.get_by_label("事项").select_option(MATTER)
        page.get_by_role("button", name="收件并比对").click()
        expect(page.get_by_role("status")).to_contain_text("没有适用的措施")
        page.get_by_label("解除文书号").first.fill("鹤评审解〔2026〕1号")
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
        "lifts/", "figures/", "list/", "list/editions/hegang-2022/", "list/compare/?old=hegang-2022&new=national-2024",
        "list/drafts/new/",
    ]  # fmt: skip
    found = [line for path in paths for line in examine(page, f"{base}{path}", "standard")]
    context.close()
    assert not found, "\n".join(found)
