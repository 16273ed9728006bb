"""Official documents (公文): one content, two renderings.

A room says what a document contains (`OfficialDocument`, a value without layout) and asks for `as_pdf` or `as_word`. Both
renderings print the same words in the same order; neither evaluates anything: to the typesetter the content is JSON data
handed to a fixed template, in Word it is the text of runs. Equal content gives equal bytes, so that a digest of the
document that was served can be compared years later.

Rejected: HTML through a browser engine (a minute of CPU, another document every release), Word templates with
placeholders (whoever edits one can drop a statutory content unseen, and a PDF of it needs an office suite).
"""

from common.documents.content import Block, Fields, Grid, Heading, Items, OfficialDocument, Paragraph

PDF_TYPE = "application/pdf"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

__all__ = [
    "PDF_TYPE",
    "WORD_TYPE",
    "Block",
    "Fields",
    "Grid",
    "Heading",
    "Items",
    "OfficialDocument",
    "Paragraph",
    "as_pdf",
    "as_word",
]


# Typesetters are loaded by the first document: every command and every worker would load them at its start, and few make one.


def as_pdf(document: OfficialDocument) -> bytes:
    """Typeset the document; equal documents give equal bytes (its date is the file's)."""
    from common.documents import pdf

    return pdf.as_pdf(document)


def as_word(document: OfficialDocument) -> bytes:
    """The document as .docx; equal documents give equal bytes."""
    from common.documents import word

    return word.as_word(document)
