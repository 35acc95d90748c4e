"""Writing many computed rows in one statement, for tables that are filled thousands of rows at a time.

Rows come as plain tuples: no instance is made, no signal is sent and no default is filled in. For rows that
belong to a record just made in the same transaction; never for records with a machine. PostgreSQL reads them
as one stream: an INSERT for each took three times as long.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router

PLAIN = {
    models.ForeignKey,
    models.IntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.FloatField,
    models.CharField,
}
"""Fields whose values are written as they are."""


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows. names: of every field but the key, those of relations with `_id`; rows: their values.

    Raises ValueError when a field is missing or unknown.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    if set(fields) != set(names):
        raise ValueError(f"{model.__name__} needs {sorted(set(fields) ^ set(names))}")
    wanted = [fields[name] for name in names]
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in wanted)
    places = ", ".join(["%s"] * len(wanted))
    odd = [(place, field) for place, field in enumerate(wanted) if type(field) not in PLAIN]
    prepared = [list(row) for row in rows]
    for row in prepared:
        for place, field in odd:
            row[place] = field.get_db_prep_save(row[place], connection)
    if not prepared:
        return
    into = f"{quote(model._meta.db_table)} ({columns})"
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as stream:
                for row in prepared:
                    stream.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", prepared)  # noqa: S608 - names of our own
