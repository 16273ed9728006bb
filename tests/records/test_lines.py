"""Lines for COPY: what is made by column is what would be made value by value."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from common.privacy import decrypt_bytes
from common.text import bigrams, bigrams_of, normalise_name, normalise_names
from records.intake import lines
from records.intake.binary import texts_of
from records.intake.build import TAIL, Builder, Origin
from records.intake.good_rows import SubjectSeed
from records.intake.subject_lines import SUBJECT_COLUMNS, subject_lines
from records.rules.verdict import Judge
from tests.records.sheets import facts, person

texts = st.text(st.sampled_from('鹤a"\\,\n\t\r\0:{}'), max_size=6)
all_texts = texts | st.text(st.characters(exclude_categories=("Cs",)), max_size=6)


@given(st.lists(st.tuples(all_texts, all_texts, all_texts)))
def test_objects_are_the_dictionaries_of_what_is_filled(rows: list[tuple[str, str, str]]) -> None:
    names = ("CF_XDR_MC", "B2", "_")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    filled = [{name: text for name, text in zip(names, row, strict=True) if text} for row in rows]
    assert lines.objects(columns, len(rows)) == list(map(orjson.dumps, filled))
    assert lines.objects({}, len(rows)) == [b"{}"] * len(rows)


@given(st.lists(texts))
def test_columns_are_escaped_like_their_texts(column: list[str]) -> None:
    assert list(lines.copy_texts(column)) == list(map(lines.copy_text, column))


@given(st.lists(texts))
def test_first_rows(column: list[str]) -> None:
    assert lines.first_rows(column) == {text: column.index(text) for text in column}


@given(st.text(max_size=8))
def test_pairs_of_a_normalised_name(name: str) -> None:
    assert bigrams_of(normalise_name(name)) == bigrams(name)


def test_the_sealed_values_of_a_person_stand_in_the_order_of_the_table() -> None:
    """The digest of the contents is taken over them: in another order the same row would be another one."""
    known = facts()
    columns = {name: [value] for name, value in person(JG="甲局", ZC="").items()}
    verdict = Judge(known).chunk(columns, 1)  # type: ignore[arg-type]
    built = Builder(known, Origin(1, None, "form", "")).build(verdict, [1], [[]])
    cells = dict(zip(TAIL, texts_of(built.tails[0], tuple(TAIL.values())), strict=True))
    sealed = decrypt_bytes(
        bytes.fromhex(str(cells["secret"]).removeprefix("\\x")),
        context=f"record:{built.fingerprints[0].hex()}",
    )
    texts = [one.code for one in known.layout.fields if one.type == "text" and verdict.checked[one.code][0]]
    assert len(texts) > 2
    assert list(orjson.loads(sealed)) == ["ZJHM", *texts]
    assert not orjson.loads(str(cells["data"])).keys() & {"ZJHM", *texts}


names = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=12)


@given(st.lists(names, min_size=1))
def test_names_are_compared_at_once_as_one_by_one(several: list[str]) -> None:
    assert normalise_names(several) == list(map(normalise_name, several))


@given(st.lists(st.tuples(names, st.booleans()), min_size=1))
def test_subjects_are_written_together_as_one_by_one(several: list[tuple[str, bool]]) -> None:
    seeds = {
        f"key:{place}": SubjectSeed("person", name, "", {}, "身份证", "230402199001011234")
        if one
        else SubjectSeed("organisation", name, f"91230400MA{place:08}", {"gszc": name}, "", "")
        for place, (name, one) in enumerate(several)
    }
    together = subject_lines(seeds)
    assert together.keys() == seeds.keys()
    sealed = SUBJECT_COLUMNS.split(", ").index("secret") - 1
    for key, seed in seeds.items():
        alone, line = (lines[key].split("\t") for lines in (subject_lines({key: seed}), together))
        assert len(line) == len(SUBJECT_COLUMNS.split(", ")) - 1
        drawn = {0, sealed}  # the public id and what is sealed differ each time
        assert [cell for place, cell in enumerate(line) if place not in drawn] == [
            cell for place, cell in enumerate(alone) if place not in drawn
        ]
