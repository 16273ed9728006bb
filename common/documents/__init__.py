"""Official documents (公文): one content, two renderings.

A room says what a document contains (`OfficialDocument`, a value without layout) and asks for `as_pdf` or `as_word`. Both
renderings print the same words in the same order; neither evaluates anything: to the typesetter the content is JSON data
handed to a fixed template, in Word it is the text of runs. Equal content gives equal bytes, so that a digest of the
document that was served can be compared years later.

Rejected: HTML through a browser engine (a minute of CPU, another document every release), Word templates with
placeholders (whoever edits one can drop a statutory content unseen, and a PDF of it needs an office suite).
"""

from common.documents.content import Block, Fields, Grid, Heading, Items, OfficialDocument, Paragraph
from common.documents.pdf import as_pdf
from common.documents.word import as_word

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
