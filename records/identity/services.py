"""Changes of identity: proposed by one officer, decided by another of the credit authority, undone at once when wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies.models import Officer
from catalog.choices import FieldRole, SubjectKind
from common.clock import today
from common.gates import Refused
from common.problems import Problem
from common.text import bigrams, normalise_name, pinyin_key
from ledger.services import acting
from records.identity import rules, selectors
from records.identity.choices import ChangeKind, ChangeState, CodeKind, Ground, NameSource
from records.identity.clauses import refuse
from records.identity.codes import Code, canonical, codes_of, key_of, label
from records.identity.models import IdentityChange, SubjectName
from records.identity.rules import Body, Evidence
from records.models import CreditRecord, Subject
from records.selectors import shared
from records.sharing.rules import second_person

_PINYIN_LENGTH = 400
_CODE_ROLES: Mapping[str, str] = {
    FieldRole.SUBJECT_USCC: CodeKind.USCC,
    FieldRole.SUBJECT_REGISTRATION: CodeKind.REGISTRATION,
}


@dataclass(frozen=True, slots=True)
class Target:
    """The body that split-off records belong to."""

    kind: str
    code_kind: str
    code: str
    name: str

    @property
    def body(self) -> Body:
        uscc = self.code if self.code_kind == CodeKind.USCC else ""
        return Body(self.kind, self.name, codes_of(key_of(self.code_kind, self.code), uscc, {}))


def propose_merge(*, officer: Officer, kept_id: int, other_id: int, evidence: Evidence) -> IdentityChange:
    """Propose to treat `other` as `kept`; without effect until decided.

    PermissionDenied without the right; Refused with every refusal found; a 409 problem while the same is proposed.
    """
    _check_proposer(officer)
    rows = {row.pk: row for row in Subject.objects.filter(pk__in=[kept_id, other_id])}
    if len(rows) < 2:
        raise Refused(refuse("identity_evidence_missing", "请选择两个不同的主体", pointer="/other"))
    bodies = [selectors.body_of(rows[kept_id]), selectors.body_of(rows[other_id])]
    if refusals := rules.merge_refusals(bodies[0], bodies[1], evidence, today()):
        raise Refused(*refusals)
    waiting = IdentityChange.objects.filter(
        kind=ChangeKind.MERGE, decided_at__isnull=True, kept=kept_id, other=other_id
    )
    with acting(actor=officer.pk, action="identity.propose_merge", basis=evidence.basis):
        if waiting.exists():
            raise Problem(409, "state_changed", "这两个主体的合并已经提出，正等待审核")
        return IdentityChange.objects.create(
            kind=ChangeKind.MERGE,
            kept_id=kept_id,
            other_id=other_id,
            proposed_by=officer,
            **_evidence_columns(evidence, rules.shared_codes(*bodies)),
        )


def propose_split(
    *, officer: Officer, subject_id: int, record_ids: Sequence[int], target: Target, evidence: Evidence
) -> IdentityChange:
    """Propose that records of a subject belong to another body, known by a code of its own; as `propose_merge`."""
    _check_proposer(officer)
    subject = Subject.objects.get(pk=subject_id)
    records = _own_records(subject, record_ids)
    source, body = selectors.body_of(subject), target.body
    stated = [stated_codes(record) for record in records]
    if refusals := rules.split_refusals(source, body, evidence, stated, today()):
        raise Refused(*refusals)
    with acting(actor=officer.pk, action="identity.propose_split", basis=evidence.basis):
        return IdentityChange.objects.create(
            kind=ChangeKind.SPLIT,
            kept=subject,
            target={
                "kind": target.kind,
                "code_kind": target.code_kind,
                "code": target.code,
                "name": target.name,
            },
            record_ids=sorted(record.pk for record in records),
            proposed_by=officer,
            **_evidence_columns(evidence, sorted(body.codes - source.codes)),
        )


def _check_proposer(officer: Officer) -> None:
    if not selectors.may_propose(officer):
        raise PermissionDenied("由单位的审核人员或者社会信用主管部门提出")


def _own_records(subject: Subject, record_ids: Sequence[int]) -> list[CreditRecord]:
    rows = CreditRecord.objects.filter(subject=subject, pk__in=record_ids).select_related("item")
    records = list(rows.prefetch_related("item__fields"))
    if len(records) != len(set(record_ids)):
        raise Refused(refuse("field_required", "所选记录不在该主体名下，请重新选择", pointer="/records"))
    return records


def stated_codes(record: CreditRecord) -> frozenset[Code]:
    """The codes of an organisation that a record itself states."""
    found = set()
    for definition in record.item.fields.all():
        value = canonical(str(record.data.get(definition.code) or ""))
        kind = _CODE_ROLES.get(definition.role)
        if definition.role == FieldRole.SUBJECT_CODE:
            kind = definition.code.rpartition("_")[2].lower()
        if kind and value:
            found.add((str(kind), value))
    return frozenset(found)


def _evidence_columns(evidence: Evidence, shared: Sequence[Code]) -> dict[str, object]:
    by_document = evidence.ground == Ground.DOCUMENT
    document: dict[str, object] = {
        "document_kind": evidence.document_kind.strip()[:100],
        "document_number": evidence.document_number.strip()[:128],
        "document_issuer": evidence.document_issuer.strip()[:200],
        "document_date": evidence.document_date,
    }
    return {
        "ground": evidence.ground,
        "shared_code": "" if by_document else "、".join(map(label, shared))[:120],
        "reason": evidence.reason.strip()[:300],
        "basis": evidence.basis.strip()[:300],
        **(document if by_document else {}),
    }


# --- decided, undone ---------------------------------------------------------------------------------------


def decide_change(*, officer: Officer, change_id: int, grant: bool, note: str = "") -> IdentityChange:
    """Decide on a proposal; granted, it is in effect at once.

    PermissionDenied outside the credit authority; Refused second_person_required for whoever proposed it, and whatever
    has come to stand against it; a 409 problem when it no longer waits.
    """
    if not selectors.may_decide(officer):
        raise PermissionDenied("由社会信用主管部门审核")
    with acting(actor=officer.pk, action="identity.decide", basis=_basis_of(change_id)):
        change = IdentityChange.objects.select_for_update().get(pk=change_id)
        if change.state != ChangeState.PROPOSED:
            raise Problem(409, "state_changed", "该申请已经审核，请刷新页面查看")
        if refusal := second_person(change.proposed_by_id, officer.pk):
            raise Refused(refusal)
        change.decided_by, change.decided_at, change.granted = officer, timezone.now(), grant
        change.decision_note = note.strip()[:300]
        if grant and change.kind == ChangeKind.SPLIT:
            change.other = _target_row(change)
        change.save(update_fields=["decided_by", "decided_at", "granted", "decision_note", "other"])
        if grant:
            _take_effect(change)
    return change


def _basis_of(change_id: int) -> str:
    return IdentityChange.objects.values_list("basis", flat=True).get(pk=change_id)


def _take_effect(change: IdentityChange) -> None:
    assert change.other is not None, "a change in effect has two subjects"
    if change.kind == ChangeKind.SPLIT:
        _move(change.record_ids, change.kept_id, change.other.pk)
        return
    rows = {
        row.pk: row
        for row in Subject.objects.filter(pk__in=[change.kept_id, change.other_id])
        .order_by("pk")
        .select_for_update()
    }
    kept, other = rows[change.kept_id], rows[change.other.pk]
    refusals = rules.mergeable_refusals(selectors.body_of(kept), selectors.body_of(other))
    if refusals:
        raise Refused(*refusals)
    other.merged_into = kept
    other.save(update_fields=["merged_into"])
    _tell_the_province(other.pk)


def undo_change(*, officer: Officer, change_id: int, reason: str, basis: str) -> IdentityChange:
    """Undo a change in effect; everything stands as before it. By one officer of the credit authority, for a wrong
    identity must not wait. PermissionDenied; Refused field_required; a 409 problem when it is not in effect."""
    if not selectors.may_decide(officer):
        raise PermissionDenied("由社会信用主管部门撤销")
    if not reason.strip() or not basis.strip():
        raise Refused(refuse("field_required", "请写明撤销的原因和依据", pointer="/reason"))
    with acting(actor=officer.pk, action="identity.undo", basis=basis.strip()):
        change = IdentityChange.objects.select_for_update().get(pk=change_id)
        if change.state != ChangeState.IN_EFFECT:
            raise Problem(409, "state_changed", "该变更没有在生效，请刷新页面查看")
        change.undone_by, change.undone_at = officer, timezone.now()
        change.undo_reason, change.undo_basis = reason.strip()[:300], basis.strip()[:300]
        change.save(update_fields=["undone_by", "undone_at", "undo_reason", "undo_basis"])
        assert change.other_id is not None, "a change in effect has two subjects"
        if change.kind == ChangeKind.SPLIT:
            _move(change.record_ids, change.other_id, change.kept_id)
        else:
            Subject.objects.filter(pk=change.other_id).update(merged_into=None)
            _tell_the_province(change.other_id)
    return change


def _move(record_ids: Sequence[int], source: int, target: int) -> None:
    """Exactly these records, and only while they still stand under `source`."""
    CreditRecord.objects.filter(pk__in=record_ids, subject=source).update(subject=target)


def _tell_the_province(subject_id: int) -> None:
    """Move the mark that is only a message, so that each record still shared enters the change feed again with its new
    identity; nothing of the record itself changes and no version is made. Of those that are over the province knows that
    they are."""
    shared(today()).filter(subject=subject_id).update(noted_at=timezone.now())


def _target_row(change: IdentityChange) -> Subject:
    """The row of the body split off: found by its code, else made."""
    wanted = change.target
    row = Subject.objects.filter(key=key_of(wanted["code_kind"], wanted["code"])).first()
    row = row or selectors.by_code(wanted["code"]).filter(merged_into__isnull=True).first()
    if row is not None:
        return row
    code, is_uscc = canonical(wanted["code"]), wanted["code_kind"] == CodeKind.USCC
    return Subject.objects.create(
        key=key_of(wanted["code_kind"], wanted["code"]),
        kind=wanted["kind"],
        uscc=code if is_uscc else "",
        codes={} if is_uscc else {wanted["code_kind"]: code},
        region=code[2:8] if is_uscc else "",
        **_name_columns(wanted["name"]),
    )


def _name_columns(name: str) -> dict[str, object]:
    normal = normalise_name(name)
    return {
        "name": name,
        "shown_name": name,
        "normal_name": normal,
        "grams": bigrams(name),
        "pinyin": pinyin_key(normal)[:_PINYIN_LENGTH],
    }


# --- names -------------------------------------------------------------------------------------------------


def rename_subject(
    *, officer: Officer, subject_id: int, name: str, since: date, document: str, basis: str
) -> Subject:
    """Enter a registered change of name from `since` on; the name before stays as a dated former one.

    PermissionDenied outside the credit authority; Refused field_required, identity_kind_not_allowed (persons).
    """
    if not selectors.may_decide(officer):
        raise PermissionDenied("由社会信用主管部门登记更名")
    wanted = (
        ("name", name, "请填写新名称"),
        ("document", document, "请填写登记机关出具的文书"),
        ("basis", basis, "请填写依据"),
    )
    if missing := [
        refuse("field_required", text, pointer=f"/{key}") for key, value, text in wanted if not value.strip()
    ]:
        raise Refused(*missing)
    if since > today():
        raise Refused(refuse("date_in_future", "更名日期晚于今天", pointer="/since"))
    with acting(actor=officer.pk, action="identity.rename", basis=basis.strip()):
        subject = Subject.objects.select_for_update().get(pk=subject_id)
        if subject.kind == SubjectKind.PERSON:
            raise Refused(refuse("identity_kind_not_allowed", "自然人的姓名由报送单位更正", pointer="/name"))
        if subject.normal_name != normalise_name(name):
            _keep_former_name(subject, since, document.strip())
            SubjectName.objects.filter(subject=subject, normal_name=normalise_name(name)).delete()
        for column, value in _name_columns(name.strip()).items():
            setattr(subject, column, value)
        subject.save(update_fields=list(_name_columns(name)))
    return subject


def _keep_former_name(subject: Subject, since: date, document: str) -> None:
    dates = CreditRecord.objects.filter(subject=subject).order_by("decision_date")
    first = dates.values_list("decision_date", flat=True).first()
    SubjectName.objects.update_or_create(
        subject=subject,
        normal_name=subject.normal_name,
        defaults={
            "name": subject.name,
            "grams": subject.grams,
            "source": NameSource.DECISION,
            "first_on": first if first and first < since else None,
            "used_until": since - timedelta(days=1),
            "document": document[:300],
        },
    )
