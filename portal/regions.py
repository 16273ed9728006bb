"""Names of the area codes within Hegang (GB/T 2260), for filters and for showing where a subject is registered."""

from typing import Final

REGIONS: Final[dict[str, str]] = {
    "230400": "鹤岗市",
    "230402": "向阳区",
    "230403": "工农区",
    "230404": "南山区",
    "230405": "兴安区",
    "230406": "东山区",
    "230407": "兴山区",
    "230421": "萝北县",
    "230422": "绥滨县",
}


def region_name(code: str) -> str:
    """The name of an area of Hegang, "" for any other code."""
    return REGIONS.get(code, "")
