"""Takes the handbook's pictures from a running demo: `./dev up`, then `.venv/bin/python docs/handbook/take_screenshots.py`.

Reads var/demo-credentials.json; needs a Chromium (CHROMIUM or /usr/bin/chromium). Everybody shown is invented.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(__file__).resolve().parent / "img"
PORTAL = {
    "portal-home": "/",
    "portal-search": "/search/?q=粮食",
    "portal-penalties": "/penalties/",
    "portal-repair": "/repair/",
    "portal-transparency": "/transparency/",
}
SOURCES = "/workbench/lists/sources/"
WORKBENCH = {
    "workbench-home": "/workbench/",
    "workbench-upload": "/workbench/batches/new/",
    "workbench-batches": "/workbench/batches/",
    "workbench-records": "/workbench/records/",
    "workbench-form": "/workbench/records/new/xzcf/",
    "workbench-board": "/workbench/lists/",
}


def one_time_code(secret: str) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def take(page: Page, web: str, name: str, path: str, width: int = 1280, height: int = 860) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(web + path)
    page.screenshot(path=OUT / f"{name}.png")


def sign_in(page: Page, web: str, officer: dict[str, str]) -> None:
    page.goto(f"{web}/accounts/login/")
    page.fill("input[name=login]", officer["username"])
    page.fill("input[name=password]", officer["password"])
    page.keyboard.press("Enter")
    page.fill("input[name=code]", one_time_code(officer["totp_secret"]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/**")


def link(page: Page, web: str, on: str, to: str, number: int = 0) -> str:
    """The address of a link in a page's contents."""
    page.goto(web + on)
    return str(page.locator(f"main a[href^='{to}']").nth(number).get_attribute("href"))


def main(credentials: Path) -> None:
    demo = json.loads(credentials.read_text())
    web = demo["web"]
    officer = next(
        o for o in demo["officers"] if "submitter" in o["roles"] and "市场监督" in o["agency"]["name"]
    )
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        page = browser.new_page(locale="zh-CN")
        for name, path in PORTAL.items():
            take(page, web, name, path)
        page.goto(f"{web}/penalties/")
        record = str(page.locator("main a[href^='/records/']").first.get_attribute("href"))
        take(page, web, "portal-record", record)
        take(page, web, "portal-record-phone", record, 390, 844)
        page.goto(f"{web}/accounts/login/")
        page.screenshot(path=OUT / "sign-in.png")
        sign_in(page, web, officer)
        for name, path in WORKBENCH.items():
            take(page, web, name, path)
        take(page, web, "workbench-batch", link(page, web, "/workbench/", "/workbench/batches/", 1))
        take(page, web, "workbench-case", link(page, web, "/workbench/lists/", "/workbench/lists/cases/", 2))
        page = browser.new_page(locale="zh-CN")
        sign_in(page, web, next(o for o in demo["officers"] if "authority" in o["roles"]))
        take(page, web, "workbench-sources", SOURCES)
        take(page, web, "workbench-delivery", link(page, web, SOURCES, "/workbench/lists/deliveries/"))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "demo-credentials.json")
