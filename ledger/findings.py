"""What a verification can find, as data."""

from typing import Final, NamedTuple

SENTENCES: Final[dict[str, str]] = {
    "block_missing": "第 {ref} 号区块不存在，区块编号不连续",
    "block_range": "第 {ref} 号区块的起止序号与上一区块不衔接",
    "block_link": "第 {ref} 号区块记载的上一区块哈希与上一区块不符",
    "block_hash": "第 {ref} 号区块的哈希与其内容不符，区块被改动",
    "block_root": "第 {ref} 号区块的记录或操作说明与默克尔根不符，内容被改动",
    "position_gap": "第 {ref} 号区块应有的记录序号不连续，记录被删除或被插入",
    "context_missing": "第 {ref} 号记录的操作说明不存在",
    "event_outside": "第 {ref} 号记录不在任何区块内，未经封存而直接写入",
    "witness_mismatch": "第 {ref} 号区块与外部留存的哈希不符，或者已被截去",
    "row_changed": "{table}第 {ref} 号的现有内容与账本最后一次登记不符，绕过账本被改动",
    "row_missing": "{table}第 {ref} 号在账本中有登记，现已不存在，绕过账本被删除",
    "row_unrecorded": "{table}第 {ref} 号在账本中没有登记，绕过账本被写入",
    "row_more": "{table}另有 {ref} 条不符，未逐条列出",
    "table_missing": "账本登记的数据表{table}不存在",
    "table_untracked": "数据表{table}应当纳入账本，但尚未纳入",
    "capture_off": "数据表{table}的留痕触发器缺失或者被停用",
    "guard_off": "账本表{table}的防改动触发器缺失或者被停用",
}


class Finding(NamedTuple):
    """One contradiction. `ref` is an object id, block number or position as the sentence says; None for whole tables."""

    kind: str
    table: str
    ref: int | None
    sentence: str


def finding(kind: str, ref: int | None = None, *, table: str = "ledger_event", label: str = "") -> Finding:
    """Build the finding; `label` is what people call the table."""
    name = f"“{label or table}”"
    return Finding(kind, table, ref, SENTENCES[kind].format(ref=ref, table=name))
