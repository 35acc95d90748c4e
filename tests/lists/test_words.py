"""Words inside titles are found through an index where the database can have one."""

import pytest

CHOSEN = """
from django.http import QueryDict
from applications.filters import ApplicationFilters
from applications.models import Application
from django.db import connection
filters = ApplicationFilters(QueryDict("q=coop"), queryset=Application.objects.all())
connection.cursor().execute("SET enable_seqscan = off")
print(filters.qs.order_by().explain())
"""
WITHOUT_THE_EXTENSION = """
from importlib import import_module
from django.db import connection
migration = import_module("applications.migrations.0002_words_found_by_trigrams")
migration.EXTENSION = "CREATE EXTENSION there_is_none"
with connection.schema_editor() as editor:
    migration.drop_index(None, editor)
    migration.make_index(None, editor)
"""
INDEXES = "SELECT count(*) FROM pg_indexes WHERE indexname = 'application_by_words'"


@pytest.mark.postgres
def test_a_search_asks_the_index_and_not_every_title(real_database):
    plan = real_database("postgres").manage("shell", "--verbosity", "0", "-c", CHOSEN).stdout
    assert plan.count("application_by_words") == 2, plan  # title, organisation


@pytest.mark.postgres
def test_a_server_without_the_extension_looks_through_titles_as_before(real_database):
    database = real_database("postgres")
    assert database.rows(INDEXES) == [(1,)]
    database.manage("shell", "--verbosity", "0", "-c", WITHOUT_THE_EXTENSION)
    assert database.rows(INDEXES) == [(0,)]
