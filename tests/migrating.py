"""Historical models made with less work, for the one time the tests' template is migrated: 4 instead of 13 processor seconds.

Django makes every class of a migration's state anew whenever a model is added to it, and takes each field apart for it again.
A new model has nobody who refers to it yet, so it is enough to make its class beside the others, as when the platform starts;
a field of a state never changes, so what it was taken apart into holds; and indexes and constraints concern their own model alone. So does a field that refers to nothing and that nothing refers to: Django
puts off making anew whoever is related to those around it, and makes all of them before somebody reads or writes rows; here it puts
off those around it as well. The schema that results is the same, line by line.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field

_plain_add = ProjectState.add_model
_plain_find = ProjectState._find_reload_model


@contextmanager
def quick_states() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Field, "clone", _clone)
        patch.setattr(ProjectState, "add_model", _add_model)
        patch.setattr(ProjectState, "_find_reload_model", _find_reload_model)
        patch.setattr(ProjectState, "_append_option", _append_option)
        patch.setattr(ProjectState, "_remove_option", _remove_option)
        yield


def _clone(field: Field) -> Field:
    if "_taken_apart" not in field.__dict__:
        field._taken_apart = field.deconstruct()
    _, _, args, kwargs = field._taken_apart
    return type(field)(*args, **kwargs)


def _add_model(state: ProjectState, model: ModelState) -> None:
    apps = state.__dict__.pop("apps", None)  # what is not there is not made anew
    _plain_add(state, model)
    if apps is not None:
        state.__dict__["apps"] = apps
        apps.render_multiple([model])


def _find_reload_model(
    state: ProjectState, app: str, model: str, delay: bool = False
) -> set[tuple[str, str]]:
    if not delay:
        return _plain_find(state, app, model, delay)
    state.is_delayed = True
    return {(app, model)}


def _append_option(state: ProjectState, app: str, model: str, option: str, added: Any) -> None:
    _set_option(state, app, model, option, [*state.models[app, model].options[option], added])


def _remove_option(state: ProjectState, app: str, model: str, option: str, name: str) -> None:
    left = [one for one in state.models[app, model].options[option] if one.name != name]
    _set_option(state, app, model, option, left)


def _set_option(state: ProjectState, app: str, model: str, option: str, rows: list[Any]) -> None:
    """Indexes and constraints are no attributes of a class: nobody who refers to the model need be made anew."""
    state.models[app, model].options[option] = rows
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app, model)._meta, option, list(rows))
