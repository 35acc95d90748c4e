"""How the product speaks to its database."""

from django.db import connection


def test_a_connection_runs_queries_without_compiling_them_first(db):
    """Only PostgreSQL would: for longer than it reads, where pages ask much of many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit" if connection.vendor == "postgresql" else "SELECT 'off'")
        assert cursor.fetchone() == ("off",)
