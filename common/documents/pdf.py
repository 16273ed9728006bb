"""A document as PDF: archivable (PDF/A-2a), tagged for screen readers (PDF/UA-1), every glyph embedded."""

import json
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Final

import segno
import typst

from common.documents.content import (
    VERIFICATION,
    Block,
    Fields,
    Grid,
    Heading,
    Items,
    OfficialDocument,
    Paragraph,
    clean,
    numbered,
)
from common.documents.fonts import FAMILY, font_directory, printable

_ZONE: Final = timezone(timedelta(hours=8))  # the typesetter wants a fixed offset
_STANDARDS: "Final[list[typst.PDFStandard]]" = ["a-2a", "ua-1"]


@cache
def _template() -> bytes:
    return Path(__file__).with_name("official.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """The packaged typeface alone: what a machine has installed may not change a document."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_directory())]
    )


def _text(text: str) -> str:
    return printable(clean(text))


def _block(block: Block) -> dict[str, object]:
    match block:
        case Heading():
            return {"kind": "heading", "text": _text(block.text)}
        case Paragraph():
            return {"kind": "paragraph", "text": _text(block.text)}
        case Items():
            return {"kind": "items", "lines": [_text(line) for line in numbered(block.lines)]}
        case Fields():
            return {"kind": "fields", "rows": [[_text(label), _text(value)] for label, value in block.rows]}
        case Grid():
            return {
                "kind": "grid",
                "header": [_text(cell) for cell in block.header],
                "rows": [[_text(cell) for cell in row] for row in block.rows],
                "widths": [
                    2 + min(24, max(map(len, column)))
                    for column in zip(block.header, *block.rows, strict=True)
                ],
            }


def _qr(url: str) -> str:
    return segno.make(url, error="m", micro=False).svg_inline(border=2) if url else ""


def as_pdf(document: OfficialDocument) -> bytes:
    """Typeset the document; equal documents give equal bytes (its date is the file's)."""
    data = {
        "font": FAMILY,
        "title": _text(document.title),
        "number": _text(document.number),
        "recipient": _text(document.salutation),
        "blocks": [_block(block) for block in document.blocks],
        "signatory": _text(document.signatory),
        "signed_on": document.signed_line,
        "notes": [_text(note) for note in document.notes],
        "verification": VERIFICATION,
        "verification_url": document.verification_url,
        "qr": _qr(document.verification_url),
    }
    compiler = typst.Compiler(
        _template(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"document": json.dumps(data)}
    )
    signed_at = datetime.combine(document.signed_on, time(), _ZONE)
    pdf = compiler.compile(format="pdf", pdf_standards=_STANDARDS, timestamp=signed_at)
    assert isinstance(pdf, bytes)
    return pdf
