"""What the database knows of its rows: it chooses indexes by how many there are of what.

PostgreSQL counts by itself, but minutes after many rows came; SQLite counts only when it is told to.
"""

from django.db import connection

SAMPLE = 50_000
"""How many rows SQLite looks at in each index: all of most, and never so many that others wait."""


def refresh() -> None:
    """Let the database count its rows again. Safe at any time; writes nothing of ours."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
        cursor.execute("ANALYZE")
