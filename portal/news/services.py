"""Writing, handing in, approving, returning and withdrawing an article: one function a step."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Officer
from common.clock import today
from common.gates import Refused, refuse
from common.problems import Problem
from ledger.services import acting
from portal.news.models import Article, NewsColumn
from portal.news.rules import OWN, Approval, State, approve
from portal.news.selectors import state_of

WRITE: Final = "portal.write_article"
REVIEW: Final = "portal.review_article"


@dataclass(frozen=True, slots=True)
class Words:
    """What an article says."""

    column: NewsColumn
    title: str
    summary: str
    body: str
    source: str


def write_article(*, officer: Officer, words: Words) -> Article:
    """A new draft of the officer's unit. PermissionDenied for others than the credit authority."""
    _may(officer, WRITE)
    with acting(actor=officer.pk, action="portal.write_article", basis=OWN):
        article = Article(
            **_columns(words), anonymous=words.column.anonymous, agency=officer.agency, written_by=officer
        )
        article.clean_fields(exclude=["column", "agency", "written_by"])
        article.save()
    return article


def change_article(*, officer: Officer, article_id: int, version: int, words: Words) -> Article:
    """Other words for a draft. A 409 problem when it was handed in meanwhile, or changed by somebody else."""
    _may(officer, WRITE)
    with acting(actor=officer.pk, action="portal.change_article", basis=OWN):
        article = _locked(article_id, State.DRAFT)
        if article.version != version:
            raise Problem(409, "version_conflict", "有人刚刚改过这篇文章，请刷新后再改")
        for name, value in (*_columns(words).items(), ("anonymous", words.column.anonymous)):
            setattr(article, name, value)
        article.version += 1
        article.clean_fields(exclude=["column", "agency", "written_by"])
        article.save()
    return article


def submit_article(*, officer: Officer, article_id: int) -> Article:
    """Hand a draft in for review."""
    _may(officer, WRITE)
    with acting(actor=officer.pk, action="portal.submit_article", basis=OWN):
        article = _locked(article_id, State.DRAFT)
        article.submitted_at, article.returned_why = timezone.now(), ""
        article.save()
    return article


def return_article(*, officer: Officer, article_id: int, why: str) -> Article:
    """Send it back to its writer, with what is wrong."""
    _may(officer, REVIEW)
    with acting(actor=officer.pk, action="portal.return_article", basis=OWN):
        article = _locked(article_id, State.SUBMITTED)
        article.submitted_at, article.returned_why = None, _said(why, "退回的理由")
        article.save()
    return article


def approve_article(
    *,
    officer: Officer,
    article_id: int,
    version: int,
    names_nobody: bool,
    publish_from: date,
    publish_until: date | None,
) -> Article:
    """A second officer answers for it; from its first day on it is public. Raises Refused with everything that stands against it."""
    _may(officer, REVIEW)
    with acting(actor=officer.pk, action="portal.approve_article", basis=OWN):
        article = _locked(article_id, State.SUBMITTED)
        if article.version != version:
            raise Problem(409, "version_conflict", "这篇文章刚刚改过，请重新看一遍再审核")
        own = article.written_by_id == officer.pk
        wanted = Approval(own, article.anonymous, names_nobody, publish_from, publish_until)
        if refusals := approve(wanted, today()):
            raise Refused(*refusals)
        article.reviewed_by, article.reviewed_at = officer, timezone.now()
        article.names_nobody = names_nobody
        article.publish_from, article.publish_until = publish_from, publish_until
        article.save()
    return article


def withdraw_article(*, officer: Officer, article_id: int, why: str) -> Article:
    """Take it off the site at once and for good; what it said and why it went stays on the file."""
    _may(officer, REVIEW)
    with acting(actor=officer.pk, action="portal.withdraw_article", basis=OWN):
        article = _locked(article_id, State.WAITING, State.PUBLIC, State.OVER)
        article.withdrawn_by, article.withdrawn_at = officer, timezone.now()
        article.withdrawn_why = _said(why, "撤下的理由")
        article.save()
    return article


def _may(officer: Officer, permission: str) -> None:
    if not officer.has_perm(permission):
        raise PermissionDenied("信用动态由社会信用主管部门办理")


def _locked(article_id: int, *allowed: State) -> Article:
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    found = state_of(article, today())
    if found not in allowed:
        raise Problem(409, "already_handled", f"这篇文章现在是“{found.value}”，请刷新后查看")
    return article


def _said(text: str, what: str) -> str:
    if not (words := text.strip()):
        raise Refused(refuse("field_required", f"请填写{what}", pointer="why", basis=OWN))
    return words


def _columns(words: Words) -> dict[str, object]:
    return {name: getattr(words, name) for name in ("column", "title", "summary", "body", "source")}
