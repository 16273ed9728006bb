"""What search engines and programs ask of the site itself: the site map and the icon."""

import io
from xml.etree import ElementTree

from django.test import Client
from django.urls import resolve
from PIL import Image

from tests.news.samples import published_article
from tests.portal.conftest import People

_LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
HOST = "http://testserver"


def addresses(client: Client) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    return [str(one.text) for one in root.iter(_LOC)]


def test_the_site_map_names_pages_that_may_be_kept_and_only_those(client: Client, people: People) -> None:
    news = published_article()
    found = addresses(client)
    assert f"{HOST}/news/{news.pk}/" in found
    assert len(found) == len(set(found)) > 20
    assert f"{HOST}/" in found and f"{HOST}/catalog/xzcf/" in found
    rules = client.get("/robots.txt").content.decode().splitlines()
    closed = tuple(line.removeprefix("Disallow: ") for line in rules if line.startswith("Disallow"))
    assert len(closed) > 5
    for address in found:
        path = address.removeprefix(HOST)
        assert path.startswith("/") and not path.startswith(closed)
        assert resolve(path).app_name == "portal"
    for address in [one for one in found if "/catalog/" not in one] + found[-1:]:
        page = client.get(address)
        assert page.status_code == 200 and "X-Robots-Tag" not in page


def test_robots_are_told_where_the_site_map_is(client: Client) -> None:
    assert f"Sitemap: {HOST}/sitemap.xml" in client.get("/robots.txt").content.decode().splitlines()


def test_the_site_map_is_kept_as_long_as_other_public_pages(client: Client, db: None) -> None:
    answer, page = client.get("/sitemap.xml"), client.get("/repair/")
    assert answer["Cache-Control"].split(",")[0] == page["Cache-Control"].split(",")[0] == "public"
    assert client.post("/sitemap.xml").status_code == 405


def test_the_icon_is_a_picture_of_several_sizes(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200 and "max-age" in answer["Cache-Control"]
    picture = Image.open(io.BytesIO(answer.getvalue()))
    assert picture.format == "ICO" and {(16, 16), (32, 32)} <= picture.info["sizes"]
