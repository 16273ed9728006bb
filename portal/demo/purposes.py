"""Three duty purposes of the demo, registered and approved by different people, so that looking up can be tried at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from agencies.models import Officer
from catalog.models import LegalBasis
from common.clock import today
from records.sharing.choices import Detail, PersonProof
from records.sharing.models import DutyPurpose
from records.sharing.services import approve_purpose, register_purpose

_APPROVER: Final = "yingshang-zhuguan"
_DAYS: Final = 365


class DemoPurpose(NamedTuple):
    officer: str
    name: str
    basis: str
    clause: str
    items: tuple[str, ...]
    kinds: tuple[str, ...]
    proof: PersonProof
    detail: Detail


PURPOSES: Final = (
    DemoPurpose(
        "shijian-shenhe", "行政许可申请审查", "xzxkf", "第三十四条", ("xzcf", "xzxk", "sxbzxr", "jyyc"),
        ("organisation", "self_employed"), PersonProof.NONE, Detail.CONTENTS,
    ),
    DemoPurpose(
        "yingji-shenhe", "安全生产监督检查", "aqscf", "第六十五条", ("xzcf", "xzxk", "sxbzxr"),
        ("organisation", "self_employed", "person"), PersonProof.DOCUMENT, Detail.SUMMARY,
    ),
    DemoPurpose(
        "zhengwu-zhuguan", "政务服务事项办理核查", "xzxkf", "第三十四条", ("xzcf", "sxbzxr", "jyyc", "cxry"),
        ("organisation", "self_employed", "person"), PersonProof.DOCUMENT, Detail.SUMMARY,
    ),
)  # fmt: skip


def load_purposes(officers: Mapping[str, Officer]) -> int:
    """Register and approve what is missing; returns how many were. A second call adds nothing."""
    return sum(_load(demo, officers) for demo in PURPOSES)


def _load(demo: DemoPurpose, officers: Mapping[str, Officer]) -> bool:
    officer = officers[demo.officer]
    if DutyPurpose.objects.filter(agency=officer.agency, name=demo.name).exists():
        return False
    purpose = register_purpose(
        officer=officer,
        name=demo.name,
        basis=LegalBasis.objects.get(code=demo.basis),
        basis_clause=demo.clause,
        items=demo.items,
        subject_kinds=demo.kinds,
        person_proof=demo.proof,
        detail=demo.detail,
        valid_from=today(),
        valid_until=today() + timedelta(days=_DAYS),
    )
    approve_purpose(officer=officers[_APPROVER], purpose_id=purpose.pk)
    return True
