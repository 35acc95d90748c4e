"""Database triggers that refuse to change or delete rows of append-only tables, on both engines.

Beside them latches: boolean columns that nobody can switch off again once they are on. Triggers are
re-created after every `migrate`: SQLite rebuilds tables and drops them silently. `verify` checks that they
are there. A trigger body names only its own table, except that of a shut parent (`takes_no_more`), which
SQLite loses before a `migrate` and gets back after it: it cannot rebuild a table that others name.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=type[models.Model])


class Rule(NamedTuple):
    """What is frozen about one table.

    unique: column groups by which an INSERT OR REPLACE could push an old row out (SQLite).
    when: SQL condition on OLD that makes a row frozen, empty for every row.
    erasable: text columns of a frozen row that may still be emptied, and nothing else: identity values.
    """

    model: type[models.Model]
    unique: tuple[tuple[str, ...], ...]
    when: str = ""
    erasable: tuple[str, ...] = ()


class Latch(NamedTuple):
    """A boolean column that can be switched on and never off."""

    model: type[models.Model]
    field: str

    @property
    def name(self) -> str:
        """The name of its trigger."""
        return f"{self.model._meta.db_table}_{self.field}_stays"


class Shut(NamedTuple):
    """Rows of a model cannot join a parent once a column of it is set."""

    model: type[models.Model]
    parent: str
    when_set: str

    @property
    def name(self) -> str:
        """The name of its trigger."""
        return f"{self.model._meta.db_table}_{self.parent}_takes_no_more"


_rules: dict[type[models.Model], Rule] = {}
_latches: list[Latch] = []
_shut: list[Shut] = []


def append_only(
    *, unique: Sequence[Sequence[str]] = (("id",),), when: str = "", erasable: Sequence[str] = ()
) -> Callable[[M], M]:
    """Declare a model append-only; `when` restricts it to rows such as `OLD.state = 'exported'`.

    erasable: columns that erasure may still empty in a frozen row (set to "", everything else unchanged).
    """

    def declare(model: M) -> M:
        _rules[model] = Rule(model, tuple(tuple(group) for group in unique), when, tuple(erasable))
        return model

    return declare


def latch(field: str) -> Callable[[M], M]:
    """Declare a boolean column of a model that nobody can switch off again."""

    def declare(model: M) -> M:
        _latches.append(Latch(model, field))
        return model

    return declare


def takes_no_more(parent: str, *, when_set: str) -> Callable[[M], M]:
    """Declare that no row of a model is inserted under a parent whose column `when_set` is not null."""

    def declare(model: M) -> M:
        _shut.append(Shut(model, parent, when_set))
        return model

    return declare


def rules() -> list[Rule]:
    """Return the declared rules."""
    return list(_rules.values())


def latches() -> list[Latch]:
    """Return the declared latches."""
    return list(_latches)


def shut_parents() -> list[Shut]:
    """Return the declared parents that take no more rows once they are shut."""
    return list(_shut)


def _names(rule: Rule) -> dict[str, str]:
    table = rule.model._meta.db_table
    return {verb: f"{table}_no_{verb}" for verb in ("update", "delete", "truncate", "replace")}


def _only_erases(rule: Rule, same: str) -> str:
    """The SQL condition that an UPDATE does nothing but empty erasable columns; same: null-safe equality."""
    columns = [field.column for field in rule.model._meta.concrete_fields]
    erasable = {rule.model._meta.get_field(name).column for name in rule.erasable}  # type: ignore[union-attr]
    parts = []
    for column in columns:
        unchanged = f'NEW."{column}" {same} OLD."{column}"'
        parts.append(f"({unchanged} OR NEW.\"{column}\" = '')" if column in erasable else unchanged)
    return " AND ".join(parts)


def _update_condition(rule: Rule, same: str) -> str:
    """When an UPDATE of a row is refused; empty for always."""
    parts = [f"({rule.when})"] if rule.when else []
    if rule.erasable:
        parts.append(f"NOT ({_only_erases(rule, same)})")
    return " AND ".join(parts)


def _held(rule: Rule, group: tuple[str, ...]) -> str:
    columns = [rule.model._meta.get_field(name).column for name in group]  # type: ignore[union-attr]
    same = " AND ".join(f'held."{column}" = NEW."{column}"' for column in columns)
    frozen = f" AND ({rule.when.replace('OLD.', 'held.')})" if rule.when else ""
    table = rule.model._meta.db_table
    return f'EXISTS (SELECT 1 FROM "{table}" AS held WHERE {same}{frozen})'  # noqa: S608 our own names


def _sqlite_statements(rule: Rule) -> list[str]:
    table, names = rule.model._meta.db_table, _names(rule)
    statements = [f'DROP TRIGGER IF EXISTS "{name}"' for name in names.values()]
    for verb, refused in (("update", _update_condition(rule, "IS")), ("delete", rule.when)):
        condition = f" WHEN {refused}" if refused else ""
        statements.append(
            f'CREATE TRIGGER "{names[verb]}" BEFORE {verb.upper()} ON "{table}"{condition} '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    taken = " OR ".join(_held(rule, group) for group in rule.unique)
    statements.append(
        f'CREATE TRIGGER "{names["replace"]}" BEFORE INSERT ON "{table}" WHEN {taken} '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
    return statements


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION jalon_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _postgres_statements(rule: Rule) -> list[str]:
    table, names = rule.model._meta.db_table, _names(rule)
    statements = [_POSTGRES_FUNCTION]
    refused = {"update": _update_condition(rule, "IS NOT DISTINCT FROM"), "delete": rule.when}
    for verb, row in (("update", True), ("delete", True), ("truncate", False)):
        condition = f" WHEN ({refused[verb]})" if refused.get(verb) else ""
        statements += [
            f'DROP TRIGGER IF EXISTS "{names[verb]}" ON "{table}"',
            (
                f'CREATE TRIGGER "{names[verb]}" BEFORE {verb.upper()} ON "{table}" '
                f"FOR EACH {'ROW' if row else 'STATEMENT'}{condition if row else ''} "
                "EXECUTE FUNCTION jalon_append_only()"
            ),
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{names[verb]}"',
        ]
    return statements


_POSTGRES_LATCH = """
CREATE OR REPLACE FUNCTION jalon_latch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% cannot be switched off', TG_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _latch_statements(latched: Latch, vendor: str) -> list[str]:
    table, column = latched.model._meta.db_table, latched.model._meta.get_field(latched.field).column  # type: ignore[union-attr]
    on, name = f'BEFORE UPDATE ON "{table}"', latched.name
    condition = f'OLD."{column}" AND NOT NEW."{column}"'
    if vendor == "postgresql":
        return [
            _POSTGRES_LATCH,
            f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
            f'CREATE TRIGGER "{name}" {on} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION jalon_latch()',
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
        ]
    refusal = f"SELECT RAISE(ABORT, '{name} cannot be switched off')"
    return [
        f'DROP TRIGGER IF EXISTS "{name}"',
        f'CREATE TRIGGER "{name}" {on} WHEN {condition} BEGIN {refusal}; END',
    ]


