"""Names, headers, grams and sort keys as officers and registers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import bigrams, normalise_header, normalise_name, pinyin_key


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("鹤岗市 兴华（集团）有限公司", "鹤岗市兴华(集团)有限公司"),
        ("鹤岗市兴华〔集团〕有限公司", "鹤岗市兴华(集团)有限公司"),
        ("鹤岗ＡＢＣ【科技】ｃｏ．，ｌｔｄ", "鹤岗ABC(科技)CO.,LTD"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("\ufeff张\u200b三\u3000", "张三"),
        ("", ""),
    ],
)
def test_names_have_one_form(raw: str, expected: str) -> None:
    assert normalise_name(raw) == expected


def test_grams_are_distinct_and_in_order() -> None:
    assert bigrams("鹤岗 鹤岗煤") == ["鹤岗", "岗鹤", "岗煤"]
    assert bigrams("煤") == ["煤"]
    assert bigrams(" ") == []


@given(st.text("鹤岗市煤业有限公司兴华", min_size=2, max_size=20), st.data())
def test_every_two_character_word_of_a_name_is_a_gram(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    assert name[start : start + 2] in bigrams(name)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\ufeff* 行政相对人名称（必填）：", "行政相对人名称(必填)"),
        ("罚款金额 (万元)", "罚款金额(万元)"),
        ("罚款金额（万元）", "罚款金额(万元)"),
        ("cf_wsh ", "CF_WSH"),
        ("＊ＣＦ＿ＷＳＨ", "CF_WSH"),
    ],
)
def test_headers_have_one_form(raw: str, expected: str) -> None:
    assert normalise_header(raw) == expected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("鹤岗市煤业有限公司", "he gang shi mei ye you xian gong si"),
        ("单县建材厂", "shan xian jian cai chang"),
        ("单县", "shan xian"),
        ("单国强", "shan guo qiang"),
        ("尉迟敬国", "yu chi jing guo"),
        ("重庆银行", "chong qing yin hang"),
        ("鹤岗市长乐商店", "he gang shi chang le shang dian"),
        ("长春大夫音乐行业协会", "chang chun dai fu yin yue hang ye xie hui"),
        ("绿源", "lv yuan"),
        ("ABC科技２０", "abc ke ji 20"),
        ("（黑龙江）省·", "hei long jiang sheng"),
        ("\U0003134a", "\U0003134a"),
        ("", ""),
    ],
)
def test_sort_keys_read_names_as_people_do(name: str, key: str) -> None:
    assert pinyin_key(name) == key


@given(st.text(max_size=30))
def test_any_text_has_a_key_without_double_spaces(name: str) -> None:
    key = pinyin_key(name)
    assert key == " ".join(key.split(" ")).strip() and "  " not in key
