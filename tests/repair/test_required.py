"""Which papers an application must carry is data: the rows of the day of filing govern, on every way in and in the database."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.test import Client

from agencies.choices import Scope
from common.clock import today
from common.gates import Refused
from ledger.models import Event
from ledger.services import seal_all
from ledger.tables import TABLES
from repair import services
from repair.choices import Channel, Kind, MaterialKind, State
from repair.models import Case
from repair.reference import load_repair_rules
from repair.required import RequiredMaterial
from repair.services import Filing, Paper
from tests import people
from tests.repair import samples
from tests.repair.test_api import URL, body
from tests.repair.test_cases import approve
from tests.repair.test_portal import apply, filed, track
from tests.repair.test_workbench import as_officer

pytestmark = pytest.mark.django_db
RULES = "/workbench/repair/rules/"
NEW = "/workbench/repair/required-materials/new/"
DAY = timedelta(days=1)


def wanted(**changed: object) -> dict[str, object]:
    return {
        "kind": "repair",
        "material": "evidence",
        "effective_from": (today() + DAY).isoformat(),
        "basis": "plan-2022-1",
        "basis_clause": "第14条",
        "mark": "unverified",
        "acting_on": "鹤信用发〔2026〕9号",
        **changed,
    }


def file_on(day: date, papers: Sequence[Paper] = ()) -> Case:
    filing = Filing(
        kind=Kind.REPAIR, applicant=samples.APPLICANT, text="罚款已经缴清。",
        record_id=samples.ripe_penalty().pk, papers=papers or samples.papers(),
    )  # fmt: skip
    return services.file_case(filing=filing, channel=Channel.PORTAL, on=day).case


def missing_on(day: date) -> list[str]:
    with pytest.raises(Refused) as caught:
        file_on(day)
    assert {one.code for one in caught.value.refusals} == {"materials_missing"}
    return [one.pointer for one in caught.value.refusals]


def ask_for(kind: Kind, material: MaterialKind) -> None:
    """A row of today, as if an officer had entered it earlier."""
    row = RequiredMaterial.objects.earliest("id")
    row.pk, row.kind, row.material, row.effective_from = None, kind, material, today()
    row._state.adding = True
    row.save()


def test_a_further_paper_is_asked_for_from_a_day_on_by_page_service_and_database() -> None:
    tomorrow, client = today() + DAY, as_officer(samples.chief())
    before, after = file_on(today()), file_on(tomorrow)
    for case in (before, after):
        services.accept(officer=samples.reviewer(), case_id=case.pk)

    assert client.post(NEW, wanted()).status_code == 302
    page = client.get(RULES).content.decode()
    assert "异议的证据" in page and "尚未施行" in page and "来源待核" in page

    assert file_on(today()).state == State.FILED
    assert missing_on(tomorrow) == ["/evidence"]
    whole = [*samples.papers(), *samples.papers(MaterialKind.EVIDENCE)]
    assert file_on(tomorrow, whole).state == State.FILED
    after.refresh_from_db()
    with pytest.raises(Refused) as caught:
        samples.decided(after)
    assert [one.pointer for one in caught.value.refusals] == ["/evidence"]
    assert "lacks evidence" in approve(after, samples.reviewer().pk)
    assert samples.decided(before).state == State.GRANTED


def test_a_paper_is_no_longer_asked_for_after_its_last_day() -> None:
    client, row = (
        as_officer(samples.chief()),
        RequiredMaterial.objects.get(kind="repair", material="fulfilment"),
    )
    end = f"/workbench/repair/required-materials/{row.pk}/end/"
    assert end in client.get(RULES).content.decode()
    sent = {"last_day": (today() - DAY).isoformat(), "acting_on": "鹤信用发〔2026〕9号"}
    assert "最后一天不早于" in client.post(end, sent).content.decode()
    assert client.post(end, {**sent, "last_day": today().isoformat()}).status_code == 302
    assert (
        "也不晚于已经定下的最后一天"
        in client.post(end, {**sent, "last_day": (today() + DAY).isoformat()}).content.decode()
    )

    load_repair_rules()
    row.refresh_from_db()
    assert row.effective_until == today(), "the reference files leave last days alone"
    enough = samples.papers(MaterialKind.COMMITMENT, MaterialKind.IDENTITY)
    with pytest.raises(Refused):
        file_on(today(), enough)
    case = file_on(today() + DAY, enough)
    assert (
        samples.decided(services.accept(officer=samples.reviewer(), case_id=case.pk)).state == State.GRANTED
    )
    seal_all(using="default")
    event = Event.objects.filter(tbl=TABLES["repair_requiredmaterial"]).latest("position")
    assert (event.object_id, event.context.actor) == (row.pk, samples.chief().pk)
    assert (event.context.action, event.context.basis) == ("repair.end_material", "鹤信用发〔2026〕9号")


def test_another_clause_takes_over_and_nothing_reaches_back() -> None:
    client, tomorrow = as_officer(samples.chief()), today() + DAY
    asked = {"material": "identity", "basis_clause": "第15条"}
    assert (
        "最早从明天起"
        in client.post(NEW, wanted(effective_from=today().isoformat(), **asked)).content.decode()
    )
    assert client.post(NEW, wanted(**asked)).status_code == 302
    old, new = RequiredMaterial.objects.filter(kind="repair", material="identity").order_by("effective_from")
    assert (old.effective_until, new.effective_from, new.basis_clause) == (today(), tomorrow, "第15条")
    again = client.post(NEW, wanted(**asked)).content.decode()
    assert "晚于现有规定的施行日期" in again
    later = wanted(effective_from=(today() + 9 * DAY).isoformat(), **asked)
    services.end_material(
        officer=samples.chief(), basis="鹤信用发〔2026〕9号", row_id=new.pk, last_day=today() + 5 * DAY
    )
    assert client.post(NEW, later).status_code == 302
    new.refresh_from_db()
    assert new.effective_until == today() + 5 * DAY, "what ended before stays so"
    assert client.post(NEW, wanted(material="horoscope")).status_code == 200


def test_officers_who_keep_no_rules_see_the_rows_only() -> None:
    page = as_officer(samples.reviewer()).get(RULES).content.decode()
    assert "应当提交的材料" in page and "/required-materials/" not in page


def test_the_forms_of_the_public_take_what_the_rows_ask_for(client: Client) -> None:
    ask_for(Kind.REPAIR, MaterialKind.EVIDENCE)
    ask_for(Kind.REVIEW, MaterialKind.IDENTITY)
    RequiredMaterial.objects.filter(material="commitment").update(effective_until=today() - DAY)
    RequiredMaterial.objects.filter(kind="objection").update(effective_until=today() - DAY)
    record = samples.ripe_penalty()
    page = apply(client, record, confirm="")
    assert 'name="evidence"' in page and not Case.objects.exists()
    number, _ = filed(apply(client, record, confirm="", evidence=[samples.pdf(), samples.png()]))
    given = Case.objects.get(number=number).materials.values_list("kind", flat=True)
    assert sorted(given) == ["evidence", "evidence", "fulfilment", "identity"]

    objecting = {"ground": "duplicate", "text": "重复公示", "identity": ""}
    number, code = filed(apply(client, record, "/objections/apply/", **objecting))
    case = services.accept(officer=samples.chief(), case_id=Case.objects.get(number=number).pk)
    samples.decided(case, grant=False, reasons="两条文号不同")
    _, token = track(client, number, code)
    sent = {"token": token, "do": "review", "name": "李春梅", "phone": "1", "text": "请再核实"}
    assert client.post("/progress/", sent).status_code == 422
    number, _ = filed(client.post("/progress/", {**sent, "identity": samples.png()}).content.decode())
    assert Case.objects.get(number=number).materials.get().kind == "identity"


def test_the_national_site_is_asked_for_the_same(client: Client) -> None:
    ask_for(Kind.REPAIR, MaterialKind.COURT_ORDER)
    headers = people.bearer(people.client(Scope.REPAIR_SUBMIT, code="hlj-shuju"))
    record = samples.ripe_penalty()
    answer = client.post(URL, body(record), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "materials_missing")
    answer = client.post(URL, body(record, court_order=samples.pdf()), headers=headers)
    assert answer.status_code == 201, answer.content
