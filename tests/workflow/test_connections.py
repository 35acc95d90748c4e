"""How the product speaks to its database."""

import pytest
from django.db import connection


@pytest.mark.parametrize(("setting", "value"), [("jit", "off"), ("random_page_cost", "1.1")])
def test_a_connection_plans_queries_for_pages(db, setting, value):
    """Only PostgreSQL compiles for longer than it reads, and reads whole tables for the rows of a page."""
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}" if connection.vendor == "postgresql" else f"SELECT '{value}'")
        assert cursor.fetchone() == (value,)
