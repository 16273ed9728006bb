"""The peer: django-import-export in bulk mode with the same checks, written the way its documentation shows.

One row at a time, as the library works: `before_import_row` checks the row, `before_save_instance` completes the record.
It gets the clean rows only, because one duplicate inside a file makes its bulk mode lose the whole file.
"""

import hashlib
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from import_export import fields, resources, widgets

from agencies.models import Agency
from catalog.models import CatalogItem
from catalog.publication import Regime, window
from catalog.selectors import regimes
from common.identifiers import document_problem, is_placeholder_uscc, uscc_problem
from common.masking import mask_name
from common.text import bigrams, normalise_name, pinyin_key
from records.contents import seal_record, seal_subject
from records.intake.reference import regime_facts
from records.models import CreditRecord, Subject
from records.rules.subjects import person_key

_REQUIRED = ("CF_XDR_MC", "CF_XDR_LB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_JDRQ", "CF_CFJG", "CF_CFJGDM")  # fmt: skip
_LENGTHS = {
    "CF_XDR_MC": 200,
    "CF_WSH": 128,
    "CF_WFXW": 2000,
    "CF_SY": 5000,
    "CF_YJ": 2048,
    "CF_NR": 4000,
    "BZ": 512,
}
_KINDS = {"法人及非法人组织": "organisation", "自然人": "person", "个体工商户": "self_employed"}
_SECRET = ("CF_FR_ZJHM", "CF_XDR_ZJHM")


