"""No two lead coaches of an enterprise overlap: the database itself refuses, on both engines.

PostgreSQL has an exclusion constraint (a number is a range of one number, so that no extension is needed);
SQLite has triggers. Both are made again after every migration, because rebuilding a table drops triggers.
"""

from typing import Any

from django.db import connections

TABLE = "followup_caseloadassignment"
NAME = "followup_leads_do_not_overlap"
FAR = "'9999-12-31'"
_OTHER = f"""
    NEW.role = 'lead' AND EXISTS (
        SELECT 1 FROM {TABLE} AS other
        WHERE other.enterprise_id = NEW.enterprise_id AND other.role = 'lead' AND other.id IS NOT NEW.id
        AND other.valid_from <= coalesce(NEW.valid_until, {FAR})
        AND coalesce(other.valid_until, {FAR}) >= NEW.valid_from
    )
"""  # noqa: S608  constants of this module
EXCLUDE = f"""
    ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist (
        int8range(enterprise_id, enterprise_id, '[]') WITH &&,
        daterange(valid_from, valid_until, '[]') WITH &&
    ) WHERE (role = 'lead')
"""


def install(using: str = "default", **_signal: Any) -> None:
    """Make the constraint where it is missing; receiver of `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(EXCLUDE)
            return
        for moment in ("INSERT", "UPDATE"):
            name = f"{NAME}_{moment.lower()}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {moment} ON {TABLE} WHEN {_OTHER}"
                " BEGIN SELECT RAISE(ABORT, 'two lead coaches overlap'); END"
            )
