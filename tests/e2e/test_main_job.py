"""One real file travels the whole way, in a real browser and on real servers."""

import csv
import io
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from psycopg2.extensions import connection

from bench import samples
from province.naming import record_id
from tests.e2e.conftest import Platform, sign_in

pytestmark = pytest.mark.e2e
ROWS = 10_000
BROKEN_EVERY = 33  # three in a hundred


@pytest.fixture(scope="module")
def the_file(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[samples.Row], int]:
    """10,000 penalties of one agency, 3 % of them wrong in every way there is; (path, good rows, number of bad rows)."""
    agency = platform.officer("submitter", "市场监督")["agency"]
    unit = samples.Unit(agency["name"], agency["uscc"])  # type: ignore[index]
    today = date.today()
    rows = list(samples.penalties(ROWS, unit, today=today))
    bad = 0
    good = []
    for number, row in enumerate(rows):
        if number % BROKEN_EVERY == 0:
            samples.BREAKAGES[bad % len(samples.BREAKAGES)].spoil(row, today)
            bad += 1
        else:
            good.append(row)
    path = tmp_path_factory.mktemp("files") / "行政处罚_一万条.csv"
    path.write_bytes(samples.as_csv(rows, samples.COLUMNS))
    return path, good, bad


def get_json(url: str, headers: dict[str, str] | None = None) -> dict[str, object]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=30) as answer:
        found: dict[str, object] = orjson.loads(answer.read())
        return found


def token(platform: Platform, scope: str) -> str:
    client = platform.client(scope)
    body = urllib.parse.urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
        }
    ).encode()
    with urllib.request.urlopen(f"{platform.web}/oauth/token/", body, timeout=30) as answer:
        return str(orjson.loads(answer.read())["access_token"])


def pull_everything(platform: Platform) -> dict[int, dict[str, object]]:
    """The province's state by object, by a client that is cut off at random and goes on from its cursor."""
    headers = {"Authorization": f"Bearer {token(platform, 'province:pull')}"}
    chance, state, cursor = random.Random(3), {}, ""
    while True:
        url = f"{platform.web}/api/v1/province/changes/?limit=1500" + (f"&cursor={cursor}" if cursor else "")
        page = get_json(url, headers)
        if chance.random() < 0.3:
            continue  # the answer was lost on its way; the cursor has not moved
        for item in page["items"]:  # type: ignore[attr-defined]
            if item["action"] == "upsert":
                state[item["object_id"]] = item["payload"]
            else:
                state.pop(item["object_id"], None)
        cursor = urllib.parse.quote(str(page["next_cursor"]))
        if not page["items"]:
            return state


@pytest.fixture(scope="module")
def handed_in(
    platform: Platform, chromium: Browser, the_file: tuple[Path, list[samples.Row], int]
) -> Iterator[Page]:
    """The officer's page once the file was uploaded and judged to its end; each test here may be the first to ask."""
    path, _, _ = the_file
    context = chromium.new_context(locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, platform, platform.officer("submitter", "市场监督"))

    page.goto(f"{platform.web}/workbench/batches/new/")
    page.get_by_label("目录事项").select_option("xzxk")
    expect(page.get_by_label("适用程序")).to_be_hidden()
    page.get_by_label("目录事项").select_option("xzcf")
    page.get_by_label("适用程序").select_option("")
    page.get_by_label("数据文件").set_input_files(path)
    page.get_by_role("button", name="上传并核验").click()
    page.wait_for_url("**/workbench/batches/*/")
    expect(page.locator("progress").first).to_be_visible()
    expect(page.get_by_role("heading", name="为什么退回")).to_be_visible(timeout=120_000)
    yield page
    context.close()


def test_a_file_becomes_records_that_everybody_entitled_can_see(
    platform: Platform,
    visitor: BrowserContext,
    handed_in: Page,
    the_file: tuple[Path, list[samples.Row], int],
) -> None:
    page, (_, good, bad) = handed_in, the_file
    expect(page.get_by_text(f"{len(good):,}").first).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回的行（CSV）").click()
    returned = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(returned) == bad
    codes = {code for row in returned for code in row["错误代码"].split("；")}
    assert codes >= {one.code for one in samples.BREAKAGES}
    assert all(row["行号"] and row["错误说明"] and row["依据"] for row in returned)

    page.get_by_role("button", name="退出登录").click()
    shown = next(
        row
        for row in good
        if row["CF_XDR_LB"] == "法人及非法人组织" and "罚款" in row["CF_CFLB"] and row["CF_JDRQ"] > "2026-06"
    )
    public = visitor.new_page()
    public.goto(platform.web)
    public.get_by_role("searchbox").or_(public.locator("input[name=q]")).first.fill(shown["CF_XDR_SHXYM"])
    public.keyboard.press("Enter")
    public.wait_for_url("**/subjects/**")
    expect(public.get_by_text(shown["CF_WSH"]).first).to_be_visible()
    public.get_by_role("link", name=shown["CF_WSH"]).first.click()
    expect(public.get_by_text("公示").first).to_be_visible()


def test_the_province_has_received_and_can_pull_the_same(
    platform: Platform, handed_in: Page, the_file: tuple[Path, list[samples.Row], int], sql: connection
) -> None:
    _, good, _ = the_file
    with sql.cursor() as cursor:
        cursor.execute(
            "select id, document_number from records_creditrecord "
            "where shared_until >= %s and (ended_on is null or ended_on > %s)",
            [date.today(), date.today()],
        )
        live = dict(cursor.fetchall())
    assert {row["CF_WSH"] for row in good} & set(live.values())
    deadline = time.monotonic() + 120
    while True:
        pulled = pull_everything(platform)
        state = get_json(f"{platform.sandbox}/state")
        held = {int(key) for key, one in state["objects"].items() if one["action"] == "upsert"}  # type: ignore[attr-defined]
        records = {key for key in held if record_id(key) is not None}  # beside them: entries of lists
        if held == set(pulled) and records == set(live):
            break
        assert time.monotonic() < deadline, (
            f"live {len(live)}, pulled {len(pulled)}, sandbox holds {len(held)}"
        )
        time.sleep(2)
    assert all(str(payload["ends"]) >= date.today().isoformat() for payload in pulled.values())
    assert {p["CF_WSH"] for p in pulled.values() if "CF_WSH" in p} >= {row["CF_WSH"] for row in good} & set(
        live.values()
    )
    assert state["order_violations"] in (0, [])
