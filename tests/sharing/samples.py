"""Duty purposes for tests: 行政许可审查 of the market regulator, approved by the credit authority."""

from datetime import date, timedelta

from agencies.choices import Role
from agencies.models import Officer
from catalog.models import LegalBasis
from common.clock import today
from records.sharing import services
from records.sharing.choices import Detail, PersonProof
from records.sharing.models import DutyPurpose
from tests import people


def reviewer(code: str = "hg-shijian") -> Officer:
    found = Officer.objects.filter(username=f"reviewer-{code}").first()
    return found or people.officer(Role.REVIEWER, code=code)


def chief() -> Officer:
    """贺明远 of the credit authority, who approves."""
    found = Officer.objects.filter(username="authority-hg-yingshang").first()
    return found or people.officer(Role.AUTHORITY)


def register(
    *,
    code: str = "hg-shijian",
    items: tuple[str, ...] = ("xzcf",),
    kinds: tuple[str, ...] = ("organisation", "self_employed"),
    proof: PersonProof = PersonProof.NONE,
    detail: Detail = Detail.SUMMARY,
    valid_from: date | None = None,
    days: int = 180,
    by: Officer | None = None,
) -> DutyPurpose:
    """Registered, not approved."""
    start = valid_from or today()
    return services.register_purpose(
        officer=by or reviewer(code),
        name="食品经营许可审查",
        basis=LegalBasis.objects.get(code="xzxkf"),
        basis_clause="第三十四条",
        items=items,
        subject_kinds=kinds,
        person_proof=proof,
        detail=detail,
        valid_from=start,
        valid_until=start + timedelta(days=days),
    )


def approved(boss: Officer | None = None, **wanted: object) -> DutyPurpose:
    purpose = register(**wanted)  # type: ignore[arg-type]
    return services.approve_purpose(officer=boss or chief(), purpose_id=purpose.pk)
