"""Compared forms of names and headers, search grams and sort keys. Pure and fast: imports call this per row.

The sort key is stored pinyin, because not every PostgreSQL has an ICU collation. pypinyin serves as a table of
readings only: its own segmentation costs 0.2 ms a name, the longest-phrase walk below a few microseconds.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

import orjson

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2065)], None
)
_NAME = (
    _INVISIBLE
    | dict.fromkeys(map(ord, "[{〔【〖〘"), "(")
    | dict.fromkeys(map(ord, "]}〕】〗〙"), ")")
    | dict.fromkeys(map(ord, "•・‧∙⋅"), "·")
)
_HEADER = _NAME | dict.fromkeys(map(ord, "*※"), None)


def normalise_name(text: str) -> str:
    """Compared form of a name: NFKC, upper case, brackets as ( ), one kind of middle dot, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_NAME).upper().split())


def normalise_names(names: Sequence[str]) -> list[str]:
    """The same of many (none with a NUL), at once: the calls cost more than the characters."""
    joined = unicodedata.normalize("NFKC", "\0".join(names)).translate(_NAME).upper()
    return "".join(joined.split()).split("\0")


def bigrams(name: str) -> list[str]:
    """Distinct character pairs of the normalised name in order of appearance; a single character gives itself."""
    return bigrams_of(normalise_name(name))


def bigrams_of(name: str) -> list[str]:
    """The same of a name that is normalised already."""
    if len(name) < 2:
        return [name] if name else []
    return list(dict.fromkeys(map(add, name, name[1:])))


