"""What is left of personal data when it is shown (脱敏, 【方案】 第4条（2）). Pure.

A mask must not let the value be rebuilt: of an identity number neither birth date nor sequence (the 17th digit
tells the sex) survives; of a name the first character only, so that a two-character surname is not given away
by its length either.
"""

import re

from common.identifiers import id_number_problem, uscc_problem

_STAR = "*"
_HALF_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {
    ord("Ｘ"): ord("X"),
    ord("ｘ"): ord("x"),
    ord("－"): ord("-"),
}
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)", re.ASCII)
# Alternatives in order of precedence: what stays legible, then what looks personal. "number" is any run of ten
# or more digits, grouped or not, that no letter precedes: licence numbers such as JY12304020012345 stay.
_FREE_TEXT = re.compile(
    r"(?P<amount>(?<![\d.])\d[\d,]*(?:\.\d+)?\s*[百千万亿]{0,2}元)"
    r"|(?P<kept>〔\d{4}〕\s*第?\s*\d+\s*号|第\s*[\dA-Za-z-]+\s*号|(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:(?:许可证|证书|执照|文书|决定书|案件|合同|项目|备案)编?号码?|信用代码|注册号|文号|案号)[：:为]?\s*[\dA-Za-z-]+)"
    r"|(?P<mobile>(?<!\d)1[3-9]\d{9}(?!\d))"
    r"|(?P<permit>(?<![\dA-Za-z])(?:[A-Z]\d{8}|E[A-Z]\d{7}|[HM]\d{10})(?![\dA-Za-z]))"
    r"|(?P<number>(?<![\dA-Za-z.])\d(?:[ \u00a0\u3000-]?\d){9,}[Xx]?(?![\dA-Za-z]))",
    re.ASCII,
)


def mask_name(name: str) -> str:
    """Keep the first character: 张三 → 张*, 欧阳建国 → 欧**, 买买提·艾力 → 买**. At most two stars."""
    name = name.strip()
    return name[:1] + _STAR * min(2, max(1, len(name) - 1)) if name else ""


def mask_identifier(number: str) -> str:
    """Keep three characters and the last of a long number, one and the last of a short one; the length stays."""
    number = number.strip()
    if len(number) < 6:
        return _STAR * len(number)
    head = 3 if len(number) >= 15 else 1
    return number[:head] + _STAR * (len(number) - head - 1) + number[-1]


def mask_phone(number: str) -> str:
    """Keep the first three and the last two digits of a telephone number: 138******78."""
    number = number.strip()
    return number[:3] + _STAR * (len(number) - 5) + number[-2:] if len(number) >= 8 else _STAR * len(number)


def mask_text(text: str, secrets: list[str]) -> str:
    """Mask the given personal values wherever they stand in a free text.

    A value with a Chinese character is treated as a name, any other as a number (any letter case). Numbers of
    fewer than six and names of fewer than two characters are left out: they would blot amounts and common words.
    """
    values = {value.strip() for value in secrets}
    wanted = {value for value in values if len(value) >= (6 if value.isascii() else 2)}
    for secret in sorted(wanted, key=len, reverse=True):
        if secret.isascii():
            # most texts hold no number at all, and a pattern for each of thousands costs more than the look
            if secret.casefold() not in text.casefold():
                continue
            text = re.sub(
                re.escape(secret), lambda found: mask_identifier(found[0]), text, flags=re.IGNORECASE
            )
        else:
            text = text.replace(secret, mask_name(secret))
    return text


def mask_long_digits(text: str) -> str:
    """Mask what looks like an identity, telephone, document or bank account number in text for the public.

    Document numbers (〔2024〕12号, 第…号, numbers announced as licence or document numbers), amounts, dates and valid
    unified social credit codes stay legible; a valid identity number never does, wherever it stands.
    """
    plain = text.translate(_HALF_WIDTH)
    shown = list(text)  # every mask keeps the length, so positions in plain and shown agree
    for found in _IDENTITY.finditer(plain):
        if id_number_problem(found[0].upper()) is None:
            shown[slice(*found.span())] = mask_identifier(found[0])
    for found in _FREE_TEXT.finditer(plain):
        if found.lastgroup in {"mobile", "permit"} or (
            found.lastgroup == "number" and _is_personal(found[0])
        ):
            shown[slice(*found.span())] = _masked_number(found[0])
    return "".join(shown)


def _is_personal(number: str) -> bool:
    """Any long number except a code that can only be an organisation's."""
    return uscc_problem(number) is not None or id_number_problem(number) is None


def _masked_number(number: str) -> str:
    return mask_phone(number) if len(number) < 15 and number.isdigit() else mask_identifier(number)
