"""Clauses as the reference data name them."""

from typing import Final

STANDARD: Final = "“双公示”数据标准（发改办财金〔2018〕424号）"
