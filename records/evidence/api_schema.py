"""What the interface of evidence and correction takes and answers."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from records.choices import WITHDRAWALS
from records.evidence.choices import CorrectionGround, Outcome, ProceedingKind
from records.evidence.models import Proceeding
from records.models import CreditRecord


class BasisDocumentSerializer(serializers.Serializer[object]):
    number = serializers.CharField(help_text="文书号")
    date = serializers.DateField(help_text="文书日期")


class CorrectionRequestSerializer(serializers.Serializer[object]):
    ground = serializers.ChoiceField(CorrectionGround.choices, help_text="更正理由")
    explanation = serializers.CharField(help_text="说明：哪里不对、怎样改；不要写个人证件号码")
    fields = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="只列要改的字段；空文本或者 null 表示清空"
    )
    document = serializers.DictField(required=False, help_text="同报送；只列要改的成员")
    basis_document = BasisDocumentSerializer(required=False, help_text="使期限延长的更正必须给出")


class WithdrawalRequestSerializer(serializers.Serializer[object]):
    reason = serializers.ChoiceField([(one.value, one.label) for one in WITHDRAWALS])
    explanation = serializers.CharField()


class OutcomeRequestSerializer(serializers.Serializer[object]):
    outcome = serializers.ChoiceField(Outcome.choices)
    document = serializers.CharField(required=False, help_text="结果文书号")
    decided_on = serializers.DateField(help_text="结果文书日期")


class ProceedingRequestSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(ProceedingKind.choices)
    organ = serializers.CharField(help_text="复议机关、法院或者纠正机关")
    case_number = serializers.CharField()
    since = serializers.DateField(help_text="受理日期")
    basis = serializers.CharField(help_text="依据条款")
    outcome = OutcomeRequestSerializer(required=False, help_text="自行纠正（supervision）必须同时给出结果")


class ProceedingSerializer(serializers.Serializer[Proceeding]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    organ = serializers.CharField()
    case_number = serializers.CharField()
    since = serializers.DateField()
    basis = serializers.CharField()
    outcome = serializers.CharField(allow_blank=True, help_text="空为办理中")
    outcome_document = serializers.CharField(allow_blank=True)
    decided_on = serializers.DateField(allow_null=True)
    due = serializers.DateField(allow_null=True, help_text="应当撤回或者更正的最后一天")
    due_basis = serializers.CharField(allow_blank=True)
    ends_on = serializers.DateField(allow_null=True, help_text="记录因此终止的日期；期限内更正的，不再终止")


@extend_schema_serializer(component_name="OwnRecord")
class OwnRecordSerializer(serializers.Serializer[CreditRecord]):
    """A record of the client's own agency, without its contents: those the agency has itself."""

    id = serializers.IntegerField()
    item = serializers.CharField(source="item_code")
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField(allow_null=True)
    document_kind = serializers.CharField()
    document_number = serializers.CharField()
    decision_date = serializers.DateField()
    effective_date = serializers.DateField()
    minimum_until = serializers.DateField(allow_null=True)
    published_until = serializers.DateField(allow_null=True)
    shared_until = serializers.DateField(allow_null=True)
    used_until = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True, help_text="从这一天起不再公示、共享和使用")
    end_reason = serializers.CharField(allow_blank=True)
    contested = serializers.CharField(allow_blank=True, help_text="litigation、review，都有时以逗号分隔")


class VersionSerializer(serializers.Serializer[object]):
    """One version; `until` null is the one in use."""

    version = serializers.IntegerField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    kind = serializers.CharField(allow_blank=True, help_text="怎样形成：空为首次报送或者其他办理环节")
    ground = serializers.CharField(allow_blank=True)
    explanation = serializers.CharField(allow_blank=True)
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class VersionsSerializer(serializers.Serializer[object]):
    items = VersionSerializer(many=True)


class AsOfSerializer(serializers.Serializer[object]):
    """What the platform held of the record when the day ended."""

    on = serializers.DateField()
    version = serializers.IntegerField()
    published = serializers.BooleanField()
    shared = serializers.BooleanField()
    used = serializers.BooleanField()
