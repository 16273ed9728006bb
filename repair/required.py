"""Which papers an application must carry, as dated rows."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from catalog.models import Dated, LegalBasis, in_force_span
from repair.choices import Kind, MaterialKind


class RequiredMaterial(Dated):
    """One paper that applications of one kind must carry. The rows of the day of filing govern, here and in the database's
    gate (`repair/migrations/0008_required_materials.py`); a change in the workbench is a new row."""

    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    material = models.CharField("材料", max_length=16, choices=MaterialKind.choices)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)

    class Meta:
        verbose_name = "应当提交的材料"
        verbose_name_plural = "应当提交的材料"
        constraints = [
            ExclusionConstraint(
                name="required_material_one_in_force",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("material", RangeOperators.EQUAL),
                    (in_force_span(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.get_material_display()}"
