"""The shell: faces, navigation, display preferences, the style guide and the error pages."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from common.presentation import navigation, shell
from common.views import styleguide


def get(path: str, **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.user = AnonymousUser()
    return request


class Outline(HTMLParser):
    """Collects what a page must get right: ids, open tags, headings, inline code."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr", "line", "rect", "path", "circle"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "style" or (tag == "script" and not named.get("src")):
            self.inline.append(tag)
        self.inline += [name for name in named if name == "style" or name.startswith("on")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, f"</{tag}> closes something else"


def styleguide_html(path: str = "/workbench/styleguide/", **cookies: str) -> str:
    return styleguide(get(path, **cookies)).content.decode()


def test_the_style_guide_is_one_sound_document() -> None:
    page = Outline(styleguide_html())
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.inline == []
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_sort_links_keep_the_filters_and_drop_the_cursor() -> None:
    html = styleguide_html("/workbench/styleguide/?state=ended&sort=decided&cursor=abc")
    assert 'href="?state=ended&amp;sort=-decided"' in html
    assert 'href="?state=ended&amp;sort=name"' in html
    assert 'aria-sort="ascending"' in html


def test_the_pager_keeps_the_filters_and_offers_the_first_page() -> None:
    html = styleguide_html("/workbench/styleguide/?state=ended&cursor=abc")
    assert 'href="?state=ended&amp;cursor=bmV4dA"' in html
    assert 'href="?state=ended">回到第一页' in html
    assert "回到第一页" not in styleguide_html()


def test_every_table_cell_carries_its_column_for_the_card_view() -> None:
    html = styleguide_html()
    table = html[html.index('<table class="table"') : html.index("</table>")]
    cells = re.findall(r"<t[dh][^>]*role=\"(?:cell|rowheader)\"[^>]*>", table)
    assert len(cells) == 15
    assert all("data-label=" in cell for cell in cells)


def test_elder_mode_is_on_the_root_element_and_can_be_left() -> None:
    assert 'data-display="elder"' not in styleguide_html()
    elder = styleguide_html(display="elder")
    assert 'data-display="elder"' in elder
    assert "退出长者模式" in elder
    assert "mode=standard" in elder


def test_navigation_has_only_pages_that_exist_and_marks_the_present_one() -> None:
    assert [(item.label, item.current) for item in navigation("portal", "/search/")] == [
        ("首页", False),
        ("查信用", True),
        ("严重失信名单", False),
        ("信用目录", False),
        ("惩戒措施", False),
        ("信用修复", False),
        ("信用动态", False),
        ("公开透明", False),
    ]
    assert [item.current for item in navigation("workbench", "/workbench/")] == [True, False]


@pytest.mark.parametrize(
    ("path", "face"),
    [("/", "portal"), ("/workbench/batches/", "workbench"), ("/accounts/login/", "workbench")],
)
def test_the_face_follows_the_address(path: str, face: str) -> None:
    assert getattr(shell(get(path))["shell"], "face") == face  # noqa: B009


def test_the_preference_is_remembered_and_the_reader_sent_back() -> None:
    client = Client()
    answer = client.get("/preferences/display/", {"mode": "elder", "next": "/search/?q=煤业"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/search/")
    cookie = client.cookies["display"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("elder", "Lax", True)
    client.post("/preferences/display/", {"mode": "standard"})
    assert client.cookies["display"].value == ""


def test_shortcuts_can_be_switched_off() -> None:
    client = Client()
    client.get("/preferences/display/", {"shortcuts": "off", "next": "/"})
    assert client.cookies["shortcuts"].value == "off"
    assert "js/keys.js" in styleguide_html()
    assert "js/keys.js" not in styleguide_html(shortcuts="off")


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""]
)
def test_the_preference_link_never_leads_elsewhere(address: str) -> None:
    answer = Client().get("/preferences/display/", {"mode": "elder", "next": address})
    assert answer["Location"] == "/"


def test_an_unknown_mode_is_the_standard_one() -> None:
    client = Client()
    client.get("/preferences/display/", {"mode": "<script>"})
    assert client.cookies["display"].value == ""


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_error_pages_without_a_request_need_nothing(name: str) -> None:
    page = Outline(render_to_string(name))
    assert page.headings == [1]
    assert page.inline == []


@pytest.mark.parametrize("name", ["403.html", "404.html", "429.html"])
def test_error_pages_with_a_request_lead_home(name: str) -> None:
    html = render_to_string(name, request=get("/nowhere/"))
    assert Outline(html).headings == [1]
    assert 'href="/"' in html
    assert "数据报送" not in render_to_string(name, request=get("/workbench/nowhere/"))


@pytest.mark.parametrize("name", ["account/login.html", "account/logout.html", "mfa/authenticate.html"])
def test_sign_in_pages_show_no_navigation(name: str) -> None:
    page = render_to_string(name, request=get("/accounts/login/"))
    assert Outline(page).open == []
    assert "site-nav" not in page
