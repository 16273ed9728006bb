"""Files that people hand in: looked at before anything else, kept encrypted, never served by the web server.

`check` decides by content what a file is and refuses what could do harm; `keep` stores it and returns the row that later
proves what it was; `read` gives the bytes back. Nothing is stored of a file that was refused.

Rejected: trusting the name or the media type the browser sends (both are the sender's word), a store of the framework
with plain files (a copied disk would hold everybody's evidence), bytes in the database (backups of gigabytes that the
ledger would have to digest).
"""

from common.files.check import DOCX, EVIDENCE, IMAGES, JPEG, OFD, PDF, PNG, CheckedFile, check
from common.files.keeping import erase, keep, read

__all__ = [
    "DOCX",
    "EVIDENCE",
    "IMAGES",
    "JPEG",
    "OFD",
    "PDF",
    "PNG",
    "CheckedFile",
    "check",
    "erase",
    "keep",
    "read",
]
