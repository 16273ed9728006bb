"""What several interfaces describe alike: the parameters of lists, and the shape of a page."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from common.pagination import MAX_LIMIT

CURSOR: Final = OpenApiParameter("cursor", str, description="上一页返回的 next_cursor")
LIMIT: Final = OpenApiParameter("limit", int, description=f"每页条数，1 至 {MAX_LIMIT}")
ON: Final = OpenApiParameter(
    "on", OpenApiTypes.DATE, description="哪一天有效，格式 YYYY-MM-DD；不填为今天（北京时间）"
)
PAGING: Final = [CURSOR, LIMIT]
DATASET: Final = "x-dataset"


def dataset(*, basis: str, updated: str, persons: str = "不含自然人信息。") -> dict[str, dict[str, str]]:
    """What makes an interface a data set of the public catalogue: `extend_schema(..., extensions=dataset(...))`. Said beside the
    interface and carried in its document; address, fields and rate limit are read from the code."""
    return {DATASET: {"basis": basis, "updated": updated, "persons": persons}}


class FieldProblemSerializer(serializers.Serializer[object]):
    pointer = serializers.CharField(help_text="问题所在：请求内容为 JSON 指针，查询参数为 ?名称")
    code = serializers.CharField(help_text="稳定的错误代码")
    detail = serializers.CharField()
    basis = serializers.CharField(allow_blank=True, help_text="所依据的条款")


class ProblemSerializer(serializers.Serializer[object]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblemSerializer(many=True)  # type: ignore[assignment]


def problem(description: str) -> OpenApiResponse:
    """A documented refusal."""
    return OpenApiResponse(ProblemSerializer, description=description)


REFUSALS: Final = {
    (400, "application/problem+json"): problem("查询参数不认识或者不正确"),
    (429, "application/problem+json"): problem("请求过于频繁"),
}
NOT_FOUND: Final = {(404, "application/problem+json"): problem("没有这项内容，或者已不在公示期内")}


def page_of(name: str, item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of one page of a list."""
    page: serializers.Serializer[Any] = inline_serializer(
        name,
        {
            "items": item(many=True),
            "next_cursor": serializers.CharField(
                allow_null=True, help_text="下一页的游标，没有下一页时为 null"
            ),
        },
    )
    return page