class PenaltyResource(resources.ModelResource):
    document_number = fields.Field(attribute="document_number", column_name="CF_WSH")
    decision_date = fields.Field(
        attribute="decision_date", column_name="CF_JDRQ", widget=widgets.DateWidget("%Y-%m-%d")
    )
    effective_date = fields.Field(
        attribute="effective_date", column_name="CF_JDRQ", widget=widgets.DateWidget("%Y-%m-%d")
    )
    authority_name = fields.Field(attribute="authority_name", column_name="CF_CFJG")
    authority_uscc = fields.Field(attribute="authority_uscc", column_name="CF_CFJGDM")

    class Meta:
        model = CreditRecord
        fields = ("document_number", "decision_date", "effective_date", "authority_name", "authority_uscc")
        import_id_fields = ()
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        force_init_instance = True
        use_transactions = True

    def __init__(self, agency: Agency) -> None:
        super().__init__()
        self.agency = agency
        self.items = list(CatalogItem.objects.filter(code="xzcf").order_by("effective_from"))
        self.types = set(self.items[-1].fields.get(code="CF_CFLB").values)
        self.regimes: list[Regime] = list(map(regime_facts, regimes()))
        self.subjects: dict[str, Subject] = {}

    def before_import_row(self, row: dict[str, str], **kwargs: Any) -> None:
        problems = [name for name in _REQUIRED if not row[name].strip()]
        problems += [name for name, limit in _LENGTHS.items() if len(row[name]) > limit]
        if row["CF_XDR_LB"] not in _KINDS:
            problems.append("CF_XDR_LB")
        problems += [kind for kind in row["CF_CFLB"].split(";") if kind not in self.types]
        if "罚款" in row["CF_CFLB"] and not float(row["CF_NR_FK"] or 0) > 0:
            problems.append("CF_NR_FK")
        code = row["CF_XDR_SHXYM"]
        if code and not is_placeholder_uscc(code) and uscc_problem(code):
            problems.append("CF_XDR_SHXYM")
        problems += [name for name in ("CF_CFJGDM", "CF_SJLYDM") if uscc_problem(row[name])]
        if row["CF_XDR_LB"] == "自然人" and document_problem(row["CF_XDR_ZJLX"], row["CF_XDR_ZJHM"]):
            problems.append("CF_XDR_ZJHM")
        if row["CF_FR_ZJHM"] and document_problem(row["CF_FR_ZJLX"], row["CF_FR_ZJHM"]):
            problems.append("CF_FR_ZJHM")
        if row["适用程序"] != "普通程序" or row["轻微情形"] != "无":
            problems.append("适用程序")
        if problems:
            raise ValidationError(problems)

    def before_save_instance(self, instance: CreditRecord, row: dict[str, str], **kwargs: Any) -> None:
        instance.item = next(
            one for one in reversed(self.items) if one.effective_from <= instance.decision_date
        )
        instance.item_code, instance.provider, instance.channel = "xzcf", self.agency, "file"
        instance.document_kind = "行政处罚决定书"
        instance.subject = self._subject(row)
        text = f"xzcf|{instance.document_number}|{instance.subject.key}|{instance.authority_uscc}"
        instance.fingerprint = hashlib.sha256(text.encode()).digest()[:16]
        filled = {name: value for name, value in row.items() if value and name.startswith(("CF_", "BZ"))}
        secret = {name: filled.pop(name) for name in _SECRET if name in filled}
        if instance.subject.kind == "person":
            secret |= {name: filled.pop(name) for name in ("CF_XDR_MC", "CF_SY", "CF_NR") if name in filled}
        instance.data = filled
        instance.secret = seal_record(secret, instance.fingerprint) if secret else None
        self._ends(instance, row)

    def _ends(self, instance: CreditRecord, row: dict[str, str]) -> None:
        sectors = frozenset(self.agency.sectors)
        found = window(instance.decision_date, frozenset(row["CF_CFLB"].split(";")), sectors, self.regimes)
        instance.regime_id, instance.tier_id = found.regime_id, found.tier_id
        instance.minimum_until, instance.shared_until, instance.used_until = (
            found.minimum_until,
            found.ends,
            found.ends,
        )
        instance.published_until = None if instance.subject.kind == "person" else found.published_until

    def _subject(self, row: dict[str, str]) -> Subject:
        kind, name = _KINDS[row["CF_XDR_LB"]], row["CF_XDR_MC"]
        if kind == "person":
            key = person_key(row["CF_XDR_ZJLX"], row["CF_XDR_ZJHM"])
        elif is_placeholder_uscc(row["CF_XDR_SHXYM"]):
            key = f"reg:{row['CF_XDR_GSZC']}"
        else:
            key = f"uscc:{row['CF_XDR_SHXYM']}"
        if key not in self.subjects:
            values: dict[str, Any] = {"kind": kind, "shown_name": mask_name(name), "secret": None}
            if kind == "person":
                values["secret"] = seal_subject({"name": name, "document": row["CF_XDR_ZJHM"]}, key)
            else:
                values |= {
                    "name": name,
                    "shown_name": name,
                    "normal_name": normalise_name(name),
                    "grams": bigrams(name),
                }
                values |= {"pinyin": pinyin_key(name), "uscc": key.partition("uscc:")[2]}
            self.subjects[key] = Subject.objects.get_or_create(key=key, defaults=values)[0]
        return self.subjects[key]


class DefaultResource(PenaltyResource):
    """The same without the options of the bulk mode, as the library comes."""

    class Meta(PenaltyResource.Meta):
        use_bulk = False
        skip_diff = False
        force_init_instance = False


def import_csv(text: str, agency: Agency, *, defaults: bool = False) -> int:
    """Import a CSV; returns the number of records. Raises when the library reports an error."""
    dataset = tablib.Dataset().load(text, format="csv")
    return _import(dataset, (DefaultResource if defaults else PenaltyResource)(agency))


def import_xlsx(content: bytes, agency: Agency) -> int:
    dataset = tablib.Dataset().load(content, format="xlsx")
    texts = tablib.Dataset(
        *[["" if cell is None else str(cell) for cell in row] for row in dataset], headers=dataset.headers
    )
    return _import(texts, PenaltyResource(agency))


def _import(dataset: tablib.Dataset, resource: PenaltyResource) -> int:
    result = resource.import_data(dataset, raise_errors=True)
    if result.has_errors() or result.has_validation_errors():
        raise RuntimeError(f"the peer refused rows: {result.totals}")
    return int(result.totals["new"])
