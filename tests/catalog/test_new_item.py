"""The promise of the catalog: a new item with twelve fields, entered in the workbench by an officer of the credit authority,
is usable by form, file, interface and portal at once, without code. Through the real pages only."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.choices import Role, Scope
from agencies.models import Officer
from catalog.models import CatalogItem, EditionDraft
from common.clock import today
from common.identifiers import make_uscc
from records import services as records
from records.models import CreditRecord, IntakeBatch
from tests import people

pytestmark = pytest.mark.django_db
UNIT = "hg-lincao"

ITEM = {
    "code": "lyjl",
    "name": "林业经营失信行为认定",
    "category": "行政管理信息",
    "conduct": "以欺骗手段取得林木采伐许可，经行政决定认定",
    "provider": "市林业和草原局",
    "data_source": "业务系统",
    "nature": "dishonest",
    "sharing": "unconditional",
    "publicity": "public",
    "period_kind": "fixed",
    "period_months": "12",
    "period_rule": "十二个月",
    "update_cycle": "日",
    "basis": "xzxkf",
    "basis_clause": "第六十九条、第七十九条",
    "mark": "excerpt",
    "subject_kinds": ["organisation", "self_employed"],
    "document_kind": "xzxw-jds",
    "report_within_workdays": "7",
    "order": "260",
}


def field(code: str, label: str, **more: str) -> dict[str, str]:
    return {"code": code, "label": label, "type": "text", "required": "yes", "exposure": "shown", **more}


OWN = [
    field("LY_WSH", "文书号", max_length="128", role="document_number"),
    field("LY_JDRQ", "决定日期", type="date", role="decision_date", conditions="不晚于报送当日"),
]


def browser(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def post(client: Client, page: str, /, *args: object, follow: str = "", **data: object) -> str:
    """Post to a page as its form would; returns where it leads. A form that comes back fails with its errors."""
    draft = EditionDraft.objects.last()
    answer = client.post(
        reverse(f"workbench:{page}", args=args) + follow, {"version": draft.version if draft else 0, **data}
    )
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer.content
    return str(answer["Location"])


def enter_item(keeper: Client) -> None:
    """What the officer does: copy, attributes, twelve fields, publish, route."""
    page = keeper.get(reverse("workbench:catalog-draft-new") + "?level=provincial_supplement&item=1")
    proposal = {name: bound.value() or "" for name, bound in ((f.name, f) for f in page.context["form"]) if name != "file"}  # fmt: skip
    location = post(keeper, "catalog-draft-new", follow="?level=provincial_supplement&item=1", **proposal)
    draft = EditionDraft.objects.get()
    assert location == reverse("workbench:catalog-draft-item-new", args=[draft.pk])
    post(keeper, "catalog-draft-item-new", draft.pk, **ITEM)
    where = (draft.pk, "lyjl")
    post(keeper, "catalog-draft-item", *where, do="block", block="subject", codes_begin="LY")
    for one in OWN:
        post(keeper, "catalog-draft-field-new", *where, again="1", **one)
    post(keeper, "catalog-draft-item", *where, do="block", block="source", codes_begin="LY")
    check = keeper.get(reverse("workbench:catalog-draft", args=[draft.pk]))
    assert check.context["problems"] == [] and "可以发布" in check.content.decode()
    post(keeper, "catalog-draft", draft.pk, do="publish")
    unit = people.agency(UNIT)
    post(
        keeper,
        "catalog-routes",
        "lyjl",
        agency=unit.pk,
        route="city",
        effective_from=today().isoformat(),
        acting_on="鹤信用办〔2026〕20号",
    )


def values(number: int, name: str) -> dict[str, str]:
    unit = people.agency(UNIT)
    return {
        "LY_XDR_MC": name,
        "LY_XDR_LB": "法人及非法人组织",
        "LY_XDR_SHXYM": make_uscc("91", "230402", f"MA1{number:05d}"),
        "LY_FRDB": "林有田",
        "LY_WSH": f"鹤林决〔{today().year}〕{number}号",
        "LY_JDRQ": today().isoformat(),
        "LY_JG": unit.name,
        "LY_JGDM": unit.uscc,
        "LY_LYDW": unit.name,
        "LY_LYDWDM": unit.uscc,
    }


def test_a_new_item_is_usable_by_form_file_interface_and_portal_without_code(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    submitter = people.officer(Role.SUBMITTER, code=UNIT)
    enter_item(browser(people.officer(Role.AUTHORITY)))
    item = CatalogItem.objects.get(code="lyjl")
    assert item.fields.count() == 12
    assert item.edition.level == "provincial_supplement" and item.effective_from == today()

    desk = browser(submitter)
    assert "林业经营失信行为认定" in desk.get(reverse("workbench:home")).content.decode()
    form = desk.post(
        reverse("workbench:record-new", args=["lyjl"]),
        {**values(1, "鹤岗市青松岭一号木业有限公司"), "LY_GSZC": ""},
    )
    assert form.status_code == 302, form.context["form"].errors
    assert desk.post(form["Location"]).status_code == 302, "looked at once more, then handed in"

    second, third = values(2, "鹤岗市青松岭二号木业有限公司"), values(3, "鹤岗市青松岭三号木业有限公司")
    content = "\n".join(",".join(row) for row in (second.keys(), second.values())).encode()
    upload = desk.post(
        reverse("workbench:batch-new"),
        {
            "agency": people.agency(UNIT).pk,
            "item": "lyjl",
            "procedure": "",
            "file": SimpleUploadedFile("林业.csv", content),
        },
    )
    assert upload.status_code == 302, upload.context["form"].errors
    batch = IntakeBatch.objects.get()
    records.process_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.accepted, batch.rejected) == ("done", 1, 0)

    machine = people.bearer(people.client(Scope.RECORDS_SUBMIT, code=UNIT))
    body = {
        "item": "lyjl",
        "fields": third,
        "document": {"kind": "其他行政行为决定文书", "number": third["LY_WSH"], "date": third["LY_JDRQ"]},
    }
    answer = Client().post(
        "/api/v1/records/", json.dumps(body), content_type="application/json", headers=machine
    )
    assert answer.status_code == 201, answer.content.decode()
    assert CreditRecord.objects.filter(item=item).count() == 3

    public = Client()
    assert "林业经营失信行为认定" in public.get(reverse("portal:catalog")).content.decode()
    page = public.get(reverse("portal:catalog-item", args=["lyjl"])).content.decode()
    assert "第六十九条、第七十九条" in page and "决定日期" in page
    assert public.get("/api/v1/catalog/items/lyjl/").json()["basis"]["code"] == "xzxkf"
    for name in ("一号", "二号", "三号"):
        found = public.get(reverse("portal:search") + f"?q=鹤岗市青松岭{name}木业有限公司", follow=True)
        assert f"青松岭{name}木业" in found.content.decode()
    record = CreditRecord.objects.filter(item=item).earliest("pk")
    shown = public.get(reverse("portal:record", args=[record.pk])).content.decode()
    assert "林业经营失信行为认定" in shown and record.document_number in shown
    assert record.published_until is not None and record.published_until > date(2026, 1, 1)
    listed = public.get("/api/v1/public/records/?item=lyjl").json()["items"]
    assert len(listed) == 3


def test_a_unit_without_a_route_is_still_refused() -> None:
    enter_item(browser(people.officer(Role.AUTHORITY)))
    stranger = people.stranger()
    assert browser(stranger).get(reverse("workbench:record-new", args=["lyjl"])).status_code == 403
    machine = people.bearer(people.client(Scope.RECORDS_SUBMIT, code="hg-yingji"))
    body = json.dumps({"item": "lyjl", "fields": values(4, "鹤岗市四号木业有限公司")})
    answer = Client().post("/api/v1/records/", body, content_type="application/json", headers=machine)
    assert answer.status_code == 403 and answer.json()["code"] == "provider_not_authorised"
