"""Workbooks written as XML, for what no library would write."""

import io
import zipfile

from common.workbooks.cells import Cell
from common.workbooks.reader import XlsxFile

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = (
    '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def book(sheet: str, texts: str = "", prefix: str = "") -> io.BytesIO:
    """A workbook of these rows and shared strings, as XML."""
    buffer = io.BytesIO()
    kinds = {"worksheet": "worksheets/a.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(
            "xl/_rels/workbook.xml.rels",
            "<Relationships>"
            + "".join(
                f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{part}"/>'
                for kind, part in kinds.items()
            )
            + "</Relationships>",
        )
        target.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{_OFFICE}"><sheets><sheet name="a" r:id="worksheet"/></sheets></workbook>',
        )
        p = prefix
        target.writestr(
            "xl/worksheets/a.xml", f"<{p}worksheet><{p}sheetData>{sheet}</{p}sheetData></{p}worksheet>"
        )
        target.writestr("xl/sharedStrings.xml", f'<sst count="9" uniqueCount="9">{texts}</sst>')
        target.writestr("xl/styles.xml", _STYLES)
    return buffer


def rows_of(file: io.BytesIO, size: int = 3) -> list[tuple[int, list[Cell]]]:
    return [
        row for lines, rows in XlsxFile(file).blocks("a", 0, size) for row in zip(lines, rows, strict=True)
    ]
