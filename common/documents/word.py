"""A document as Word: the same words, for whoever must go on writing in it."""

import io
import zipfile
from datetime import datetime, time
from typing import Final

import segno
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

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
from common.documents.fonts import WORD_FAMILY

_BODY: Final = 16.0
_INDENT: Final = Pt(2 * _BODY)
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)


def _write(paragraph: WordParagraph, text: str, size: float = _BODY, *, bold: bool = False) -> Run:
    run = paragraph.add_run(clean(text))
    run.font.name, run.font.size, run.font.bold = WORD_FAMILY, Pt(size), bold
    # Word picks the typeface of Chinese from an attribute that python-docx does not set.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), WORD_FAMILY)
    return run


def _line(
    word: Word,
    text: str,
    size: float = _BODY,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: bool = False,
    bold: bool = False,
) -> WordParagraph:
    paragraph = word.add_paragraph()
    style = paragraph.paragraph_format
    style.alignment, style.line_spacing_rule = align, WD_LINE_SPACING.MULTIPLE
    style.line_spacing, style.space_after, style.space_before = 1.8, Pt(0), Pt(0)
    if indent:
        style.first_line_indent = _INDENT
    _write(paragraph, text, size, bold=bold)
    return paragraph


def _cells(table: Table, row: int, texts: list[str], *, bold: bool = False) -> None:
    for cell, text in zip(table.rows[row].cells, texts, strict=True):
        _write(cell.paragraphs[0], text, 14, bold=bold)


def _table(word: Word, header: list[str], rows: list[list[str]]) -> None:
    columns = len(header) or 2
    table = word.add_table(rows=len(rows) + bool(header), cols=columns, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    if header:
        _cells(table, 0, header, bold=True)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for position, row in enumerate(rows, bool(header)):
        _cells(table, position, row)


def _block(word: Word, block: Block) -> None:
    match block:
        case Heading():
            _line(word, block.text, indent=True, bold=True)
        case Paragraph():
            _line(word, block.text, indent=True)
        case Items():
            for line in numbered(block.lines):
                _line(word, line, indent=True)
        case Fields():
            _table(word, [], [[label, value] for label, value in block.rows])
        case Grid():
            _table(word, list(block.header), [list(row) for row in block.rows])


def _page(word: Word) -> None:
    """A4 with the margins of GB/T 9704 and a page number (— 1 —) that Word counts."""
    section = word.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(footer, "— ", 14)
    number = _write(footer, "", 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        number._element.append(part)
    _write(footer, " —", 14)


def _verification(word: Word, url: str) -> None:
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    picture.seek(0)
    word.add_paragraph().add_run().add_picture(picture, width=Mm(26))
    _line(word, VERIFICATION, 12)
    _line(word, url, 12, align=WD_ALIGN_PARAGRAPH.LEFT)


def _same_bytes(source: io.BytesIO) -> bytes:
    """The package with fixed file times: the library writes those of the moment."""
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _MOMENT), old.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def as_word(document: OfficialDocument) -> bytes:
    """The document as .docx; equal documents give equal bytes."""
    word = Document()
    _page(word)
    about = word.core_properties
    about.title, about.author, about.language = clean(document.title), clean(document.signatory), "zh-CN"
    about.comments, about.last_modified_by = "", clean(document.signatory)
    about.created = about.modified = datetime.combine(document.signed_on, time())
    _line(word, document.title, 22, align=WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    if document.number:
        _line(word, document.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    if document.recipient:
        _line(word, document.salutation)
    for block in document.blocks:
        _block(word, block)
    for text in ("", document.signatory, document.signed_line):
        _line(word, text, align=WD_ALIGN_PARAGRAPH.RIGHT).paragraph_format.right_indent = _INDENT
    for note in document.notes:
        _line(word, note, 12)
    if document.verification_url:
        _verification(word, document.verification_url)
    saved = io.BytesIO()
    word.save(saved)
    saved.seek(0)
    return _same_bytes(saved)
