"""What the dated rows of the public site have in common."""

from django.db import models

from catalog.models import Dated, LegalBasis


class SiteRow(Dated):
    """A row by code, kept by the credit authority; of one code one row is in force on a day (each table says so)."""

    code = models.SlugField("代号", max_length=40)
    name = models.CharField("名称", max_length=60)
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField("次序")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def says(self) -> str:
        """What the row lays down, in words."""
        raise NotImplementedError

    @property
    def cites(self) -> str:
        """What it rests on, in words."""
        return f"{self.basis}{self.basis_clause}"
