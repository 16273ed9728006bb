"""What a merge does where people and machines look: portal, search, API, look-ups, change feed; and what undoing leaves."""

from datetime import date

import orjson
import pytest
from django.test import Client

from common.clock import today
from ledger.selectors import events_after, last_position
from ledger.services import seal_all
from ledger.tables import TABLES
from province.sources import wire_events
from records.identity import selectors, services
from records.models import Subject
from records.search import subjects_by_name
from records.sharing.services import look_up
from tests import people
from tests.factories import invented_uscc, make_penalty
from tests.identity.samples import BASIS, OLD_CODE, chief, merged, new_row, old_row
from tests.sharing.samples import approved

pytestmark = pytest.mark.django_db


def numbers(client: Client, subject: Subject) -> set[str]:
    answer = client.get(f"/api/v1/public/records/?subject={subject.public_id}")
    return {item["document_number"] for item in answer.json()["items"]}


def test_the_portal_shows_one_subject_and_old_ids_lead_there(client: Client) -> None:
    kept, other = new_row(), old_row()
    own, theirs = make_penalty(kept), make_penalty(other)
    change = merged(kept, other)
    page = client.get(f"/subjects/{kept.public_id}/").content.decode()
    assert own.document_number in page and theirs.document_number in page
    moved = client.get(f"/subjects/{other.public_id}/")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/subjects/{kept.public_id}/")
    assert f"/subjects/{kept.public_id}/" in client.get(f"/records/{theirs.pk}/").content.decode()
    services.undo_change(officer=chief(), change_id=change.pk, reason="有误", basis=BASIS)
    assert theirs.document_number in client.get(f"/subjects/{other.public_id}/").content.decode()
    assert theirs.document_number not in client.get(f"/subjects/{kept.public_id}/").content.decode()


def test_the_interface_answers_both_ids_with_all_records(client: Client) -> None:
    kept, other = new_row(), old_row()
    both = {make_penalty(kept).document_number, make_penalty(other).document_number}
    merged(kept, other)
    moved = client.get(f"/api/v1/public/subjects/{other.public_id}/")
    assert (moved.status_code, moved.headers["Location"]) == (
        301,
        f"/api/v1/public/subjects/{kept.public_id}/",
    )
    assert client.get(moved.headers["Location"]).json()["records"] == 2
    assert numbers(client, kept) == numbers(client, other) == both
    answer = client.get(f"/api/v1/public/records/?subject={other.public_id}").json()
    assert {item["subject"]["id"] for item in answer["items"]} == {kept.public_id}


def test_a_merged_row_with_nothing_published_tells_nothing(client: Client) -> None:
    kept, other = new_row(), old_row()
    make_penalty(other, published_until=date(2026, 1, 1))
    merged(kept, other)
    for subject in (kept, other):
        assert client.get(f"/subjects/{subject.public_id}/").status_code == 404
        assert client.get(f"/api/v1/public/subjects/{subject.public_id}/").status_code == 404


@pytest.mark.parametrize("code", [OLD_CODE, "uscc"])
def test_either_code_leads_to_the_one_page(client: Client, code: str) -> None:
    kept, other = new_row(), old_row()
    make_penalty(other)
    merged(kept, other)
    found = client.get("/search/", {"q": kept.uscc if code == "uscc" else code})
    assert (found.status_code, found.headers["Location"]) == (302, f"/subjects/{kept.public_id}/")


def test_search_by_name_finds_the_head_once_with_all_records() -> None:
    kept, other = new_row(), old_row()
    make_penalty(other), make_penalty(other)
    merged(kept, other)
    hits, _ = subjects_by_name("青松岭", at=today(), cursor=None, limit=10)
    assert [(hit.public_id, hit.records) for hit in hits] == [(kept.public_id, 2)]


def test_a_look_up_by_either_code_answers_about_the_body() -> None:
    kept, other = new_row(), old_row()
    records = {make_penalty(kept).pk, make_penalty(other).pk}
    merged(kept, other)
    purpose = approved(code="hg-yingji", items=("xzcf",))
    asker = people.stranger()
    for code in (kept.uscc, OLD_CODE):
        answer = look_up(
            agency=people.agency("hg-yingji"), officer=asker, purpose_code=purpose.code, uscc=code
        )
        assert {record.pk for record in answer.records} == records and answer.lookup.subject == kept


def test_the_province_hears_of_it_with_the_new_identity() -> None:
    kept, other = new_row(), old_row()
    record = make_penalty(other)
    make_penalty(other, ended_on=today())  # of what is over nothing is told again
    seal_all(using="default")
    for step in ("merge", "undo"):
        start = last_position()
        if step == "merge":
            change = merged(kept, other)
        else:
            services.undo_change(officer=chief(), change_id=change.pk, reason="有误", basis=BASIS)
        seal_all(using="default")
        events = wire_events(events_after(start, [TABLES["records_creditrecord"]], 100), today())
        assert [event["object_id"] for event in events] == [record.pk], "told once"
        payload = orjson.loads(orjson.dumps(events[0]["payload"]))
        expected = {"id": kept.public_id, "uscc": kept.uscc}
        assert payload["merged_into"] == (expected if step == "merge" else None)


def test_six_codes_are_looked_up_exactly() -> None:
    codes = {
        "gszc": OLD_CODE,
        "zzjg": "70226381X",
        "swdj": "230402702263810",
        "sydw": "123040200017",
        "shzz": "黑鹤社证字第0017号",
    }
    subject = old_row()
    subject.codes = codes
    subject.save(update_fields=["codes"])
    for code in codes.values():
        assert list(selectors.by_code(code)) == [subject]
    assert list(selectors.by_code("7022638-1X")) == [subject]
    for wrong in ("70226381", "1230402000171", OLD_CODE[:-1]):
        assert not selectors.by_code(wrong)
    other = new_row("鹤岗市北岭煤业有限公司", states_old_code=False)
    assert list(selectors.by_code(other.uscc)) == [other]
    assert list(selectors.by_code(other.uscc[8:17], inside_uscc=True)) == [other]


def test_former_names_are_found_by_officers() -> None:
    subject = new_row("鹤岗市老榆树粮贸有限公司")
    services.rename_subject(
        officer=chief(), subject_id=subject.pk, name="鹤岗市新榆粮贸有限公司", since=date(2026, 1, 5),
        document="准予变更登记通知书", basis=BASIS,
    )  # fmt: skip
    assert [name.subject for name in selectors.by_former_name("老榆")] == [subject]
    for name, found in (("新榆", [subject.public_id]), ("老榆", [])):
        hits, _ = subjects_by_name(name, at=today(), cursor=None, limit=10, registered=True)
        assert [hit.public_id for hit in hits] == found
    assert not selectors.by_code(invented_uscc(90_001))
