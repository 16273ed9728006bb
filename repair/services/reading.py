"""Opening a paper that was handed in: registered before anything is shown, and so is whoever is refused.

The register stands in this room, not among the look-ups of records: what is read is no record, and its purpose is the case.
"""

from agencies.models import Officer
from common.files import read
from common.gates import PLAN, Refused
from ledger.services import acting
from repair.choices import Purpose
from repair.clauses import refuse
from repair.models import Case, Material, MaterialReading
from repair.selectors.cases import cases_visible_to, may_handle, may_read_materials

_BASIS = f"{PLAN} 第15条；个人信息保护法第五十一条"


class ReadingRefused(Exception):
    """The officer may not open the paper; the attempt is on record. `visible`: whether the case exists for the officer."""

    def __init__(self, *, visible: bool) -> None:
        super().__init__("not for this officer")
        self.visible = visible


def own_purpose(officer: Officer, case: Case) -> str:
    """The purpose that goes without saying: whoever has the case, while it is open. "" where it has to be said."""
    return Purpose.HANDLING if case.is_open and may_handle(officer, case) else ""


def read_material(*, officer: Officer, material_id: int, purpose: str) -> tuple[Material, bytes]:
    """The paper and its contents, with a row that says who, when and what for. Material.DoesNotExist; ReadingRefused;
    Refused purpose_missing where a purpose has to be said and was not."""
    with acting(actor=officer.pk, action="repair.read_material", basis=_BASIS):
        rows = Material.objects.select_related("file", "case__agency").filter(file__isnull=False)
        material = rows.get(pk=material_id)
        case = material.case
        allowed = may_read_materials(officer, case)
        said = purpose if purpose in Purpose.values and purpose != Purpose.HANDLING else ""
        purpose = own_purpose(officer, case) or said
        if allowed and not purpose:
            raise Refused(refuse("purpose_missing", pointer="/purpose"))
        MaterialReading.objects.create(
            material=material, officer=officer, agency=officer.agency,
            purpose=purpose if allowed else "", refused=not allowed,
        )  # fmt: skip
    if not allowed:
        raise ReadingRefused(visible=cases_visible_to(officer).filter(pk=case.pk).exists())
    assert material.file is not None, "asked for with a file"
    return material, read(material.file)
