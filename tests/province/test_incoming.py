"""What the province sends down passes the same gates, once in effect; an edition waits for a person."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from agencies.choices import Role, Scope
from bench import samples as bench_samples
from catalog import rows, selectors
from catalog.models import EditionDraft
from common.clock import today
from province.models import Incoming
from records.models import CreditRecord
from repair.models import Case
from sanctions import contents as measure_contents
from sanctions import selectors as measures
from sanctions.models import MeasureDraft
from tests import people
from tests.factories import make_penalty
from tests.repair import samples as repairs

ADDRESS = "/api/v1/province/incoming/"
Send = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def send(db: None, client: Client) -> Send:
    headers = people.bearer(people.client(Scope.PROVINCE_SEND, code="hlj-shuju"))

    def call(*messages: dict[str, Any], status: int = 200) -> Any:
        answer = client.post(
            ADDRESS, {"messages": messages}, content_type="application/json", headers=headers
        )
        assert answer.status_code == status, answer.content
        return answer.json()["results"] if status == 200 else answer.json()

    return call


def penalty(**changed: str) -> dict[str, Any]:
    unit = people.agency("hlj-shuju")
    row = next(iter(bench_samples.penalties(1, bench_samples.Unit(unit.name, unit.uscc), today=today())))
    fields = {code: value for code, value in row.items() if code not in ("适用程序", "轻微情形") and value}
    document = {"kind": "行政处罚决定书", "number": row["CF_WSH"], "date": row["CF_JDRQ"]}
    return {"item": "xzcf", "fields": {**fields, **changed}, "document": document, "procedure": "普通程序"}


def message(message_id: str, kind: str = "record", /, **payload: Any) -> dict[str, Any]:
    return {"message_id": message_id, "kind": kind, "payload": payload}


def test_a_record_is_taken_once_and_a_bad_one_costs_no_other(send: Send) -> None:
    good = penalty()
    first = send(
        message("a-1", **good), message("a-2", **penalty(CF_JDRQ="昨天")), message("a-3", item="none")
    )
    assert [one["status"] for one in first] == ["accepted", "rejected", "rejected"]
    assert first[1]["code"] == "date_invalid" and "依据" in first[1]["detail"]
    record = CreditRecord.objects.get(pk=int(first[0]["reference"].removeprefix("record:")))
    assert record.provider.code == "hlj-shuju"
    again = send(message("a-1", **good))
    assert (again[0]["status"], again[0]["reference"]) == ("duplicate", first[0]["reference"])
    other = send(message("a-1", **penalty(CF_NR="另一种内容")))
    assert (other[0]["status"], other[0]["code"]) == ("rejected", "message_id_reused")
    renumbered = send(message("a-9", **good))
    assert (renumbered[0]["status"], renumbered[0]["code"]) == ("accepted", "duplicate")
    assert CreditRecord.objects.filter(provider__code="hlj-shuju").count() == 1


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"message_id": "x"}],
        [message("", item="xzcf")],
        [message("x", "no-such-kind")],
        [{**message("x"), "payload": []}],
    ],
)
def test_a_body_of_another_shape_is_refused_whole(send: Send, messages: list[dict[str, Any]]) -> None:
    assert send(*messages, status=400)["errors"][0]["pointer"].startswith("/messages")
    assert not Incoming.objects.exists()


def test_a_list_of_a_source_that_is_not_theirs_is_refused(send: Send) -> None:
    content = base64.b64encode("名称\n某公司\n".encode()).decode()
    results = send(
        message("l-1", "list", source="no-such-source", content=content),
        message("l-2", "list", source="no-such-source", content="不是编码"),
    )
    assert [one["code"] for one in results] == ["provider_not_authorised", "file_unreadable"]


class TestEditions:
    def edition(self, **changed: Any) -> dict[str, Any]:
        from catalog import content

        running = selectors.newest("provincial_supplement") or selectors.newest("national")
        assert running is not None
        items = content.dump(rows.contents(running))[:2]
        whole = {
            "level": "provincial_supplement",
            "name": "黑龙江省公共信用信息补充目录（下发）",
            "basis": running.basis.code,
            "effective_from": today().isoformat(),
            "items": items,
        }
        return {**whole, **changed}

    def test_it_waits_until_somebody_opens_it_as_a_draft(self, send: Send, client: Client) -> None:
        [result] = send(message("e-1", "catalog_edition", **self.edition()))
        assert result["status"] == "held"
        assert not EditionDraft.objects.exists()
        keeper = people.officer(Role.AUTHORITY)
        client.force_login(keeper)
        page = "/workbench/exchange/incoming/"
        assert "打开为草稿" in client.get(page).content.decode()
        waiting = Incoming.objects.get()
        assert client.post(page, {"open": waiting.pk}).status_code == 302
        draft = EditionDraft.objects.get()
        assert draft.name.endswith("（下发）") and draft.items
        waiting.refresh_from_db()
        assert waiting.sealed is None and waiting.reference == f"draft:{draft.pk}"
        assert client.post(page, {"open": waiting.pk}).status_code == 302
        again = client.get(page).content.decode()
        assert "已经处理" in again and "打开为草稿" not in again
        assert EditionDraft.objects.count() == 1

    def test_what_the_platform_adds_to_an_item_is_kept_where_the_message_is_silent(
        self, send: Send, client: Client
    ) -> None:
        from catalog import content

        national = selectors.newest("national")
        assert national is not None
        own = ("form_basis", "double_publicity", "only_route", "report_within_workdays")
        running = content.find(rows.contents(national), "xzcf")
        assert running is not None
        [said] = content.dump([running])
        silent = {name: value for name, value in said.items() if name not in own}
        items = [silent, silent | {"code": "xinshi"}, silent | {"code": "djzc", "report_within_workdays": 5}]
        [result] = send(message("e-1", "catalog_edition", **self.edition(level="national", items=items)))
        assert result["status"] == "held", result
        client.force_login(people.officer(Role.AUTHORITY))
        client.post("/workbench/exchange/incoming/", {"open": Incoming.objects.get().pk})
        draft = EditionDraft.objects.get()
        known, new, changed = content.load(draft.items)
        assert known == running
        assert changed.report_within_workdays == 5
        page = client.get(f"/workbench/catalog/drafts/{draft.pk}/").content.decode()
        assert new.report_within_workdays is None and "报送期限（工作日）" in page, "to be stated first"

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"level": "city"}, "edition_level_not_allowed"),
            ({"basis": "no-such-basis"}, "item_basis_too_low"),
            ({"effective_from": "bald"}, "item_definition_invalid"),
            ({"items": [{"code": 1}]}, "item_definition_invalid"),
        ],
    )
    def test_one_that_cannot_be_read_is_refused_at_once(
        self, send: Send, changed: dict[str, Any], code: str
    ) -> None:
        [result] = send(message("e-1", "catalog_edition", **self.edition(**changed)))
        assert (result["status"], result["code"]) == ("rejected", code)


class TestMeasureEditions:
    def edition(self, **changed: Any) -> dict[str, Any]:
        running = measures.newest("national")
        assert running is not None
        whole = {
            "level": "national",
            "name": "全国失信惩戒措施基础清单（下发）",
            "basis": running.basis.code,
            "effective_from": today().isoformat(),
            "measures": measure_contents.dump(measure_contents.contents(running)[:2]),
        }
        return {**whole, **changed}

    def test_it_waits_until_somebody_opens_it_as_a_draft(self, send: Send, client: Client) -> None:
        whole = self.edition()
        [result] = send(message("m-1", "measure_edition", **whole))
        assert (result["status"], MeasureDraft.objects.count()) == ("held", 0)
        assert send(message("m-1", "measure_edition", **whole))[0]["status"] == "duplicate"
        client.force_login(people.officer(Role.AUTHORITY))
        answer = client.post("/workbench/exchange/incoming/", {"open": Incoming.objects.get().pk})
        assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
        draft = MeasureDraft.objects.get()
        assert (draft.level, len(draft.measures)) == ("national", 2)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"level": "city"}, "measure_definition_invalid"),
            ({"basis": "no-such-basis"}, "measure_basis_too_low"),
            ({"effective_from": "bald"}, "measure_definition_invalid"),
            ({"measures": [{"code": 1}]}, "measure_definition_invalid"),
            ({"measures": []}, "measure_definition_invalid"),
        ],
    )
    def test_one_that_cannot_be_read_is_refused_at_once(
        self, send: Send, changed: dict[str, Any], code: str
    ) -> None:
        [result] = send(message("m-1", "measure_edition", **self.edition(**changed)))
        assert (result["status"], result["code"]) == ("rejected", code)


def test_a_repair_handed_over_passes_the_same_gates_and_is_one_case(send: Send) -> None:
    ripe, young = repairs.ripe_penalty(), make_penalty(decision_date=today())
    proof = base64.b64encode(repairs.png().read()).decode()

    def handed(record: CreditRecord, number: str, **changed: Any) -> dict[str, Any]:
        return {
            "external_number": number,
            "item": record.item_code,
            "document_number": record.document_number,
            "uscc": record.subject.uscc,
            "applicant_name": "李春梅",
            "applicant_phone": "13904680000",
            "statement": "罚款已经缴清，违法行为已经改正。",
            "commitment_confirmed": True,
            "papers": [
                {"kind": kind, "filename": "a.png", "content": proof} for kind in ("identity", "fulfilment")
            ],
            **changed,
        }

    first, early, unknown, bare = send(
        message("r-1", "repair", **handed(ripe, "SJ-1")),
        message("r-2", "repair", **handed(young, "SJ-2")),
        message("r-3", "repair", **handed(ripe, "SJ-3", document_number="没有这一号")),
        message("r-4", "repair", **handed(ripe, "SJ-4", papers="无")),
    )
    case = Case.objects.get()
    assert (first["status"], first["reference"]) == ("accepted", f"case:{case.number}")
    assert (case.channel, case.external_number, case.record_id) == ("national", "SJ-1", ripe.pk)
    assert (early["status"], early["code"]) == ("rejected", "minimum_period_not_reached")
    assert (unknown["code"], bare["code"]) == ("not_found", "body_malformed")
    again = send(message("r-1", "repair", **handed(ripe, "SJ-1")))[0]
    renumbered = send(message("r-5", "repair", **handed(ripe, "SJ-1")))[0]
    assert again["status"] == "duplicate" and renumbered["reference"] == first["reference"]
    assert Case.objects.count() == 1