def normalise_header(text: str) -> str:
    """Compared form of a column header: as for names, without the asterisk of required columns and end colons."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_HEADER).upper().split()).rstrip(":")


# --- pinyin --------------------------------------------------------------------------------------------

# Readings that a name takes where the dictionary lists another one first.
_CHARACTERS = {
    "长": "chang", "厂": "chang", "大": "da", "会": "hui", "合": "he", "石": "shi", "省": "sheng", "都": "du",
    "乐": "le", "朝": "chao", "车": "che", "行": "xing", "重": "zhong", "广": "guang", "区": "qu", "市": "shi",
    "场": "chang", "种": "zhong", "调": "diao", "传": "chuan", "单": "dan", "六": "liu", "曾": "zeng", "和": "he",
}  # fmt: skip
_PLACES = {
    "单县": "shan xian", "六安": "lu an", "六合": "lu he", "台州": "tai zhou", "天台": "tian tai", "丽水": "li shui",
    "乐清": "yue qing", "乐亭": "lao ting", "东阿": "dong e", "洪洞": "hong tong", "浚县": "xun xian",
    "铅山": "yan shan", "番禺": "pan yu", "大埔": "da bu", "尉犁": "yu li", "尉氏": "wei shi", "亳州": "bo zhou",
    "歙县": "she xian", "黟县": "yi xian", "莘县": "shen xian", "蔚县": "yu xian", "解州": "hai zhou",
    "盱眙": "xu yi", "厦门": "xia men", "重庆": "chong qing", "长春": "chang chun", "长乐": "chang le", "长子县": "zhang zi xian",
    "涡阳": "guo yang", "枞阳": "zong yang", "渑池": "mian chi", "泌阳": "bi yang", "中牟": "zhong mu",
    "牟平": "mu ping", "巴音郭楞": "ba yin guo leng", "吐鲁番": "tu lu fan", "珲春": "hun chun",
    "桦川": "hua chuan", "讷河": "ne he", "穆棱": "mu ling", "绥棱": "sui ling", "绥芬河": "sui fen he",
    "勃利": "bo li", "阿城": "a cheng", "朝阳": "chao yang", "行政": "xing zheng", "银行": "yin hang",
    "商行": "shang hang", "车行": "che hang", "电器行": "dian qi hang", "药行": "yao hang", "总行": "zong hang",
    "分行": "fen hang", "支行": "zhi hang", "行业": "hang ye", "音乐": "yin yue", "会计": "kuai ji",
    "大夫": "dai fu", "重工": "zhong gong", "重型": "zhong xing", "便宜": "pian yi",
}  # fmt: skip
_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "朴": "piao", "盖": "ge",
    "任": "ren", "翟": "zhai", "缪": "miao", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun",
    "乐": "yue", "员": "yun", "召": "shao", "种": "chong", "繁": "po", "覃": "qin", "冼": "xian", "纪": "ji",
    "宁": "ning", "折": "she", "逄": "pang", "令狐": "ling hu", "单于": "chan yu", "澹台": "tan tai",
}  # fmt: skip
_TITLES = {
    "省长",
    "市长",
    "区长",
    "县长",
    "州长",
    "院长",
    "厂长",
}  # inside a name they are two words: 鹤岗市长乐商店
_LONGEST_PHRASE = 4
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[0-9A-Z]+")


def _toneless(reading: str) -> str:
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in parts if not unicodedata.combining(char))


class _Readings(NamedTuple):
    characters: dict[str, str]  # character → toneless syllable
    phrases: dict[str, str]  # phrases that read otherwise than their characters → syllables
    lengths: dict[str, tuple[int, ...]]  # first character of a phrase → lengths to try, longest first


def _dictionary(name: str) -> dict[str, Any]:
    """A dictionary of pypinyin from its file: whoever imports the library keeps all of it in memory, some 50 MB."""
    spec = find_spec("pypinyin")
    assert spec is not None and spec.submodule_search_locations is not None
    file = Path(spec.submodule_search_locations[0], f"{name}.json")
    words: dict[str, Any] = orjson.loads(file.read_bytes())
    return words


@cache
def _readings() -> _Readings:
    """The tables behind `pinyin_key`, built from pypinyin's dictionaries on first use (0.2 s, once a process)."""
    toneless = cache(_toneless)
    characters = {
        chr(int(code)): toneless(readings.split(",")[0])
        for code, readings in _dictionary("pinyin_dict").items()
    } | _CHARACTERS
    phrases: dict[str, str] = {}
    for phrase, syllables in _dictionary("phrases_dict").items():
        if len(phrase) <= _LONGEST_PHRASE and len(phrase) == len(syllables):
            reading = [toneless(syllable[0]) for syllable in syllables]
            if reading != [characters.get(char) for char in phrase]:
                phrases[phrase] = " ".join(reading)
    phrases = {phrase: reading for phrase, reading in phrases.items() if phrase not in _TITLES} | _PLACES
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return _Readings(
        characters, phrases, {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
    )


def pinyin_key(name: str) -> str:
    """Sort key of a name: toneless syllables and lower-case words, separated by spaces (鹤岗 → "he gang").

    Names of up to three ideographs, and those with a compound surname, read their surname as surnames are read.
    """
    return pinyin_of(normalise_name(name))


def pinyin_of(name: str) -> str:
    """The same of a name that is normalised already."""
    characters, phrases, lengths = _readings()
    surname = _surname(name)
    key = [_SURNAMES[surname]] if surname else []
    position, end = len(surname), len(name)
    while position < end:
        char = name[position]
        for length in lengths.get(char, ()):
            if (reading := phrases.get(name[position : position + length])) is not None:
                key.append(reading)
                position += length
                break
        else:
            if (reading := characters.get(char)) is not None:
                key.append(reading)
                position += 1
            else:
                position = _unread(name, position, key)
    return " ".join(key)


def _unread(name: str, position: int, key: list[str]) -> int:
    """Add what stands at a place without a reading; returns the place behind it."""
    if (word := _WORD.match(name, position)) is not None:
        key.append(word[0].lower())
        return word.end()
    if _IDEOGRAPH.match(name[position]):
        key.append(name[position])  # no known reading: sorts behind all that have one
    return position + 1


def _surname(name: str) -> str:
    """The surname that a person's name of two to four ideographs would begin with, if it reads unlike the word."""
    if not 2 <= len(name) <= 4 or name in _PLACES:
        return ""
    return name[:2] if name[:2] in _SURNAMES else name[0] if name[0] in _SURNAMES and len(name) <= 3 else ""
