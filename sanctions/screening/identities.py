"""Who is asked about: identifiers as they come, the subject keys they stand for, and whether a person's name fits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from common.gates import Refusal, Refused
from common.identifiers import id_number_problem, normalise_code, uscc_problem
from common.text import normalise_name
from records.contents import secret_of_subject
from records.models import Subject
from records.rules.subjects import organisation_key, person_key
from sanctions.clauses import refuse

_FIELDS: Final = frozenset({"uscc", "id_number", "name"})
MAX_KEY: Final = 128
# 工商注册号, the exact identifier before unified codes; no unified code is as short.
_REGISTRATION: Final = re.compile(r"[0-9]{13}|[0-9]{15}").fullmatch


@dataclass(frozen=True, slots=True)
class Identity:
    """One subject asked about. `name` is empty for organisations, in compared form for persons."""

    caller_key: str
    subject_key: str
    name: str = ""

    @property
    def is_person(self) -> bool:
        return bool(self.name)


def read(subjects: Mapping[str, object]) -> list[Identity]:
    """Identities by caller's key, in order. Raises Refused with every problem found, pointing at its key."""
    found: list[Identity] = []
    problems: list[Refusal] = []
    for key, given in subjects.items():
        one = identity(key, given)
        if isinstance(one, Identity):
            found.append(one)
        else:
            problems.append(one)
    if problems:
        raise Refused(*problems)
    return found


def identity(key: str, given: object) -> Identity | Refusal:
    """One subject asked about, or what is wrong with it."""
    pointer = f"/subjects/{key.replace('~', '~0').replace('/', '~1')}"
    if not key or len(key) > MAX_KEY:
        return refuse("field_too_long", f"键应为1至{MAX_KEY}个字符", pointer=pointer[:200])
    if not isinstance(given, Mapping) or not given.keys() <= _FIELDS:
        return refuse(
            "field_required",
            "每个主体只填统一社会信用代码（uscc），或者只填姓名（name）和身份证号码（id_number）",
            pointer=pointer,
        )
    uscc, number, name = (given.get(field, "") for field in ("uscc", "id_number", "name"))
    if not (isinstance(uscc, str) and isinstance(number, str) and isinstance(name, str)):
        return refuse("identifier_invalid", "代码、号码和姓名应为文本", pointer=pointer)
    if uscc and not number:
        code = normalise_code(uscc)
        if _REGISTRATION(code):
            return Identity(key, organisation_key("", code, ()))
        if wrong := uscc_problem(code):
            return refuse("identifier_invalid", wrong, pointer=f"{pointer}/uscc")
        return Identity(key, organisation_key(code, "", ()))
    if number and not uscc:
        return _person(key, normalise_code(number), name, pointer)
    told = "请填写统一社会信用代码（uscc），或者填写姓名（name）和身份证号码（id_number），只填其中一种"
    return refuse("field_required", told, pointer=pointer)


def _person(key: str, number: str, name: str, pointer: str) -> Identity | Refusal:
    if wrong := id_number_problem(number):
        return refuse("identifier_invalid", wrong, pointer=f"{pointer}/id_number")
    if not (compared := normalise_name(name)):
        return refuse("field_required", "查询自然人须同时填写姓名", pointer=f"{pointer}/name")
    return Identity(key, person_key("身份证", number), compared)


def subject_keys(identities: list[Identity]) -> list[str | None]:
    """The key of each subject; None for a person whose name does not fit the number, who is then not known to us.

    One query, and only when persons are among them: their names stand encrypted.
    """
    persons = {one.subject_key for one in identities if one.is_person}
    if not persons:
        return [one.subject_key for one in identities]
    names = {
        subject.key: normalise_name(secret_of_subject(subject).get("name", ""))
        for subject in Subject.objects.filter(key__in=persons).only("key", "secret")
    }
    return [
        one.subject_key if not one.is_person or names.get(one.subject_key) == one.name else None
        for one in identities
    ]
