"""An attempt against one lock of the database, past the product: how it is written down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from tests.worlds.disbursements import MoneyWorld

Find = Callable[[MoneyWorld], Any]


@dataclass(frozen=True)
class Breach:
    """An attempt that one lock refuses; `act` gets the world."""

    lock: str
    act: Callable[[MoneyWorld], Any]


def set_on(model: type[Model], find: Find, **changes: Any) -> Find:
    """Change a row past the product."""

    def act(money: MoneyWorld) -> Any:
        given = {name: value(find(money)) if callable(value) else value for name, value in changes.items()}
        return model._base_manager.filter(pk=find(money).pk).update(**given)

    return act


def copy_of(find: Find, **changes: Any) -> Find:
    """Insert a row once more, changed."""

    def act(money: MoneyWorld) -> Any:
        row = find(money)
        for name, value in changes.items():
            given = value(row) if callable(value) else value
            if name == "state":  # protected against everything but its transitions
                row.__dict__[name] = given
            else:
                setattr(row, name, given)
        row.pk = None
        row._state.adding = True
        row.save(force_insert=True)

    return act
