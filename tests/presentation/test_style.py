"""The style sheets and templates keep their own rules: tokens exist, contrast holds, nothing is inline."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from common.views import styleguide

CSS = Path(settings.BASE_DIR) / "static" / "css"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
Palette = dict[str, str]

DARK = "@media (prefers-color-scheme: dark)"
TONES = ("neutral", "info", "good", "warning", "serious")


def tokens(block: str) -> Palette:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


def palettes() -> dict[str, Palette]:
    """Values in force in each of the four ways a page can look."""
    text = (CSS / "tokens.css").read_text()
    blocks = re.findall(r"(@media[^{]+\{\s*)?(:root(?:\[[^\]]+\])?)\s*\{(.*?)\}", text, flags=re.S)
    found = {(bool(media), "elder" in selector): tokens(body) for media, selector, body in blocks}
    light, dark = found[False, False], found[True, False]
    elder, elder_dark = found[False, True], found[True, True]
    return {
        "light": light,
        "dark": light | dark,
        "elder": light | elder,
        "elder-dark": light | dark | elder | elder_dark,
    }


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


TEXT_PAIRS = [
    *[("--ink", ground) for ground in ("--paper", "--wash", "--blue-wash")],
    *[("--ink-quiet", ground) for ground in ("--paper", "--wash")],
    *[("--blue", ground) for ground in ("--paper", "--wash", "--blue-wash")],
    *[("--blue-deep", ground) for ground in ("--paper", "--blue-wash")],
    *[(f"--{tone}", f"--{tone}-wash") for tone in TONES],
    *[("--ink", f"--{tone}-wash") for tone in TONES],
    ("--serious", "--paper"),
    ("--on-action", "--action"),
    ("--on-action", "--action-deep"),
    ("--focus-ink", "--focus-wash"),
]
LINE_PAIRS = [
    ("--line-control", "--paper"),
    ("--line-control", "--wash"),
    ("--focus", "--paper"),
    ("--action", "--paper"),
]


@pytest.mark.parametrize("mode", ["light", "dark", "elder", "elder-dark"])
def test_text_can_be_read_in_every_mode(mode: str) -> None:
    palette = palettes()[mode]
    least = 7.0 if mode.startswith("elder") else 4.5
    poor = [(one, other) for one, other in TEXT_PAIRS if contrast(palette[one], palette[other]) < least]
    assert poor == []


@pytest.mark.parametrize("mode", ["light", "dark", "elder", "elder-dark"])
def test_controls_can_be_seen_in_every_mode(mode: str) -> None:
    palette = palettes()[mode]
    assert [pair for pair in LINE_PAIRS if contrast(palette[pair[0]], palette[pair[1]]) < 3] == []


def test_elder_mode_leaves_no_text_under_twenty_pixels() -> None:
    elder = palettes()["elder"]
    root = float(elder["--size-root"].rstrip("%")) / 100 * 16
    sizes = {
        name: float(value.removesuffix("rem")) * root
        for name, value in elder.items()
        if value.endswith("rem")
    }
    assert min(sizes.values()) >= 20
    assert int(elder["--target"].removesuffix("px")) >= 44


def test_colours_are_decided_in_one_file() -> None:
    stray = {
        sheet.name: found
        for sheet in CSS.glob("*.css")
        if sheet.name not in {"tokens.css", "print.css"}
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text()))
    }
    assert stray == {}


def test_every_token_used_is_defined() -> None:
    known = set(palettes()["light"])
    used = {name for sheet in CSS.glob("*.css") for name in re.findall(r"var\((--[\w-]+)", sheet.read_text())}
    assert used - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text())
    assert (
        re.findall(r"\sstyle=|\son[a-z]+=|<style\b|<script(?![^>]*\bsrc=)|javascript:|https?://", text) == []
    )


def test_every_class_on_the_style_guide_has_a_rule() -> None:
    request = RequestFactory().get("/workbench/styleguide/")
    request.user = AnonymousUser()
    html = styleguide(request).content.decode()
    used = {name for value in re.findall(r'class="([^"]*)"', html) for name in value.split()}
    rules = set(re.findall(r"\.([a-z][\w-]*)", "".join(sheet.read_text() for sheet in CSS.glob("*.css"))))
    assert used - rules == set()
