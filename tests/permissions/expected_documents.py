"""Who may read files and papers."""

from tests.permissions.matrix import EVERYBODY, NOBODY, Pair, World, asks, row, sees
from tests.worlds import documents

ROWS = [
    row("documents:download", NOBODY, of="documents.document", uid="uid"),
    row("documents:preview", NOBODY, of="documents.document", uid="uid", page="=1"),
    row("documents:paper", NOBODY, of="documents.paper", uid="uid"),
    row("documents:paper_copy", NOBODY, of="documents.paper", uid="uid", copy="=1"),
    row("documents:reprint", posts=NOBODY, of="documents.paper", uid="uid"),
    row("documents:verify", EVERYBODY, of="documents.paper", code="code"),
]

SEES = [
    sees("documents.document", NOBODY),
    sees("documents.paper", NOBODY),
]

ASKS = [
    asks("documents.read_file", NOBODY, of="documents.document"),
    asks("documents.reprint_paper", NOBODY, of="documents.paper"),
]


def fill(world: World) -> None:
    """Files of a record whose package lets nobody read them."""
    here, there = documents.dossier("Here"), documents.dossier("There")
    world.objects["documents.document"] = Pair(documents.filed(here), documents.filed(there))
    world.objects["documents.paper"] = Pair(documents.issued(here), documents.issued(there))
