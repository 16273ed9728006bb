"""Why a file as a whole is not taken: a stable code, the sentence that names what is wrong, the HTTP status."""

from typing import Final

from common.problems import FieldProblem, Problem

_STATUS: Final = {
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
