"""Official documents as they are opened again: the same words in PDF and Word, glyphs embedded, nothing evaluated."""

import io
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from common.documents import Fields, Grid, Heading, Items, OfficialDocument, Paragraph, as_pdf, as_word

RARE = "𬳽㛃𰻝䶮"
DOCUMENT = OfficialDocument(
    title="严重失信主体名单列入事先告知书",
    number="鹤市监信告〔2026〕12号",
    recipient="鹤岗市兴山区晨露食品有限公司",
    blocks=[
        Heading("一、拟列入的事由"),
        Paragraph(f"经查，你单位法定代表人李{RARE}的行为符合列入条件。"),
        Fields(
            [
                ("统一社会信用代码", "91230400MA1ABCDE1X"),
                ("依据", "《中华人民共和国食品安全法》第一百三十四条"),
            ]
        ),
        Items(["进行陈述、申辩", "申请听证"]),
        Grid(["序号", "措施"], [[str(number), f"措施第{number}项"] for number in range(1, 41)]),
    ],
    signatory="鹤岗市市场监督管理局",
    signed_on=date(2026, 11, 26),
    verification_url="https://credit.example/reports/verify/?code=K7Q2",
    notes=["本告知书一式两份。"],
)


def pdf_text(data: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace("\n", "")


def word_lines(data: bytes) -> list[str]:
    word = Document(io.BytesIO(data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in word.paragraphs] + cells


@pytest.mark.parametrize(
    "text",
    [
        DOCUMENT.title,
        DOCUMENT.number,
        "鹤岗市兴山区晨露食品有限公司：",
        "一、拟列入的事由",
        RARE,
        "91230400MA1ABCDE1X",
        "《中华人民共和国食品安全法》第一百三十四条",
        "1．进行陈述、申辩",
        "2．申请听证",
        "措施第40项",
        DOCUMENT.signatory,
        "2026年11月26日",
        "本告知书一式两份。",
        DOCUMENT.verification_url,
    ],
)
def test_both_renderings_hold_every_text(text: str) -> None:
    assert text in pdf_text(as_pdf(DOCUMENT))
    assert any(text in line for line in word_lines(as_word(DOCUMENT)))


def test_the_pdf_embeds_one_chinese_typeface_and_nothing_else() -> None:
    fonts = {}
    for page in PdfReader(io.BytesIO(as_pdf(DOCUMENT))).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[font.get_object()["/BaseFont"]] = descendant["/FontDescriptor"]
    assert fonts
    for name, descriptor in fonts.items():
        assert "NotoSansCJK" in name
        assert {"/FontFile3", "/FontFile2"} & set(descriptor.get_object())


def test_the_pdf_is_tagged_archivable_and_numbers_its_pages() -> None:
    reader = PdfReader(io.BytesIO(as_pdf(DOCUMENT)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].lower() == "zh-cn"
    claims = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in claims
    assert "<pdfuaid:part>1</pdfuaid:part>" in claims
    assert reader.metadata is not None and reader.metadata.title == DOCUMENT.title
    assert len(reader.pages) > 1
    for number, page in enumerate(reader.pages, 1):
        assert f"— {number} —" in page.extract_text()
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_word_is_set_in_a_chinese_typeface_for_chinese_text() -> None:
    word = Document(io.BytesIO(as_word(DOCUMENT)))
    runs = [run for paragraph in word.paragraphs for run in paragraph.runs if run.text]
    assert runs
    assert {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs} == {"仿宋"}
    assert {paragraph.paragraph_format.line_spacing for paragraph in word.paragraphs if paragraph.text} == {
        1.8
    }
    assert "PAGE" in word.sections[0].footer._element.xml
    assert word.sections[0].page_width.mm == pytest.approx(210, abs=0.1)


def test_equal_documents_give_equal_bytes_and_others_do_not() -> None:
    other = replace(DOCUMENT, number="鹤市监信告〔2026〕13号")
    for render in (as_pdf, as_word):
        assert render(DOCUMENT) == render(replace(DOCUMENT))
        assert render(DOCUMENT) != render(other)


@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        "*粗* _斜_ `码` $x^2$ = 标题",
        "<script>alert(1)</script> &amp;",
        "{{ secret }} {% include 'x' %}",
        '"}); #sys.inputs',
        "\\u{4e2d} @label",
    ],
)
def test_content_is_printed_never_evaluated(hostile: str) -> None:
    document = replace(DOCUMENT, title="告知书", blocks=[Paragraph(hostile)], recipient=hostile)
    assert hostile.replace(" ", "") in pdf_text(as_pdf(document)).replace(" ", "")
    assert hostile in word_lines(as_word(document))


def test_what_cannot_be_printed_is_dropped_or_named() -> None:
    document = replace(
        DOCUMENT, blocks=[Paragraph("甲\x00\x0b\u202e\u200b乙"), Paragraph("李\U0001f600某")], notes=[]
    )
    text = pdf_text(as_pdf(document))
    assert "甲乙" in text
    assert "李〓（U+1F600）某" in text
    assert "甲乙" in word_lines(as_word(document))


def test_a_document_without_optional_parts_is_short_and_whole() -> None:
    bare = OfficialDocument(
        "证明", "", "", [Paragraph("特此证明。")], "鹤岗市营商环境建设监督局", date(2026, 1, 2)
    )
    reader = PdfReader(io.BytesIO(as_pdf(bare)))
    assert len(reader.pages) == 1
    assert "特此证明。" in reader.pages[0].extract_text()
    assert "核验方式" not in reader.pages[0].extract_text()
    assert [line for line in word_lines(as_word(bare)) if line][:2] == ["证明", "特此证明。"]
