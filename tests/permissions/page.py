"""docs/who-can-read-what.md, written from the tables that the permission matrix proves."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils import translation

from programmes.predicates import Role
from tests.permissions import tables
from tests.permissions.matrix import EVERYBODY, MEMBERS, NOBODY, SIGNED_IN, SYSTEM, Who, every_url
from workflow.machines import machine_of_kind

TARGET = Path(settings.BASE_DIR) / "docs" / "who-can-read-what.md"

HEAD = """\
# Who can read what

Generated from the tables in `tests/permissions/` by `scripts/who_can_read_what.py`. The permission matrix
tries every line of this page, as every kind of person, at every run of the tests; a test fails when the page
is stale.

## How it is decided

- **A role is held in one programme.** "coach" below means a coach *of the record's programme*; a coach of
  the programme next door finds nothing. "own" means: the record is that person's, or assigned to them.
- **A published programme that is shown to the public** can be read by everybody, with its published calls.
  The tables are about everything else.
- **Two roles give what each of them gives**, and nothing more. Where two roles must not meet (the four
  signatures of a payment, a juror and his cousin), a guard says so on the record itself.
- **What one may not see does not exist**: the same answer, byte for byte, as for an address that was never
  there. A visitor who is not signed in is asked to sign in, whether the record exists or not.
- **Roles are read at every request.** Who loses a role loses the page at the next click.
- **Staff sign in with a second factor.** The demonstration relaxes this and says so on every page.
- Lists, pages, fragments, files, exports and the API ask the same rules (`rules.py` of each package, the
  `visible_to` of each model).

## The system administrator

In the product, a system administrator (`is_superuser`) sets programmes up and invites others. The account
opens no application, no identity, no mark and no payment: the rules give a superuser nothing that is not
listed below, and nobody becomes one but by another's invitation or on the server.

On the server it is otherwise, and no software can change that: whoever holds **both** the database and the
environment with its keys can read identities. Identities are encrypted under keys that are not in the
database, so a copy of the database alone shows none; event trails are chained and checked against
checkpoints kept elsewhere, so history cannot be rewritten unseen. Give the two to two people; `SECURITY.md`
says more.
"""


def page() -> str:
    """The whole page."""
    with translation.override("en"):
        return "\n".join([HEAD, *_records(), *_verbs(), *_pages()]).rstrip() + "\n"


def _records() -> Iterator[str]:
    yield "## Records: whose lists hold them\n"
    yield "| record | held by |\n|---|---|"
    for line in sorted(tables.SEES, key=lambda line: line.kind):
        yield f"| {_name(line.kind)} (`{line.kind}`) | {in_words(line.who)} |"
    yield ""


def _verbs() -> Iterator[str]:
    yield "## Changes: who may make them\n"
    yield "The state and the guards decide when; this table says who.\n"
    yield "| record | change | who |\n|---|---|---|"
    for line in sorted(tables.ACTS, key=lambda line: (line.kind, line.verb)):
        arrow = next(arrow for arrow in machine_of_kind(line.kind).arrows if arrow.verb == line.verb)
        yield f"| {_name(line.kind)} | {arrow.label} (`{line.verb}`) | {in_words(line.who)} |"
    yield ""


def _pages() -> Iterator[str]:
    paths = {name: path for name, path, _pattern in every_url()}
    yield "## Pages\n"
    yield "| page | address | read by | sent by |\n|---|---|---|---|"
    for line in sorted(tables.ROWS, key=lambda line: (paths[line.name], line.of)):
        reads, posts = (in_words(who) if who else "" for who in (line.reads, line.posts))
        yield f"| `{line.name}` | `/{_plain(paths[line.name])}` | {reads} | {posts} |"
    yield ""


def in_words(who: Who) -> str:
    """A list of stands as a person would read it."""
    if who.text in (EVERYBODY, SIGNED_IN, NOBODY):
        return {EVERYBODY: "everybody", SIGNED_IN: "whoever is signed in", NOBODY: "nobody"}[who.text]
    words = who.words()
    for suffix, where in (("", "of the programme"), ("@any", "of any programme")):
        members = {f"{role}{suffix}" for role in MEMBERS}
        missing = sorted(members - set(words))
        if len(missing) <= 3:
            but = f" but {', '.join(map(_in_words, missing))}" if missing else ""
            others = [_in_words(word) for word in words if word not in members]
            return ", ".join([f"every role {where}{but}", *others])
    return ", ".join(dict.fromkeys(map(_in_words, words)))


def _in_words(word: str) -> str:
    if word.startswith("#"):
        return "the person concerned"
    if word == SYSTEM:
        return "the system"
    role, _, relation = word.partition("@")
    label = str(Role(role).label) if role in MEMBERS else role.replace("_", " ")
    suffix = {"own": " (own)", "any": " of any programme", "conflicted": " in conflict", "same": " (others')"}
    return label + suffix.get(relation, "")


def _name(kind: str) -> str:
    return str(apps.get_model(kind)._meta.verbose_name).capitalize()


def _plain(path: str) -> str:
    return path.replace("|", "\\|").replace("^", "").replace("\\Z", "").rstrip("$")
