"""Files and papers for tests, made through the product's own door."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import kinds
from documents.filing import store
from documents.models import Document, Paper
from documents.papers import PaperContext, issue_paper
from documents.sheet import Amount, Block, Facts, Letterhead, Sheet
from tests.documents import friendly
from workflow.actors import System

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
CLERK = System("clerk")
_numbers = count(61_001)  # as in `tests/worlds/programmes.py`


def dossier(name: str = "") -> Group:
    """Some record that may own files; a model of a floor below all owners of the product."""
    return Group.objects.create(name=name or f"Dossier {next(_numbers)}")


def upload(name: str = "photo.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    """What a browser sends."""
    return SimpleUploadedFile(name, friendly.picture() if data is None else data)


def filed(owner: Any, *, name: str = "photo.jpg", data: bytes | None = None, **more: Any) -> Document:
    """A file kept for `owner`."""
    given = {"kind": "photo", "actor": CLERK, "at": NOON, **more}
    return store(upload(name, data), owner=owner, **given)


def sheet(language: str = "fr", title: str = "Reçu", name: str = "Fatima Canary") -> Sheet:
    """A small paper with a name and an amount in it."""
    head = Letterhead("Association d'appui", "Appel 2026", ["12, avenue Al-Abtal, Rabat"])
    blocks: list[Block] = [
        Amount("Reçu la somme de", "14 000,00 MAD", "quatorze mille dirhams"),
        Facts([("Bénéficiaire", name)]),
    ]
    return Sheet(title, language, head, blocks, place="Rabat")


def register_receipt() -> None:
    """Make the kind of paper known that these tests issue."""
    kinds.register("test_receipt", title="Receipt of the tests", prefix="TEST")


def issued(subject: Any, *, kind: str = "test_receipt", language: str = "fr", **more: Any) -> Paper:
    """A paper about `subject`, numbered and kept."""
    register_receipt()

    def build(context: PaperContext) -> bytes:
        return context.render(sheet(language))

    given = {"stream": "case:7", "actor": CLERK, "at": NOON, "build": build, **more}
    return issue_paper(kind, subject=subject, language=language, **given)
