"""Units, officers, machine clients and their grants: who may do what for whom.

Grants hang on the agency and on the catalog item through django-guardian with direct foreign keys, never on a record:
one look-up a request, whatever the number of records.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from oauth2_provider.models import AbstractApplication

from agencies.choices import Kind, Level, Scope


class Agency(models.Model):
    """A unit that hands in, determines, applies or supervises (信源单位、认定单位、行业主管部门)."""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("单位名称", max_length=200, unique=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    uscc_verified = models.BooleanField("代码已核实", default=False)
    region = models.CharField("行政区划代码", max_length=6)
    level = models.CharField("层级", max_length=16, choices=Level.choices)
    kind = models.CharField("性质", max_length=16, choices=Kind.choices)
    sectors = ArrayField(models.CharField(max_length=32), verbose_name="监管领域", default=list, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级行业主管部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    is_credit_authority = models.BooleanField("社会信用主管部门", default=False)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["id"]
        permissions = [
            ("submit_for", "代表该单位报送"),
            ("review_for", "代表该单位审核"),
            ("view_for", "查看该单位的报送"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="agency_level_known"),
            models.CheckConstraint(
                condition=models.Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"), name="agency_uscc_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OfficerManager(UserManager["Officer"]):
    """The library's manager for accounts without an e-mail address, so that its commands work."""

    def _create_user_object(
        self, username: str, email: str | None, password: str | None, **more: Any
    ) -> "Officer":
        made = Officer(username=Officer.normalize_username(username), **more)
        made.set_password(password)
        return made


class Officer(AbstractUser):
    """A person who works in the workbench; belongs to exactly one agency."""

    first_name = None  # type: ignore[assignment]  # one name field: Chinese names are not split
    last_name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    EMAIL_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    full_name = models.CharField("姓名", max_length=50)
    agency = models.ForeignKey(
        Agency,
        verbose_name="所在单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="officers",
    )

    objects: ClassVar[OfficerManager] = OfficerManager()

    class Meta:
        verbose_name = "工作人员"
        verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class ApiClient(AbstractApplication):
    """A machine that calls the API with OAuth2 client credentials; one agency, a fixed set of scopes."""

    agency = models.ForeignKey(
        Agency, verbose_name="所属单位", on_delete=models.PROTECT, related_name="clients"
    )
    scopes = ArrayField(
        models.CharField(max_length=32, choices=Scope.choices), verbose_name="权限范围", default=list
    )
    active = models.BooleanField("在用", default=True)

    class Meta(AbstractApplication.Meta):
        verbose_name = "接口客户端"
        verbose_name_plural = "接口客户端"


class AreaCode(models.Model):
    """An area code with the time it was in use (`agencies.areas`). Dated data: an old code stays, with its successor."""

    code = models.CharField("行政区划代码", max_length=6)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=16)
    parent = models.CharField("上级代码", max_length=6, blank=True)
    effective_from = models.DateField("启用日期", null=True, blank=True)
    effective_until = models.DateField("停用日期", null=True, blank=True)
    successor = models.CharField("后继代码", max_length=6, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "行政区划代码"
        verbose_name_plural = "行政区划代码"
        constraints = [
            models.UniqueConstraint(fields=["code", "name"], name="area_once"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{6}$"), name="area_code_shape"),
            models.CheckConstraint(
                condition=models.Q(effective_until__isnull=True) | ~models.Q(successor=""),
                name="area_ended_has_successor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AgencyUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Agency, on_delete=models.CASCADE)


class AgencyGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Agency, on_delete=models.CASCADE)


class SavedFilter(models.Model):
    """A filter an officer keeps for one list of the workbench: the query of its address under a name of the officer's own."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField("页面", max_length=40)
    name = models.CharField("名称", max_length=30)
    query = models.CharField("筛选条件", max_length=500)

    class Meta:
        verbose_name = "保存的筛选"
        verbose_name_plural = "保存的筛选"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["officer", "page", "name"], name="saved_filter_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotentRequest(models.Model):
    """The answer to a write that carried an Idempotency-Key; the same key and body get the same answer."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE)
    key = models.CharField(max_length=128)
    method_path = models.CharField(max_length=200)
    body_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotent_request_key")]
