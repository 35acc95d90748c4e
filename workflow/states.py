"""State fields and the base of every record that has a machine.

The field can only be written by the door (`workflow/door.py`) and by the bulk loader
(`workflow/history.py`); unlocking is per instance, so that one thread or one failed
refresh never opens the field for others.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, reduce
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMFieldDescriptor, FSMFieldMixin

WAITING, DOING, DONE, BLOCKED, REFUSED, NEUTRAL = (
    "waiting",
    "doing",
    "done",
    "blocked",
    "refused",
    "neutral",
)


class _StateDescriptor(FSMFieldDescriptor):
    def __set__(self, instance: models.Model, value: Any) -> None:
        if instance.__dict__.get("_state_unlocked"):
            instance.__dict__[self.field.name] = self.field.to_python(value)
        else:
            super().__set__(instance, value)


class StateField(FSMField):
    """A protected state: the machine's methods are declared with `workflow.transition`."""

    descriptor_class = _StateDescriptor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("protected", True)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("max_length", 30)
        super().__init__(*args, **kwargs)

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        """Join a model. A table as migrations draw it has no methods: nobody looks for transitions in it.

        Who looks for them is told of every table drawn from then on, and a fresh database draws thousands.
        """
        if cls._meta.apps is apps:
            super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        else:
            models.CharField.contribute_to_class(self, cls, name, private_only=private_only)


class StateModel(ConcurrentTransitionMixin, models.Model):
    """Base of a record with a machine.

    A subclass declares `state = StateField(default=..., choices=State.choices)`, its transitions,
    `MAIN_PATH` (the states of the strip "you are here", in order) and `MEANINGS` (state -> waiting,
    doing, done, blocked, refused or neutral), and the constraint `known_states(...)`. `READ_WITH` names the
    relations that its rules, guards and stream ask for: the door reads them with the row, in one query.
    `READ_APART` names, with what is read with it, a relation that the door reads in a query of its own:
    PostgreSQL plans ten joined tables for longer than it reads them. Where `RELATIONS_STAND`, no consequence
    changes them: a record that changes as one keeps those with which its cause read it, and its row alone is
    read again.
    """

    MAIN_PATH: ClassVar[tuple[str, ...]] = ()
    READ_WITH: ClassVar[tuple[str, ...]] = ()
    READ_APART: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    RELATIONS_STAND: ClassVar[bool] = False
    MEANINGS: ClassVar[Mapping[str, str]] = {}

    state: Any
    state_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def kind(self) -> str:
        """The machine's name in events, for instance `disbursements.grant`."""
        return self._meta.label_lower

    @property
    def stream(self) -> str:
        """The stream that this record's events belong to: its case, else `kind:id`."""
        return f"{self.kind}:{self.pk}"

    @property
    def meaning(self) -> str:
        """What the present state means to a reader, for the badge."""
        return self.MEANINGS.get(self.state, NEUTRAL)

    @property
    def state_word(self) -> str:
        """What the present state is called: `get_state_display` makes all words of the machine each time."""
        return str(state_words(type(self)).get(self.state, self.state))

    @contextmanager
    def _unlocked(self) -> Iterator[None]:
        self.__dict__["_state_unlocked"] = True
        try:
            yield
        finally:
            self.__dict__.pop("_state_unlocked", None)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Re-read the row; the protected field is open for this instance only while it happens."""
        with self._unlocked():
            # FSMModelMixin would unprotect the field for the whole process: step over it.
            models.Model.refresh_from_db(self, *args, **kwargs)
        self._update_initial_state()

    @classmethod
    def rows_to_lock(cls) -> "models.QuerySet[Any]":
        """Return the rows as the door reads them: locked, with what `READ_WITH` and `READ_APART` name."""
        rows = cls._base_manager.select_for_update(of=("self",))
        if cls.READ_APART:
            rows = rows.select_related(None)
        for path, further in cls.READ_APART.items():
            related = reduce(_related_model, path.split("__"), cls)
            apart = related._base_manager.select_related(None).select_related(*further)
            rows = rows.prefetch_related(models.Prefetch(path, apart))
        return rows.select_related(*cls.READ_WITH) if cls.READ_WITH else rows

    @classmethod
    def paths_read(cls) -> tuple[str, ...]:
        """The relations with which the door reads a row, in one query or two."""
        apart = (f"{path}__{more}" for path, further in cls.READ_APART.items() for more in further)
        return (*cls.READ_WITH, *apart)

    def be(self, row: "StateModel") -> None:
        """Be the row as another instance has read it, with its relations; forget whatever else was known."""
        self.__dict__.clear()
        self.__dict__.update(row.__dict__)

    def refresh_row(self, rows: "models.QuerySet[Any]") -> None:
        """Re-read the row alone, out of `rows`; relations that were read stay as they are."""
        relations: list[Any] = [field for field in self._meta.concrete_fields if field.is_relation]
        read = {field: field.get_cached_value(self) for field in relations if field.is_cached(self)}
        self.refresh_from_db(from_queryset=rows.select_related(None).prefetch_related(None))
        for field, related in read.items():
            if getattr(related, "pk", None) == getattr(self, field.attname):
                field.set_cached_value(self, related)

    def clean_fields(self, exclude: Any = None) -> None:
        """Validate fields; Django writes cleaned values back, the state included."""
        with self._unlocked():
            super().clean_fields(exclude=exclude)

    def _update_initial_state(self) -> None:
        # Read from __dict__: a state left out by `.only()` must not cost a query per row.
        self._ConcurrentTransitionMixin__initial_states = {
            name: self.__dict__.get(name) for name in _state_columns(type(self))
        }


def _related_model(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name).related_model


@cache
def _state_columns(model: type[StateModel]) -> tuple[str, ...]:
    """The columns of a model that hold a state: looked for once, every row that is read asks."""
    return tuple(field.attname for field in model._meta.concrete_fields if isinstance(field, FSMFieldMixin))


@cache
def state_words(model: type[models.Model]) -> dict[str, Any]:
    """Return the states of a machine with their words, which speak the language in which they are read."""
    field: Any = model._meta.get_field("state")
    return dict(field.flatchoices)
