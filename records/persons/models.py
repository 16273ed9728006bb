"""Consents of natural persons and the dated limits they obey.

Whoever consented is known by `key`, the keyed digest of the identity document that also keys the credit subject; names and
numbers stand in `secret` alone. What was consented to never changes (trigger): a consent can only be withdrawn.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Agency, ApiClient, Officer
from catalog.models import Dated, LegalBasis
from common.db import RandomUUID
from common.ids import public_id
from common.models import StoredFile
from records.persons import choices, rules


class ConsentRule(Dated):
    """Dated limits: the longest a consent may last, and the ages up to which a guardian speaks for a minor."""

    code = models.SlugField("代号", max_length=40, unique=True)
    max_months = models.PositiveSmallIntegerField("同意最长月数")
    child_age = models.PositiveSmallIntegerField("由监护人同意的年龄（不满）")
    adult_age = models.PositiveSmallIntegerField("成年年龄")
    basis = models.ForeignKey(LegalBasis, verbose_name="依据", on_delete=models.PROTECT, related_name="+")
    basis_clause = models.CharField("依据条款", max_length=100, blank=True)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "自然人同意规则"
        verbose_name_plural = "自然人同意规则"

    def __str__(self) -> str:
        return self.code


class Consent(models.Model):
    """A person's consent (同意): what was told, what for, until when. Never for life (方案第13条)."""

    public_id = models.CharField("登记号", max_length=24, unique=True, default=public_id)
    key = models.CharField("识别键", max_length=140, db_index=True)
    kind = models.CharField("种类", max_length=16, choices=choices.ConsentKind.choices)
    agency = models.ForeignKey(
        Agency, verbose_name="取得单位", on_delete=models.PROTECT, related_name="consents"
    )
    # what has to be told (方案第13条; 个人信息保护法第17条)
    purpose = models.CharField("目的", max_length=200)
    items = ArrayField(models.CharField(max_length=40), verbose_name="内容（目录事项）")
    method = models.CharField("方式", max_length=200)
    scope = models.CharField("用途和范围", max_length=300)
    allows = ArrayField(
        models.CharField(max_length=16, choices=choices.Allowed.choices),
        verbose_name="同意的处理",
        default=list,
        blank=True,
    )
    rights_told = models.BooleanField("已告知权利和义务")
    # by whom and how
    given_by = models.CharField("同意人", max_length=16, choices=choices.GivenBy.choices)
    relation = models.CharField("监护关系", max_length=40, blank=True)
    means = models.CharField("同意方式", max_length=16, choices=choices.Means.choices)
    document_number = models.CharField("同意书编号", max_length=128)
    file = models.ForeignKey(
        StoredFile,
        verbose_name="同意书扫描件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    secret = models.BinaryField("加密内容", help_text="本人和监护人的姓名、证件")
    given_on = models.DateField("同意日期")
    valid_from = models.DateField("有效期自")
    valid_until = models.DateField("有效期至")
    recorded_by = models.ForeignKey(
        Officer, verbose_name="登记人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(
        ApiClient,
        verbose_name="接口客户端",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField("登记时间", db_default=Now())
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_means = models.CharField("撤回方式", max_length=16, choices=choices.Means.choices, blank=True)
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "自然人同意"
        verbose_name_plural = "自然人同意"
        permissions = [
            ("register_consent", "登记自然人的同意和撤回"),
            ("serve_person", "在窗口为本人出具信用信息报告"),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="consent_agency"),
            GinIndex(fields=["items"], name="consent_items"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(key__startswith="person:"), name="consent_of_a_person"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from"), valid_from__gte=F("given_on")),
                name="consent_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(rights_told=True), name="consent_after_notice"),
            models.CheckConstraint(condition=Q(items__len__gt=0), name="consent_has_contents"),
            models.CheckConstraint(
                condition=~Q(kind="publication") | Q(allows__len=0), name="consent_to_publication_alone"
            ),
            models.CheckConstraint(
                condition=Q(given_by="self") | ~Q(relation=""), name="consent_guardian_has_relation"
            ),
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(method="") & ~Q(scope="") & ~Q(document_number=""),
                name="consent_says_everything",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True) | Q(client__isnull=True), name="consent_recorded_by_one"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_means=""),
                name="consent_withdrawal_says_how",
            ),
        ]

    def __str__(self) -> str:
        return self.document_number

    def state(self, on: date) -> choices.ConsentState:
        return rules.state(
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            withdrawn=self.withdrawn_at is not None,
            on=on,
        )


class ConsentRequest(models.Model):
    """A consent asked for, to be confirmed on line by the person named, who holds number and code.

    `secret` and `key` are gone once it is answered or has lapsed: what was given stands in the consent, what was refused
    is nobody's business any more. Terms never change (trigger).
    """

    number = models.CharField("编号", max_length=20, unique=True)
    code_digest = models.BinaryField("确认码的摘要", max_length=32)
    agency = models.ForeignKey(Agency, verbose_name="征求单位", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, verbose_name="经办人", on_delete=models.PROTECT, related_name="+")
    key = models.CharField("识别键", max_length=140, blank=True, db_index=True)
    secret = models.BinaryField("姓名、证件（加密）", null=True)
    terms = models.JSONField("征求同意的内容")
    asked_at = models.DateTimeField("征求时间", db_default=Now())
    open_until = models.DateField("确认期限")
    answer = models.CharField("答复", max_length=16, choices=choices.Answer.choices, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    consent = models.OneToOneField(
        Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )
    salt = models.UUIDField(db_default=RandomUUID(), editable=False)

    class Meta:
        verbose_name = "网上征求同意"
        verbose_name_plural = "网上征求同意"
        indexes = [models.Index(fields=["agency", "-id"], name="consentrequest_agency")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, consent__isnull=True)
                | Q(answer="refused", answered_at__isnull=False, consent__isnull=True)
                | Q(answer="given", answered_at__isnull=False, consent__isnull=False),
                name="consentrequest_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(secret__isnull=True, key=""),
                name="consentrequest_forgets_once_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def state(self, on: date) -> choices.RequestState:
        if self.answer:
            return choices.RequestState(self.answer)
        return choices.RequestState.OPEN if on <= self.open_until else choices.RequestState.LAPSED


class PersonReport(models.Model):
    """A report handed to the person it is about: number and digest, so that a copy can be checked. The report is not kept."""

    number = models.CharField("报告编号", max_length=22, unique=True)
    lookup = models.OneToOneField("records.LookUp", on_delete=models.CASCADE, related_name="report")
    sha256 = models.CharField("内容摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    issued_at = models.DateTimeField("出具时间", db_default=Now())

    class Meta:
        verbose_name = "本人信用信息报告"
        verbose_name_plural = "本人信用信息报告"
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex="^[0-9]{14}[0-9A-Z]{8}$"), name="report_number_shape"
            )
        ]

    def __str__(self) -> str:
        return self.number
