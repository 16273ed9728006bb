"""Fields that nearly every item has: the subject, the authority and the source. The same blocks as the reference items."""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from catalog.choices import SubjectKind
from catalog.content import FieldContent
from common.rows import read_rows

_FILE: Final = Path(__file__).with_name("reference") / "blocks.toml"
BLOCKS: Final = {
    "subject": "主体信息",
    "subject_full": "主体信息（双公示标准全部代码）",
    "source": "认定机关与数据来源",
}
_PLAIN: Final = {"required": "yes", "exposure": "shown", "type": "text"}


@cache
def blocks() -> dict[str, list[dict[str, Any]]]:
    """Definitions by name of the block, as the file has them."""
    return {name: read_rows(_FILE, name) for name in BLOCKS}


def fitted(
    definitions: list[dict[str, Any]], prefix: str, subject_kinds: Collection[str]
) -> Iterator[dict[str, Any]]:
    """Definitions with the prefix in the place of @, without those for classes of subjects the item does not have."""
    words = {str(SubjectKind(kind).label) for kind in subject_kinds}
    for definition in definitions:
        if definition.get("only_for") not in (None, *subject_kinds):
            continue
        columns = _PLAIN | _with_prefix(
            {name: value for name, value in definition.items() if name != "only_for"}, prefix
        )
        if columns.get("role") == "subject_kind":
            columns["values"] = [value for value in columns["values"] if value in words]
        yield columns


def block_fields(name: str, prefix: str, subject_kinds: Collection[str]) -> tuple[FieldContent, ...]:
    """The fields of a block for an item. KeyError for a block that does not exist."""
    return tuple(
        FieldContent(
            **{
                **columns,
                "values": tuple(columns.get("values", ())),
                "conditions": tuple(columns.get("conditions", ())),
            }
        )
        for columns in fitted(blocks()[name], prefix, subject_kinds)
    )


def _with_prefix(value: Any, prefix: str) -> Any:
    """`value` with @ replaced in every text in it (codes, and the codes that conditions name)."""
    if isinstance(value, str):
        return prefix + value[1:] if value.startswith("@_") else value
    if isinstance(value, list):
        return [_with_prefix(part, prefix) for part in value]
    if isinstance(value, dict):
        return {key: _with_prefix(part, prefix) for key, part in value.items()}
    return value
