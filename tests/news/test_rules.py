"""States of an article, what a reviewer may not do, and how words are laid out."""

import os
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.documents import Heading, Items, Paragraph
from portal.news.rules import Approval, Facts, State, approve, blocks, state

EXAMPLES = int(os.environ.get("CREDIT_EXAMPLES", "50"))
DAY = date(2026, 11, 23)
NEAR = st.dates(DAY - timedelta(days=30), DAY + timedelta(days=30))


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    facts=st.builds(Facts, st.booleans(), st.booleans(), st.booleans(), st.none() | NEAR, st.none() | NEAR),
    on=NEAR,
)
def test_public_only_when_reviewed_begun_not_over_and_not_withdrawn(facts: Facts, on: date) -> None:
    begun = facts.publish_from is not None and facts.publish_from <= on
    over = facts.publish_until is not None and facts.publish_until < on
    assert (state(facts, on) is State.PUBLIC) == (
        facts.reviewed and begun and not over and not facts.withdrawn
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(False, False, False, None, None), State.DRAFT),
        (Facts(True, False, False, None, None), State.SUBMITTED),
        (Facts(True, True, False, DAY + timedelta(days=1), None), State.WAITING),
        (Facts(True, True, False, DAY, DAY), State.PUBLIC),
        (Facts(True, True, False, DAY - timedelta(days=2), DAY - timedelta(days=1)), State.OVER),
        (Facts(True, True, True, DAY, None), State.WITHDRAWN),
    ],
)
def test_state(facts: Facts, expected: State) -> None:
    assert state(facts, DAY) is expected


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (Approval(False, False, False, DAY, None), []),
        (Approval(False, True, True, DAY, DAY), []),
        (Approval(True, False, False, DAY, None), ["article_own_review"]),
        (Approval(False, True, False, DAY, None), ["article_names_person", "article_needs_end"]),
        (Approval(False, False, False, DAY - timedelta(days=1), None), ["date_order"]),
        (Approval(False, False, False, DAY, DAY - timedelta(days=1)), ["date_order"]),
    ],
)
def test_what_stands_against_publishing(wanted: Approval, codes: list[str]) -> None:
    assert [refusal.code for refusal in approve(wanted, DAY)] == codes


def test_words_become_headings_paragraphs_and_lists() -> None:
    text = "第一段。\n\n# 怎样办\n- 带身份证\n- 到窗口\n第二段 # 不是标题\n-不是列表"
    assert list(blocks(text)) == [
        Paragraph("第一段。"), Heading("怎样办"), Items(["带身份证", "到窗口"]), Paragraph("第二段 # 不是标题"), Paragraph("-不是列表"),
    ]  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=st.text(max_size=200))
def test_no_word_is_lost(text: str) -> None:
    said = "".join("".join(block.lines) if isinstance(block, Items) else block.text for block in blocks(text))
    bare = [line.strip() for line in text.splitlines()]
    kept = [line[2:].strip() if line[:2] in ("# ", "- ") else line for line in bare]
    assert said == "".join(kept)
