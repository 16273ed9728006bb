"""A row of any item, made from its field definitions alone, as an agency would fill it in for a company."""

from datetime import date, timedelta

from agencies.models import Agency
from catalog.choices import FieldRole, FieldType, Required
from catalog.models import CatalogItem, FieldDefinition
from catalog.selectors import in_force, providers
from common.clock import today
from tests.factories import invented_uscc


def item_today(code: str) -> CatalogItem:
    return CatalogItem.objects.select_related("basis", "document_kind").get(in_force(today()), code=code)


def provider_of(code: str) -> Agency:
    """A unit with a route for the item, of the city where there is one."""
    units = [route.agency for route in providers(code, today())]
    return min(units, key=lambda unit: (unit.level != "city", unit.code != "hg-shijian", unit.pk))


def valid_row(item: CatalogItem, agency: Agency, number: int, **changes: str) -> dict[str, str]:
    """Every field the item asks for, by code."""
    row = {field.code: _value(field, agency, number) for field in item.fields.all()}
    if "CF_NR_FK" in row:
        row["CF_NR_FK"] = "0.2"
    return {code: value for code, value in (row | changes).items() if value}


def _value(field: FieldDefinition, agency: Agency, number: int) -> str:
    day = today() - timedelta(days=10)
    by_role = {
        FieldRole.SUBJECT_NAME: f"鹤岗市青松岭{number}号商贸有限公司",
        FieldRole.SUBJECT_KIND: "法人及非法人组织",
        FieldRole.SUBJECT_USCC: invented_uscc(number),
        FieldRole.REPRESENTATIVE: "王守仁",
        FieldRole.DOCUMENT_NUMBER: f"鹤测〔{day.year}〕{number}号",
        FieldRole.DECISION_DATE: day.isoformat(),
        FieldRole.VALID_UNTIL: date(day.year + 1, day.month, 1).isoformat(),
        FieldRole.AUTHORITY_NAME: agency.name,
        FieldRole.AUTHORITY_USCC: agency.uscc,
        FieldRole.SOURCE_NAME: agency.name,
        FieldRole.SOURCE_USCC: agency.uscc,
        FieldRole.PENALTY_TYPES: "罚款",
    }
    if field.role in by_role:
        return by_role[FieldRole(field.role)]
    if field.required != Required.YES:
        return ""
    match field.type:
        case FieldType.CODE | FieldType.CODES:
            return str(field.values[0])
        case FieldType.DATE:
            return day.isoformat()
        case FieldType.DECIMAL:
            return "1"
        case FieldType.USCC:
            return agency.uscc
    return (field.example or "按文书填写")[: field.max_length or 50]
