"""Reads the QR code of a PDF from its picture, as a camera would: drawn from the lines of the page, then decoded."""

from io import BytesIO
from typing import Any, Final

import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

_SCALE: Final = 4  # pixels a point
_Line = tuple[float, float, float, float]


def addresses_in(pdf: bytes) -> list[str]:
    """What every QR code of the document says, page by page."""
    found = []
    for page in PdfReader(BytesIO(pdf)).pages:
        size = (round(float(page.mediabox.width) * _SCALE), round(float(page.mediabox.height) * _SCALE))
        picture = Image.new("L", size, 255)
        _draw(page, picture)
        codes = zxingcpp.read_barcodes(picture)
        found += [code.text for code in codes if code.format == zxingcpp.BarcodeFormat.QRCode]
    return found


def _draw(page: Any, picture: Image.Image) -> None:
    """Every stroked horizontal line of the page where it stands; a QR code is drawn of such lines, one module high."""
    pen, lines = ImageDraw.Draw(picture), list[_Line]()
    at, widths = [0.0, 0.0], [1.0]

    def visit(operator: bytes, operands: list[Any], cm: list[float], _: list[float]) -> None:
        def place(x: float, y: float) -> tuple[float, float]:
            x, y = cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]
            return x * _SCALE, picture.height - y * _SCALE

        if operator == b"q":
            widths.append(widths[-1])
        elif operator == b"Q":
            widths.pop()
        elif operator == b"w":
            widths[-1] = float(operands[0])
        elif operator == b"m":
            at[:] = map(float, operands)
        elif operator == b"l":
            end, half = list(map(float, operands)), widths[-1] / 2
            if at[1] == end[1] and at[0] < end[0]:
                lines.append((*place(at[0], at[1] - half), *place(end[0], end[1] + half)))
            at[:] = end
        elif operator in (b"S", b"B"):
            for left, top, right, bottom in lines:
                pen.rectangle((left, min(top, bottom), right - 1, max(top, bottom) - 1), fill=0)
            lines.clear()
        elif operator in (b"n", b"f", b"f*"):
            lines.clear()

    page.extract_text(visitor_operand_before=visit)
