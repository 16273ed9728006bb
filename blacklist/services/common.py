"""Who acts in a case, which numbers its documents get, and how personal words are kept."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied

from agencies.models import Agency, ApiClient, Officer
from blacklist import access
from blacklist.choices import Channel, SeriesKind, StepKind
from blacklist.clauses import refuse
from blacklist.models import NumberSeries
from common.gates import PLAN, Refused
from common.masking import mask_text
from common.privacy import lookup_digest
from common.readable import readable
from ledger.services import acting
from records.contents import secret_of_subject
from records.models import Subject
from records.services.common import actor_number

BASIS: Final = f"{PLAN} 第8条"
_SUFFIX: Final = {
    SeriesKind.CASE: "列立",
    SeriesKind.NOTICE: "列告",
    SeriesKind.ANSWER: "列复",
    SeriesKind.DECISION: "列决",
    SeriesKind.CLOSURE: "列结",
}
_CODE_LENGTH: Final = 12
_CODE_PURPOSE: Final = "list case code"
# Steps that bind the unit and so are taken by whoever reviews for it; every other step is the handler's.
DECIDING: Final = frozenset(
    {
        StepKind.REVIEW,
        StepKind.DECIDED,
        StepKind.CLOSED,
        StepKind.SUSPENDED,
        StepKind.RESUMED,
        StepKind.REOPENED,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer, a machine client, or (neither) the party itself by the portal."""

    officer: Officer | None = None
    client: ApiClient | None = None
    channel: Channel = Channel.WORKBENCH

    @property
    def number(self) -> int | None:
        return actor_number(self.officer, self.client)

    @property
    def is_party(self) -> bool:
        return self.officer is None and self.client is None


def by_officer(officer: Officer, channel: Channel = Channel.WORKBENCH) -> Actor:
    return Actor(officer=officer, channel=channel)


def by_client(client: ApiClient) -> Actor:
    return Actor(client=client, channel=Channel.API)


PARTY: Final = Actor(channel=Channel.PORTAL)


def check_allowed(actor: Actor, agency_id: int, *, deciding: bool) -> None:
    """PermissionDenied unless the actor works cases of that agency, or decides them."""
    if actor.client is not None:
        allowed = actor.client.agency_id == agency_id
    else:
        allowed = actor.officer is not None and access.may(actor.officer, agency_id, deciding=deciding)
    if not allowed:
        raise PermissionDenied("由认定单位的审核人员办理" if deciding else "由认定单位的承办人员办理")


def next_number(agency: Agency, kind: SeriesKind, on: date) -> str:
    """The next number of this kind of document, e.g. 鹤市监列告〔2026〕12号; the row is locked until the commit."""
    word = (
        NumberSeries.objects.filter(agency=agency, kind=kind, year__lt=on.year)
        .order_by("-year")
        .values_list("word", flat=True)
        .first()
    )
    series, _ = NumberSeries.objects.select_for_update().get_or_create(
        agency=agency, kind=kind, year=on.year, defaults={"word": word or default_word(agency, kind)}
    )
    series.last += 1
    series.save(update_fields=["last"])
    return f"{series.word}〔{series.year}〕{series.last}号"


def default_word(agency: Agency, kind: SeriesKind) -> str:
    """What stands before the year until the agency names its own word."""
    return f"{agency.name}{_SUFFIX[kind]}"


def set_word(*, officer: Officer, agency: Agency, kind: SeriesKind, word: str, on: date) -> NumberSeries:
    """The agency's own word (机关代字) for a kind of document, from the next number on. PermissionDenied; Refused."""
    check_allowed(by_officer(officer), agency.pk, deciding=True)
    required(word=(word, "机关代字"))
    with acting(actor=officer.pk, action="blacklist.set_word", basis=BASIS):
        series, _ = NumberSeries.objects.select_for_update().get_or_create(
            agency=agency, kind=kind, year=on.year, defaults={"word": word.strip()}
        )
        series.word = word.strip()[:60]
        series.save(update_fields=["word"])
    return series


def new_party_code() -> str:
    """A code for the notice, in groups of four: XXXX-XXXX-XXXX (59 bits)."""
    text = readable(_CODE_LENGTH)
    return "-".join(text[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def party_code_digest(code: str) -> bytes:
    plain = "".join(char for char in code.upper() if char.isalnum())
    return lookup_digest(plain, purpose=_CODE_PURPOSE)


def full_name(subject: Subject) -> str:
    """The name as a document to the party itself has it."""
    return subject.name or secret_of_subject(subject).get("name", "") or subject.shown_name


def identity_line(subject: Subject) -> tuple[str, str]:
    """Label and number under which a document names the party."""
    if subject.uscc:
        return "统一社会信用代码", subject.uscc
    secret = secret_of_subject(subject)
    return secret.get("document_kind", "证件号码"), secret.get("document", "")


def without_person(text: str, subject: Subject) -> str:
    """A text with name and number of a natural person masked, for columns that are not encrypted."""
    secret = secret_of_subject(subject)
    return mask_text(text, [secret.get("name", ""), secret.get("document", "")]) if secret else text


def required(**values: tuple[str, str]) -> None:
    """Refused field_required for each blank value; arguments are name=(value, label)."""
    missing = [
        refuse("field_required", f"请填写{label}", pointer=f"/{name}")
        for name, (value, label) in values.items()
        if not value.strip()
    ]
    if missing:
        raise Refused(*missing)
