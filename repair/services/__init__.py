"""State changes of repair and objections: filed, handled, decided; rules kept; commitments found untrue."""

from repair.services.deciding import Verdict, decide
from repair.services.false_commitments import record_false_commitment
from repair.services.filing import Filed, Filing, Paper, file_case
from repair.services.handling import (
    accept,
    acknowledge,
    decline,
    extend,
    fetch_material,
    hand_over,
    return_once,
    supplement,
    withdraw,
)
from repair.services.omissions import Claim
from repair.services.reading import ReadingRefused, own_purpose, read_material
from repair.services.reorganisation import complete_reorganisation
from repair.services.rule_keeping import (
    MaterialText,
    RuleText,
    change_objection_rule,
    change_rule,
    end_material,
    require_material,
)

__all__ = [
    "Claim",
    "Filed",
    "Filing",
    "MaterialText",
    "Paper",
    "ReadingRefused",
    "RuleText",
    "Verdict",
    "accept",
    "acknowledge",
    "change_objection_rule",
    "change_rule",
    "complete_reorganisation",
    "decide",
    "decline",
    "end_material",
    "extend",
    "fetch_material",
    "file_case",
    "hand_over",
    "own_purpose",
    "read_material",
    "record_false_commitment",
    "require_material",
    "return_once",
    "supplement",
    "withdraw",
]
