"""The pages: what they show, that errors come back to their field, that the workbook goes round, what a page costs."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet

from agencies.choices import Role
from agencies.models import Officer
from catalog import content, rows, selectors, services, workbook
from catalog.models import CatalogEdition, EditionDraft, LegalBasis, ProviderRoute
from catalog.standing import standing_on
from common.clock import today
from common.templatetags.credit import cdate
from tests import people
from tests.catalog.conftest import head, item, tomorrow

pytestmark = pytest.mark.django_db


def browser(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def desk(keeper: Officer) -> Client:
    return browser(keeper)


@pytest.fixture
def draft(keeper: Officer) -> EditionDraft:
    opened = services.open_draft(officer=keeper, level="national", head=head(first_day=tomorrow(9)))
    return services.put_item(officer=keeper, draft_id=opened.pk, version=1, item=item())


def get(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"workbench:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def errors(answer: HttpResponse) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return answer.context["form"].errors  # type: ignore[attr-defined,no-any-return]


def test_what_was_in_force_on_a_day(desk: Client) -> None:
    page = get(desk, "catalog", query="?on=2022-06-01")
    assert "2021年版" in page and "2024年版" not in page and "知识产权" not in page
    assert "知识产权" in get(desk, "catalog") and "公用事业欠费" in get(desk, "catalog")
    assert "请填写有效的日期" in get(desk, "catalog", query="?on=昨天")
    assert "没有有效的目录" in get(desk, "catalog", query="?on=2001-01-01")
    assert "这一天该事项不在有效目录内" in get(desk, "catalog-item", "zscq", query="?on=2022-06-01")
    assert "历次版本" in get(desk, "catalog-item", "zscq")


def test_two_editions_side_by_side_and_drafts_for_their_keepers_alone(
    desk: Client, draft: EditionDraft
) -> None:
    page = get(desk, "catalog-compare", query="?old=national-2022&new=national-2024")
    assert "增加 1 项，减少 0 项" in page and "知识产权" in page
    query = f"?old=national-2024&new=draft-{draft.pk}"
    assert "毁坏林地行为认定" in get(desk, "catalog-compare", query=query)
    reader = browser(people.officer(Role.REVIEWER))
    assert "毁坏林地行为认定" not in get(reader, "catalog-compare", query=query)
    assert draft.name not in get(reader, "catalog-editions")
    assert draft.name in get(desk, "catalog-editions")


def test_no_form_offers_a_city_level(desk: Client) -> None:
    page = get(desk, "catalog-draft-new")
    assert page.count("<option") and "city" not in page.split('name="level"')[1].split("</select>")[0]
    answer = desk.post(reverse("workbench:catalog-draft-new"), {"level": "city"})
    assert "level" in errors(answer)


def test_refusals_stand_at_their_field_in_chinese(desk: Client, draft: EditionDraft) -> None:
    data = {name: getattr(item("bbxx"), name) or "" for name in rows.ITEM_ATTRIBUTES}
    data |= {
        "basis": "zjl-44",
        "version": draft.version,
        "subject_kinds": ["organisation"],
        "asks_procedure": "",
    }
    found = errors(desk.post(reverse("workbench:catalog-draft-item-new", args=[draft.pk]), data))
    assert list(found) == ["basis"] and "部门规章" in found["basis"][0] and "第1条" in found["basis"][0]
    url = reverse("workbench:catalog-draft-field-new", args=[draft.pk, "slgh"])
    wanted = {"code": "SG_X", "label": "情节", "type": "text", "required": "yes", "exposure": "shown"}
    wanted |= {"max_length": "20", "version": str(draft.version)}
    for conditions, sentence in (
        ("有时必填", "第 1 行看不懂"),
        ("不晚于报送当日", "只能用于日期类型"),
        ("当 SG_NO 为 甲 时不得填写", "没有的字段"),
    ):
        found = errors(desk.post(url, wanted | {"conditions": conditions}))
        assert list(found) == ["conditions"] and sentence in found["conditions"][0]


def test_fields_are_changed_moved_and_left_out_on_the_page(desk: Client, draft: EditionDraft) -> None:
    page = reverse("workbench:catalog-draft-item", args=[draft.pk, "slgh"])

    def act(**data: object) -> tuple[str, ...]:
        draft.refresh_from_db()
        assert desk.post(page, {"version": draft.version, **data}).status_code == 302
        draft.refresh_from_db()
        found = content.find(content.load(draft.items), "slgh")
        assert found is not None
        return tuple(field.code for field in found.fields)

    before = act(do="up", field="no-such-field")
    assert act(do="up", field="SG_WSH")[4:6] == ("SG_WSH", "SG_FRDB")
    assert act(do="down", field="SG_WSH") == before
    assert "BZ" not in act(do="remove-field", field="BZ")
    assert "SG_XDR_LB" in act(do="remove-field", field="SG_XDR_LB")  # other fields depend on it
    field = reverse("workbench:catalog-draft-field", args=[draft.pk, "slgh", "SG_WSH"])
    form = desk.get(field).context["form"]
    data = {bound.name: bound.value() or "" for bound in form} | {
        "label": "认定书文号",
        "version": draft.version,
    }
    assert desk.post(field, data).status_code == 302
    assert "认定书文号" in get(desk, "catalog-draft-item", draft.pk, "slgh")


def test_the_second_officer_is_told_and_overwrites_nothing(desk: Client, draft: EditionDraft) -> None:
    url = reverse("workbench:catalog-draft-edit", args=[draft.pk])
    data = {"name": "改名", "basis": "jcml-2024", "effective_from": tomorrow(5), "mark": "excerpt"}
    assert desk.post(url, data | {"version": draft.version}).status_code == 302
    late = desk.post(url, data | {"name": "再改名", "version": draft.version})
    assert "另一位工作人员" in errors(late)["__all__"][0]
    assert f'name="version" value="{draft.version}"' in late.content.decode()
    draft.refresh_from_db()
    assert draft.name == "改名"


def test_a_draft_with_problems_offers_no_publishing_and_a_sound_one_does(
    desk: Client, draft: EditionDraft, keeper: Officer
) -> None:
    assert 'value="publish"' in get(desk, "catalog-draft", draft.pk)
    services.remove_field(
        officer=keeper, draft_id=draft.pk, version=draft.version, item_code="slgh", field_code="SG_JDRQ"
    )
    page = get(desk, "catalog-draft", draft.pk)
    assert 'value="publish"' not in page and "缺少用途为“决定日期”的字段" in page
    draft.refresh_from_db()
    answer = desk.post(
        reverse("workbench:catalog-draft", args=[draft.pk]),
        {"do": "publish", "version": draft.version},
        follow=True,
    )
    assert "决定日期" in answer.content.decode() and EditionDraft.objects.exists()
    gone = desk.post(
        reverse("workbench:catalog-draft", args=[draft.pk]), {"do": "discard", "version": draft.version}
    )
    assert gone.status_code == 302 and not EditionDraft.objects.exists()


# --- the workbook ----------------------------------------------------------------------------------------------


def downloaded(desk: Client) -> openpyxl.Workbook:
    answer = desk.get(reverse("workbench:catalog-edition-workbook", args=["national-2024"]))
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def uploaded(book: openpyxl.Workbook) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("目录.xlsx", buffer.getvalue())


def column(sheet: Worksheet, label: str) -> int:
    return [cell.value for cell in sheet[1]].index(label) + 1


def test_every_edition_goes_through_the_workbook_unchanged() -> None:
    for edition in CatalogEdition.objects.all():
        items = rows.contents(edition)
        if items:
            assert workbook.read(io.BytesIO(workbook.write(items))) == items


def test_an_edition_is_entered_by_file(desk: Client) -> None:
    book = downloaded(desk)
    items, fields = book["事项"], book["字段"]
    place = next(row for row in range(2, items.max_row + 1) if items.cell(row, 1).value == "cxry")
    items.cell(place, column(items, "更新周期")).value = "季"
    copied = [cell.value for cell in items[place]]
    copied[0], copied[1] = "lyry", "林业荣誉"
    items.append(copied)
    for row in [row for row in fields.iter_rows(min_row=2, values_only=True) if row[0] == "cxry"]:
        fields.append(("lyry", *row[1:]))
    proposal = desk.get(reverse("workbench:catalog-draft-new")).context["form"]
    data = {bound.name: bound.value() for bound in proposal if bound.value()}
    data |= {
        "name": "全国公共信用信息基础目录（2027年版）",
        "effective_from": tomorrow(30),
        "file": uploaded(book),
    }
    answer = desk.post(reverse("workbench:catalog-draft-new"), data)
    assert answer.status_code == 302, errors(answer)
    draft = EditionDraft.objects.get()
    page = get(desk, "catalog-draft", draft.pk)
    assert "增加 1 项，减少 0 项，变化 1 项" in page and "林业荣誉" in page
    done = desk.post(
        reverse("workbench:catalog-draft", args=[draft.pk]), {"do": "publish", "version": draft.version}
    )
    assert done.status_code == 302
    assert selectors.items(tomorrow(30)).get(code="lyry").name == "林业荣誉"
    assert CatalogEdition.objects.get(code="national-2024").effective_until == tomorrow(29)


def _set(sheet: str, label: str, value: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet].cell(2, column(book[sheet], label)).value = value

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_set("事项", "性质分类", "坏的"), "“事项”表第 2 行“性质分类”：没有“坏的”这个取值"),
        (_set("事项", "报送期限（工作日）", "七"), "不是整数"),
        (_set("事项", "报送期限（工作日）", ""), "没有期限的填0"),
        (_set("事项", "事项代码", "登记"), "不符合要求"),
        (_set("事项", "事项代码", "bbbb"), "重复的事项代码"),
        (_set("字段", "事项代码", "zzzz"), "不在“事项”表中"),
        (_set("字段", "条件", "有时必填"), "看不懂"),
        (_set("字段", "取值说明", "甲"), "取值=含义"),
        (_set("事项", "事项名称", "=A1&B1"), "“事项”表第 2 行“事项名称”：公式没有计算结果"),
        (lambda book: book.remove(book["字段"]), "没有名为“字段”的工作表"),
        (lambda book: setattr(book["字段"], "sheet_state", "hidden"), "隐藏的不会读取"),
        (lambda book: book["事项"].delete_cols(3), "缺少栏目：目录类别"),
    ],
)
def test_a_faulty_workbook_is_told_by_sheet_row_and_column(
    change: Callable[[openpyxl.Workbook], None], sentence: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.write([item("aaaa"), item("bbbb")])))
    change(book)
    with pytest.raises(workbook.WorkbookRefused) as refused:
        workbook.read(uploaded(book))
    assert any(sentence in words for words in refused.value.problems), refused.value.problems


@pytest.mark.parametrize("body", [b"PK\x03\x04 broken", b"x" * (workbook.MAX_BYTES + 1)])
def test_what_is_no_workbook_is_refused(body: bytes) -> None:
    with pytest.raises(workbook.WorkbookRefused):
        workbook.read(io.BytesIO(body))


def test_a_refused_workbook_leaves_the_draft_as_it_was(desk: Client, draft: EditionDraft) -> None:
    url = reverse("workbench:catalog-draft-workbook", args=[draft.pk])
    body = SimpleUploadedFile("目录.xlsx", b"no workbook")
    found = errors(desk.post(url, {"file": body, "version": draft.version}))
    assert "下载的模板" in found["file"][0]
    draft.refresh_from_db()
    assert content.find(content.load(draft.items), "slgh") == item()


# --- bases and routes ------------------------------------------------------------------------------------------


def test_a_basis_is_entered_corrected_repealed_and_lists_what_stands_on_it(desk: Client) -> None:
    text = {"name": "黑龙江省林木采伐规定", "level": "provincial_regulation", "mark": "excerpt"}
    new = reverse("workbench:catalog-basis-new")
    assert desk.post(new, {**text, "acting_on": "省人大公告第1号"}).status_code == 302
    row = LegalBasis.objects.get(name=text["name"])
    edit = reverse("workbench:catalog-basis-edit", args=[row.code])
    assert desk.post(edit, {**text, "mark": "verified", "acting_on": "核对原文"}).status_code == 302
    assert "已核对原文" in get(desk, "catalog-basis", row.code)
    wrong = {**text, "effective_from": "2026-05-01", "effective_until": "2026-04-01", "acting_on": "x"}
    assert "早于" in errors(desk.post(edit, wrong))["effective_until"][0]

    repeal = reverse("workbench:catalog-basis-repeal", args=["aqscf"])
    law = LegalBasis.objects.get(code="aqscf")
    standing = sum(len(group.rows) for group in standing_on(law, today()))
    assert standing and f"现有 {standing} 处以它为依据" in desk.get(repeal).content.decode()
    done = desk.post(repeal, {"effective_until": tomorrow(-1), "acting_on": "主席令第9号"}, follow=True)
    page = done.content.decode()
    assert "这件依据已经失效" in page and "安全生产严重失信主体名单" in page and "限制任职" in page
    assert "主席令第9号" in page and f"失效后仍被引用 {standing} 处" in get(desk, "catalog-bases")


def test_routes_are_added_and_ended_on_their_page(desk: Client) -> None:
    url = reverse("workbench:catalog-routes", args=["ggsy"])
    unit = people.agency("hg-fagai")
    data = {
        "agency": unit.pk,
        "route": "utility",
        "effective_from": today(),
        "acting_on": "鹤信用办〔2026〕20号",
    }
    found = errors(desk.post(url, data))
    assert "route" in found and "agreement" in found
    assert desk.post(url, data | {"route": "city"}).status_code == 302
    row = ProviderRoute.objects.get(item_code="ggsy", agency=unit)
    end = reverse("workbench:catalog-route-end", args=[row.pk])
    assert "last_day" in errors(desk.post(end, {"last_day": tomorrow(-1), "acting_on": "x"}))
    assert desk.post(end, {"last_day": tomorrow(), "acting_on": "鹤信用办〔2026〕21号"}).status_code == 302
    assert f"至{cdate(tomorrow())}" in get(desk, "catalog-routes", "ggsy")


# --- what a page costs ---------------------------------------------------------------------------------------------


def _count(client: Client, name: str, *args: object, query: str = "") -> int:
    get(client, name, *args, query=query)
    with CaptureQueriesContext(connection) as caught:
        get(client, name, *args, query=query)
    return len(caught)


def test_queries_do_not_grow_with_the_catalog(desk: Client, keeper: Officer, draft: EditionDraft) -> None:
    pages: list[tuple[str, tuple[object, ...], str]] = [
        ("catalog", (), ""),
        ("catalog-editions", (), ""),
        ("catalog-compare", (), "?old=national-2022&new=national-2024"),
        ("catalog-item", ("xzcf",), ""),
        ("catalog-routes", ("xzcf",), ""),
        ("catalog-bases", (), ""),
        ("catalog-basis", ("xzcff",), ""),
        ("catalog-draft", (draft.pk,), ""),
        ("catalog-draft-item", (draft.pk, "slgh"), ""),
    ]
    before = {name: _count(desk, name, *args, query=query) for name, args, query in pages}
    other = services.open_draft(officer=keeper, level="provincial_supplement", head=head("hzbg-2021-31"))
    more = [replace(item(f"x{number}"), basis="xzcff") for number in range(8)]
    other = services.replace_items(
        officer=keeper, draft_id=other.pk, version=1, items=[*content.load(other.items), *more]
    )
    services.publish(officer=keeper, draft_id=other.pk, version=other.version, on=today())
    items = [*content.load(draft.items), *(item(f"y{number}") for number in range(8))]
    services.replace_items(officer=keeper, draft_id=draft.pk, version=draft.version, items=items)
    after = {name: _count(desk, name, *args, query=query) for name, args, query in pages}
    assert after == before
    assert max(before.values()) <= 30, before
