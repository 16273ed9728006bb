"""Whatever officers do to the catalog, in whatever order: its invariants hold on every day."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agencies.models import Officer
from catalog import content, selectors, services
from catalog.models import CatalogEdition, EditionDraft
from catalog.rules.bases import suffices
from catalog.services.bases import BasisText
from common.clock import today
from common.gates import Refused
from tests.catalog.conftest import head, item, tomorrow
from tests.examples import examples

pytestmark = pytest.mark.django_db
_LEVELS = st.sampled_from(["national", "provincial", "provincial_supplement", "city"])
_BASES = st.sampled_from(["xzcff", "hlj-shxytl", "zjl-44", "gbf-2020-49", "jcml-2024", "hzbg-2021-31"])
_CODES = st.sampled_from(["aa", "bb", "xzcf", "ggsy"])
_DAYS = st.integers(-1, 6)


class Officers(RuleBasedStateMachine):
    """Any sequence of services; refusals are part of it. Every run is a transaction that rolls back."""

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.undo = True

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.keeper = Officer.objects.get(username="authority-hg-yingshang")

    def attempt(self, action: object, **kwargs: object) -> None:
        try:
            with transaction.atomic():
                action(officer=self.keeper, **kwargs)  # type: ignore[operator]
        except Refused:
            pass

    def some_draft(self, which: int) -> EditionDraft | None:
        found = list(EditionDraft.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    @rule(level=_LEVELS, basis=_BASES, day=_DAYS, copied=st.booleans())
    def open(self, level: str, basis: str, day: int, copied: bool) -> None:
        wanted = None if copied else [item("cc", basis="", nature="other")]
        self.attempt(services.open_draft, level=level, head=head(basis, tomorrow(day)), items=wanted)

    @rule(which=st.integers(0, 3), code=_CODES, basis=_BASES, nature=st.sampled_from(["dishonest", "other"]), forced=st.booleans())  # fmt: skip
    def put(self, which: int, code: str, basis: str, nature: str, forced: bool) -> None:
        if draft := self.some_draft(which):
            one = item(code, basis=basis, nature=nature)
            where = {"draft_id": draft.pk, "version": draft.version}
            if forced:
                kept = [old for old in content.load(draft.items) if old.code != code]
                self.attempt(services.replace_items, **where, items=[*kept, one])
            else:
                self.attempt(services.put_item, **where, item=one)

    @rule(which=st.integers(0, 3), basis=_BASES, day=_DAYS)
    def revise(self, which: int, basis: str, day: int) -> None:
        if draft := self.some_draft(which):
            where = {"draft_id": draft.pk, "version": draft.version}
            self.attempt(services.revise_draft, **where, head=head(basis, tomorrow(day)))

    @rule(which=st.integers(0, 3))
    def publish(self, which: int) -> None:
        if draft := self.some_draft(which):
            self.attempt(services.publish, draft_id=draft.pk, version=draft.version, on=today())

    @rule(code=_BASES, level=st.sampled_from(["law", "department_rule", "provincial_regulation", "other"]))
    def rank(self, code: str, level: str) -> None:
        text = BasisText(f"{code}（修正）", level, "excerpt")
        self.attempt(services.revise_basis, basis="核对原文", code=code, text=text)

    @rule(code=_BASES, day=_DAYS)
    def repeal(self, code: str, day: int) -> None:
        self.attempt(services.repeal_basis, basis="废止决定", code=code, last_day=tomorrow(day))

    @invariant()
    def one_edition_of_a_level_on_every_day(self) -> None:
        spans = list(
            CatalogEdition.objects.filter(effective_from__lte=tomorrow(9)).values_list(
                "level", "effective_from", "effective_until"
            )
        )
        for day in map(tomorrow, range(-1, 9)):
            levels = [level for level, first, last in spans if first <= day <= (last or date.max)]
            assert len(levels) == len(set(levels)) and "city" not in levels

    @invariant()
    def every_item_in_force_has_a_sufficient_basis(self) -> None:
        for day in (0, 7):
            found = selectors.items(tomorrow(day))
            assert len(found) == len({row.code for row in found})
            for row in found:
                assert suffices(
                    edition_level=row.edition.level,
                    nature=row.nature,
                    basis_level=row.basis.level,
                    of_the_edition=row.basis_id == row.edition.basis_id,
                ), row.code


def test_no_sequence_of_services_breaks_the_catalog(keeper: Officer) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Officers,
        settings=settings(
            max_examples=examples(8),
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert selectors.editions(today()).count() == 3
