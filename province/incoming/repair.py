"""A repair or objection handed over from above: {"external_number", "kind", "item", "document_number", "uscc", "applicant_name",
"applicant_phone", "statement", "changes", "ground", "commitment_confirmed", "papers": [{"kind", "filename", "content"}]}.

Filed like one from 信用中国: the same gates, the same clocks. The query code goes to nobody here: the applicant asks where the
application was handed in, and that platform asks for it by number.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import ApiClient
from common.clock import today
from common.files import check
from common.identifiers import normalise_code
from common.problems import Problem
from province.incoming import Taken
from province.incoming.parts import decoded
from records.api_bodies import text
from records.identity.selectors import about_code
from records.models import CreditRecord
from records.selectors import shared
from repair import documents
from repair.choices import Channel, Kind, MaterialKind
from repair.contents import Applicant
from repair.models import Case
from repair.services import Filing, Paper, file_case
from repair.targets import Target

KIND: Final = "repair"
TITLE: Final = "信用修复或者异议"
_KINDS: Final = (Kind.REPAIR, Kind.OBJECTION)


def take(client: ApiClient, payload: Mapping[str, Any]) -> Taken:
    external = text(payload, "external_number")[:64]
    kind = text(payload, "kind") or Kind.REPAIR
    if not external or kind not in _KINDS:
        raise Problem(422, "body_malformed", "请给出 external_number；kind 应为 repair 或者 objection")
    known = Case.objects.filter(client=client, external_number=external).first()
    if known is not None:
        return Taken(f"case:{known.number}")
    record = _record(payload)
    papers = list(_papers(payload, record, Kind(kind)))
    filing = Filing(
        kind=Kind(kind),
        applicant=Applicant(text(payload, "applicant_name")[:50], text(payload, "applicant_phone")[:30]),
        text=text(payload, "statement")[:2000],
        changes=text(payload, "changes")[:1000],
        ground=text(payload, "ground") if kind == Kind.OBJECTION else "",
        record_id=record.pk,
        papers=papers,
        external_number=external,
    )
    return Taken(f"case:{file_case(filing=filing, channel=Channel.NATIONAL, client=client).case.number}")


def _record(payload: Mapping[str, Any]) -> CreditRecord:
    """The one record in effect that is meant. A problem when there is none or the description fits several."""
    asked = {"item_code": text(payload, "item"), "document_number": text(payload, "document_number")}
    code = normalise_code(text(payload, "uscc"))
    rows = shared(today()).filter(about_code(code), **asked)
    found = list(rows[:2]) if code and all(asked.values()) else []
    if len(found) != 1:
        raise Problem(404, "not_found", "没有找到这条信息，或者已经停止公示和共享")
    return found[0]


def _papers(payload: Mapping[str, Any], record: CreditRecord, kind: Kind) -> Iterator[Paper]:
    given = payload.get("papers") or []
    if not isinstance(given, list):
        raise Problem(422, "body_malformed", "papers 应为列表")
    for one in given:
        if not isinstance(one, Mapping) or text(one, "kind") not in MaterialKind.values:
            raise Problem(422, "body_malformed", f"材料的 kind 应为 {'、'.join(MaterialKind.values)} 之一")
        upload = SimpleUploadedFile(text(one, "filename") or "材料", decoded(one))
        yield Paper(MaterialKind(text(one, "kind")), check(upload))
    if kind == Kind.REPAIR and payload.get("commitment_confirmed") is True:
        words = documents.commitment_text(Target(record.subject, record=record))
        yield Paper(MaterialKind.COMMITMENT, confirmed=words)
