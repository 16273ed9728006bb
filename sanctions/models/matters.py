"""Matters (事项): the occasions on which a body looks somebody up, and the measures each of them calls for."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from catalog.choices import SubjectKind
from catalog.models import Dated, LegalBasis, in_force_span
from sanctions import choices


class Matter(Dated):
    """One occasion. Measures are named by code, so that a new edition of the list is used from its first day."""

    code = models.SlugField("代号", max_length=60)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("种类", max_length=16, choices=choices.MatterKind.choices)
    bodies = ArrayField(
        models.CharField(max_length=32), verbose_name="办理机关范围",
        help_text="监管领域；@court 为人民法院，* 为县级以上行政机关",
    )  # fmt: skip
    subject_kinds = ArrayField(
        models.CharField(max_length=16, choices=SubjectKind.choices), verbose_name="主体类别"
    )
    measure_codes = ArrayField(models.CharField(max_length=60), verbose_name="适用的措施", default=list)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "应用事项"
        verbose_name_plural = "应用事项"
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=choices.MatterKind.values), name="matter_kind_known"),
            models.CheckConstraint(
                condition=Q(subject_kinds__len__gt=0, bodies__len__gt=0), name="matter_has_scope"
            ),
            ExclusionConstraint(
                name="matter_one_in_force",
                expressions=[("code", RangeOperators.EQUAL), (in_force_span(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name
