"""G4 over the columns of a chunk: who decided and who hands in are this agency or a unit below it (谁产生、谁负责、谁提供), and
stand there by the name registered for their code. Pure; by distinct pair of name and code.
"""

import re
from collections import Counter
from typing import Final

from catalog.choices import FieldRole
from common.text import normalise_name
from records.rules.columns import Checked, Problems
from records.rules.facts import Facts

_ROLES: Final = (
    (FieldRole.AUTHORITY_NAME, FieldRole.AUTHORITY_USCC),
    (FieldRole.SOURCE_NAME, FieldRole.SOURCE_USCC),
)
_CITY: Final = re.compile(r"(?:黑龙江省)?鹤岗市(?=.)")
_REMEMBERED: Final = 10_000
_SHOWN: Final = 40  # characters of a name as written


def _short(name: str) -> str:
    """Compared form of a unit's name without the city before it, as documents of the city often write it."""
    compared = normalise_name(name)
    found = _CITY.match(compared)
    return compared[found.end() :] if found else compared


class Providers:
    """Judges chunk after chunk of one hand-in; a pair of name and code is looked at once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        counted = Counter(map(_short, facts.unit_names.values()))
        self._by_name = {normalise_name(name): code for code, name in facts.unit_names.items()}
        # A short name that two units share stands for neither.
        self._by_short = {
            short: code for code, name in facts.unit_names.items() if counted[short := _short(name)] == 1
        }
        self._registered: dict[tuple[str, str], str | None] = {}

    def check(self, checked: dict[str, Checked], size: int, problems: Problems) -> None:
        """Refuse foreign codes, and names that are another unit's than their code. Any other name is replaced by the
        registered one, so that nobody appears under a name of his own making and every channel names a unit alike."""
        if len(self._registered) > _REMEMBERED:
            self._registered.clear()
        for name_role, code_role in _ROLES:
            name_field = self._facts.layout.roles.get(name_role)
            code_field = self._facts.layout.roles.get(code_role)
            # an item without the column: the record becomes this agency's
            codes = [self._facts.own_uscc] * size if code_field is None else checked[code_field]
            distinct = set(codes)
            self._codes(code_role, codes, distinct, problems)
            if name_field is not None:
                checked[name_field] = self._names(name_field, checked[name_field], codes, distinct, problems)

    def _codes(self, role: str, codes: Checked, distinct: set[str | None], problems: Problems) -> None:
        for code in distinct - self._facts.own_units - {"", None}:
            unit = self._facts.unit_names.get(code or "")
            sender = f"请由“{unit}”报送" if unit else "请核对代码，并由作出决定的单位报送"
            detail = f"{self._facts.layout_label(role)}{code}不是本单位或者本单位的下级单位，{sender}"
            field = self._facts.layout.roles[role]
            problems.where((one == code for one in codes), "provider_not_authorised", field, detail)

    def _names(
        self, field: str, names: Checked, codes: Checked, distinct: set[str | None], problems: Problems
    ) -> Checked:
        """The column of names, as registered."""
        # mostly one unit hands in: its code need not be paired with every row
        only = next(iter(distinct)) if len(distinct) == 1 else None
        pairs = {(name, only) for name in set(names)} if only else set(zip(names, codes, strict=True))
        renamed: dict[tuple[str | None, str | None], str] = {}
        for pair in pairs:
            name, code = pair
            if name is None or code is None or (code and code not in self._facts.own_units):
                continue
            if (registered := self._name_of(name, code)) is None:
                where = (one == pair for one in zip(names, codes, strict=True))
                detail = self._refusal(field, name, code)
                problems.where(where, "provider_not_authorised", field, detail)
            elif registered != name:
                renamed[pair] = registered
        if not renamed:
            return names
        return [renamed.get(pair, pair[0]) for pair in zip(names, codes, strict=True)]

    def _name_of(self, name: str, code: str) -> str | None:
        """The registered name a stated one stands for beside this code; None where it is another unit's."""
        pair = name, code
        if pair not in self._registered:
            self._registered[pair] = self._found(name, code)
        return self._registered[pair]

    def _found(self, name: str, code: str) -> str | None:
        """An office within a unit or an old name is nobody else's: the code says who it is."""
        units = self._facts.unit_names
        if not name:
            return units[code] if code else name
        other = self._unit_of(name)
        if code:
            return units[code] if other in ("", code) else None
        # an item may leave the code out: then it is no unit that has to hand in by itself
        if not other:
            return name
        return units[other] if other in self._facts.own_units else None

    def _unit_of(self, name: str) -> str:
        """The code of the unit that goes by this name, however the city is written before it."""
        return self._by_name.get(normalise_name(name)) or self._by_short.get(_short(name), "")

    def _refusal(self, field: str, name: str, code: str) -> str:
        facts, other = self._facts, self._unit_of(name)
        label = next(one.label for one in facts.layout.fields if one.code == field)
        unit = facts.unit_names[other]
        if not code:
            return f"{label}“{name[:_SHOWN]}”不是本单位或者本单位的下级单位，请由“{unit}”报送"
        registered = facts.unit_names[code]
        said = f"{label}“{name[:_SHOWN]}”与代码{code}不符，该代码登记的单位是“{registered}”，请填写“{registered}”"
        if other in facts.own_units:
            return f"{said}；是“{unit}”的，请把代码改为{other}"
        return f"{said}；是“{unit}”的，请由该单位报送"