def _shut_statements(shut: Shut, vendor: str) -> list[str]:
    """On PostgreSQL the parent is locked: whoever closes it waits, and who waited sees it closed."""
    link = shut.model._meta.get_field(shut.parent)
    parent = link.related_model._meta  # type: ignore[union-attr]
    column = parent.get_field(shut.when_set).column  # type: ignore[union-attr]
    key, link_column = parent.pk.column, link.column  # type: ignore[union-attr]
    table, said = shut.model._meta.db_table, f"{shut.name}: {parent.db_table} is shut"
    run = f'EXECUTE FUNCTION "jalon_{shut.name}"()'
    if vendor == "postgresql":
        return [
            f'''
            CREATE OR REPLACE FUNCTION "jalon_{shut.name}"() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE shut_at text;
            BEGIN
                SELECT "{column}"::text INTO shut_at FROM "{parent.db_table}"
                WHERE "{key}" = NEW."{link_column}" FOR SHARE;
                IF shut_at IS NOT NULL THEN
                    RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$''',  # noqa: S608 our own names
            f'DROP TRIGGER IF EXISTS "{shut.name}" ON "{table}"',
            f'CREATE TRIGGER "{shut.name}" BEFORE INSERT ON "{table}" FOR EACH ROW {run}',
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{shut.name}"',
        ]
    closed = (
        f'SELECT 1 FROM "{parent.db_table}" AS parent '  # noqa: S608 our own names
        f'WHERE parent."{key}" = NEW."{link_column}" AND parent."{column}" IS NOT NULL'
    )
    return [
        f'DROP TRIGGER IF EXISTS "{shut.name}"',
        (
            f'CREATE TRIGGER "{shut.name}" BEFORE INSERT ON "{table}" WHEN EXISTS ({closed}) '
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        ),
    ]


def step_aside(connection: BaseDatabaseWrapper) -> None:
    """Drop, before a `migrate` on SQLite, the triggers that would keep it from rebuilding another table."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for shut in _shut:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{shut.name}"')


def install(connection: BaseDatabaseWrapper) -> None:
    """(Re-)create the triggers of every declared table that exists in the database."""
    tables = set(connection.introspection.table_names())
    make = _postgres_statements if connection.vendor == "postgresql" else _sqlite_statements
    statements = [
        statement for rule in rules() if rule.model._meta.db_table in tables for statement in make(rule)
    ]
    for latched in latches():
        if latched.model._meta.db_table in tables:
            statements += _latch_statements(latched, connection.vendor)
    for shut in shut_parents():
        if shut.model._meta.db_table in tables:
            statements += _shut_statements(shut, connection.vendor)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that should be in the database and are not (or are disabled)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'")
            absent = "replace"
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            absent = "truncate"
        present = {name for (name,) in cursor.fetchall()}
    wanted = {name for rule in rules() for verb, name in _names(rule).items() if verb != absent}
    wanted |= {latched.name for latched in latches()} | {shut.name for shut in shut_parents()}
    return sorted(wanted - present)
