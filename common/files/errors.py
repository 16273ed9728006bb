"""Why a file as a whole is not taken: a stable code, the sentence that names what is wrong, the HTTP status."""

from typing import Final

from common.problems import FieldProblem, Problem

_STATUS: Final = {
    "file_empty": 400,
    "file_too_large": 413,
    "file_unreadable": 415,
    "file_encoding_unknown": 415,
    "file_type_not_allowed": 415,
}


class FileRefused(Problem):
    """Nothing of the file was taken."""

    def __init__(self, code: str, detail: str) -> None:
        status = _STATUS.get(code, 422)
        super().__init__(status, code, detail, errors=[FieldProblem("/file", code, detail)])


def no_rows() -> FileRefused:
    """A table of a header alone. Whoever sent it should hear so at once, not find a batch that is done with nothing."""
    return FileRefused("file_empty", "文件只有表头，没有一行数据，请填好后重新上传")
