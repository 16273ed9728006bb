"""Packages for a reporting system that takes files (填报系统): a folder out, a receipt back.

    <folder>/out/<batch id>/   one table per item and action (.csv in UTF-8 with BOM and .xlsx), manifest.json last
    <folder>/in/<batch id>.json   the receipt: {"results": [{"event_id", "status", "code", "reason"}]}

The manifest names every file with its rows and SHA-256 and is signed with HMAC-SM3; a package without it is not whole.
Tables are written beside their place and moved there, so that nobody picks up half a package. The same batch is
written once; while no receipt is there, the batch waits and is asked for again.
"""

import csv
import hashlib
import io
import json
import shutil
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from django.utils import timezone

from common.text_workbook import write_texts
from province import signing
from province.formats import Parcel
from province.models import PushTarget
from province.sources import WireEvent
from province.transport import Attempt
from records.intake.rejections import safe

NAME: Final = "package"
TITLE: Final = "文件交换（CSV、Excel 数据包）"
SUBSCRIBERS: Final = False
_LEADING: Final = ("event_id", "object_id", "action", "item", "ends", "published_until")
_ASK_AGAIN: Final = timedelta(minutes=1)
_MAX_RECEIPT: Final = 4 * 1024 * 1024


def usable(address: str, secret: str) -> bool:
    folder = _folder(address)
    return bool(secret) and folder is not None and folder.is_dir()


def deliver(target: PushTarget, parcel: Parcel, *, address: str, secret: str) -> Attempt:
    folder = _folder(address)
    if folder is None or not folder.is_dir():
        return Attempt(None, error="交换目录不存在")
    try:
        receipt = folder / "in" / f"{parcel.batch_id}.json"
        if receipt.exists():
            return _read(receipt)
        _write(folder / "out" / parcel.batch_id, parcel, secret)
    except OSError as failure:
        return Attempt(None, error=f"交换目录无法读写（{failure.strerror}）")
    return Attempt(None, error="数据包已放入交换目录，等候回执", wish=_ASK_AGAIN)


def _folder(address: str) -> Path | None:
    """An address of this format is an absolute folder: file:///srv/exchange/province."""
    path = Path(address.removeprefix("file://"))
    return path if address.startswith("file://") and path.is_absolute() else None


def _read(receipt: Path) -> Attempt:
    raw = receipt.read_bytes()[: _MAX_RECEIPT + 1]
    if len(raw) > _MAX_RECEIPT:
        return Attempt(200, error="回执过大，无法读取")
    try:
        return Attempt(200, answer=orjson.loads(raw))
    except orjson.JSONDecodeError:
        return Attempt(200, error="回执不是正确的 JSON")


def _write(place: Path, parcel: Parcel, secret: str) -> None:
    if place.exists():
        return
    half = place.with_name(f".{place.name}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True, mode=0o750)
    files = []
    for name, rows in _tables(parcel.events).items():
        for suffix, content in (("csv", _csv(rows)), ("xlsx", _xlsx(rows))):
            (half / f"{name}.{suffix}").write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            files.append({"name": f"{name}.{suffix}", "rows": len(rows) - 1, "sha256": digest})
    manifest = json.dumps(
        {
            "batch_id": parcel.batch_id,
            "schema": parcel.schema,
            "made_at": timezone.now().isoformat(),
            "events": len(parcel.events),
            "files": files,
            "ledger_head": parcel.head,
        },
        ensure_ascii=False,
    ).encode()
    (half / "manifest.json").write_bytes(manifest)
    signed = signing.headers(secret, manifest, now=timezone.now().timestamp())
    (half / "manifest.sig").write_text(json.dumps(signed))
    half.replace(place)


def _tables(events: Sequence[WireEvent]) -> dict[str, list[list[str]]]:
    """Header and rows per item; withdrawals, which carry no contents, in a table of their own."""
    opened: dict[str, list[tuple[WireEvent, dict[str, Any]]]] = defaultdict(list)
    for event in events:
        contents = orjson.loads(orjson.dumps(event["payload"])) if event["payload"] is not None else {}
        name = str(event["kind"]) if contents else "withdraw"
        opened[name].append((event, contents))
    return {name: _table(rows) for name, rows in sorted(opened.items())}


def _table(rows: list[tuple[WireEvent, dict[str, Any]]]) -> list[list[str]]:
    fields = sorted({key for _, contents in rows for key in contents} - {*_LEADING, "provider"})
    table = [[*_LEADING, "provider", *fields]]
    for event, contents in rows:
        known: dict[str, Any] = {**contents, "item": event["kind"], **event}
        provider = contents.get("provider") or {}
        cells = [known.get(name) for name in _LEADING]
        cells += [provider.get("uscc"), *(contents.get(name) for name in fields)]
        table.append([_text(cell) for cell in cells])
    return table


def _text(value: object) -> str:
    """As a spreadsheet may safely open it: a text that looks like a formula gets an apostrophe."""
    if value is None:
        return ""
    return safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    write_texts(out, "数据", rows)
    return out.getvalue()
