"""两书同达: whoever is told of a penalty or a listing is told with it how to get out; and what the papers of a case say."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from agencies.choices import Role
from blacklist.models import ListEntry
from common.documents import Items, OfficialDocument, Paragraph
from common.templatetags.credit import cdate
from repair import documents, targets
from repair.choices import Kind
from repair.models import RepairRule
from repair.selectors.rules import Rulebook, clock_words
from repair.targets import Target
from tests.blacklist import samples as lists
from tests.repair import samples
from tests.repair.test_workbench import as_officer

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def text_of(document: OfficialDocument) -> str:
    lines = [*(block.text for block in document.blocks if isinstance(block, Paragraph)), *document.notes]
    for block in document.blocks:
        lines += block.lines if isinstance(block, Items) else []
    return "\n".join(lines)


def downloaded(entry: ListEntry, ending: str) -> bytes:
    assert entry.decision is not None
    case, step = entry.decision.case, entry.decision.step
    clerk = as_officer(lists.handler().officer)  # type: ignore[arg-type]
    url = reverse("workbench:case-document", args=[case.public_id, step.pk, ending])
    content: bytes = clerk.get(url).content
    return content


def test_a_listing_decision_carries_the_whole_repair_notice() -> None:
    entry = lists.listed()
    rule = RepairRule.objects.get(code="list")
    first = documents.targets.minimum(Target(entry.subject, entry=entry), Rulebook.load(entry.decided_on))
    assert first is not None
    day = first + timedelta(days=1)
    words = words_of(downloaded(entry, "pdf"))
    expected = [
        "附：信用修复告知书",
        f"{day.year}年{day.month}月{day.day}日起可以申请",
        clock_words("repair", entry.decided_on),
        "不收取任何费用",
        rule.effect,
        *rule.conditions,
        *rule.materials,
    ]
    for line in expected:
        assert "".join(line.split()) in words, line
    assert downloaded(entry, "docx").startswith(b"PK")


def test_the_notice_in_the_decision_is_the_notice_of_the_portal() -> None:
    entry = lists.listed()
    within = documents.notice_with_listing(entry, entry.decided_on)
    target = Target(entry.subject, entry=entry)
    rule = targets.rule_of(target, Rulebook.load(entry.decided_on))
    assert rule is not None
    assert list(documents.repair_notice(target, rule, entry.decided_on).blocks)[2:] == list(within)[:-1]


def test_every_dishonest_record_has_its_notice_for_officers_and_public() -> None:
    record = samples.ripe_penalty()
    rule = Rulebook.load(samples.today()).rule_of(record)
    assert rule is not None
    desk = as_officer(samples.officer(Role.SUBMITTER))
    link = f"{reverse('workbench:repair-record-notice')}?record={record.pk}"
    assert link in desk.get(reverse("workbench:record", args=[record.pk])).content.decode()
    for client, path in ((desk, link), (Client(), f"/repair/notice/?record={record.pk}")):
        words = words_of(client.get(path).content)
        assert f"随{record.document_number}一并送达" in words and "不收取任何费用" in words
        assert all("".join(line.split()) in words for line in (*rule.conditions, *rule.materials))


@pytest.mark.parametrize("kind", [Kind.REPAIR, Kind.OBJECTION, Kind.REORGANISATION])
@pytest.mark.parametrize("grant", [True, False])
def test_a_decision_gives_reasons_and_names_the_remedies(kind: Kind, grant: bool) -> None:
    more = {"ground": "not_public"} if kind == Kind.OBJECTION else {}
    case = samples.decided(samples.accepted(samples.ripe_penalty(), kind, **more), grant, "理由在此写明。")
    document = documents.decision(case)
    text = text_of(document)
    assert (
        "理由在此写明。" in text and "六十日内依法申请行政复议" in text and "六个月内依法提起行政诉讼" in text
    )
    assert "复核" in text and document.signed_on == case.decided_on
    assert ("不予" in document.title or "不成立" in document.title) != grant


def test_a_case_not_taken_up_says_why_and_what_can_be_done() -> None:
    case = samples.file(samples.ripe_penalty())
    samples.services.decline(officer=samples.reviewer(), case_id=case.case.pk, reasons="不属于本单位认定")
    page = Client().post("/progress/", {"number": case.case.number, "code": case.code}).content.decode()
    assert "不予受理" in page and "不属于本单位认定" in page and "行政复议" in page
    assert cdate(case.case.filed_on) in page
