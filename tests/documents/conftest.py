import pytest

import documents
from documents.readers import unregister_reader


@pytest.fixture
def own_folder_for_bytes(settings):
    """Where this test's files are kept."""
    return settings.MEDIA_ROOT


@pytest.fixture
def readers_of_dossiers():
    """Let a test say who may read the files of `tests.worlds.documents.dossier`."""

    def register(may_read, **rules):
        documents.register_reader("auth.group", may_read, **rules)

    yield register
    unregister_reader("auth.group")


@pytest.fixture
def anna(django_user_model):
    return django_user_model.objects.create_user(email="anna@example.org", full_name="Anna")


@pytest.fixture
def bilal(django_user_model):
    return django_user_model.objects.create_user(email="bilal@example.org", full_name="Bilal")
