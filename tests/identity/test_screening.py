"""Screening by exact identifier: of a merged subject either code finds what stands under any of its rows."""

import pytest

from records.identity import services
from tests.identity.samples import BASIS, OLD_CODE, chief, merged, new_row, old_row
from tests.sanctions.samples import Window, make_entry

pytestmark = pytest.mark.django_db


def test_both_codes_find_the_entry_of_the_old_row_until_the_merge_is_undone() -> None:
    kept, other = new_row(), old_row()
    entry, window = make_entry(other), Window()

    def asked() -> dict[str, str]:
        answer = window.ask({"新": {"uscc": kept.uscc}, "旧": {"uscc": OLD_CODE}})
        assert answer.status_code == 200, answer.content.decode()
        return {key: one["status"] for key, one in answer.json()["results"].items()}

    assert asked() == {"新": "clear", "旧": "hit"}
    change = merged(kept, other)
    assert asked() == {"新": "hit", "旧": "hit"}
    found = window.one(kept)
    assert [one["id"] for one in found["entries"]] == [entry.public_id]
    services.undo_change(officer=chief(), change_id=change.pk, reason="文书有误", basis=BASIS)
    assert asked() == {"新": "clear", "旧": "hit"}
