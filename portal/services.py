"""Issuing a credit report, and checking one that somebody holds."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from common.documents import Block
from common.privacy import lookup_digest, same
from common.readable import plain, report_number
from portal.listed import shown_by_code
from portal.models import IssuedReport
from portal.reports import Contents, contents_of, digest_of
from records.identity.groups import head_of
from records.models import Subject

PREFIX: Final = "FR"


def issue_report(contents: Contents, blocks: Sequence[Block]) -> IssuedReport:
    """The report of what is public now. Asked for again on the same day while nothing has changed it is the same report, so
    that rows grow with what happens, not with who asks."""
    subject = contents.subject
    key = subject.key if subject else f"uscc:{contents.code}"
    report, _ = IssuedReport.objects.get_or_create(
        key=key,
        day=contents.at,
        digest=digest_of(blocks),
        defaults={"number": f"{PREFIX}{report_number()}", "subject": subject, "said": contents.said},
    )
    return report


def check_code(report: IssuedReport) -> str:
    """Eight characters that belong to one report and what it said."""
    text = f"{report.number}:{report.key}:{report.day}:{bytes(report.digest).hex()}:{','.join(report.said)}"
    return base64.b32encode(lookup_digest(text, purpose="credit report"))[:8].decode()


@dataclass(frozen=True, slots=True)
class Checked:
    """A report that was issued, whose it is, and whether the same would be said today. What has changed is not told."""

    report: IssuedReport
    name: str
    current: bool


def checked(number: str, code: str, at: date) -> Checked | None:
    """None where number and code do not belong together."""
    found = IssuedReport.objects.select_related("subject__merged_into").filter(number=number).first()
    if found is None or not same(check_code(found).encode(), plain(code).encode()):
        return None
    now = contents_of(_subject(found, at), found.key, at)
    name = found.subject.shown_name if found.subject else found.key.removeprefix("uscc:")
    return Checked(found, name, now.said == list(found.said))


def _subject(report: IssuedReport, at: date) -> Subject | None:
    if report.subject is not None:
        return head_of(report.subject)
    return shown_by_code(report.key.removeprefix("uscc:"), at)
