"""The permission matrix: its words, its rows, and the judge that walks every URL as every person.

A row says who may read or post to one URL; everybody else must be refused: an anonymous visitor is sent to
sign-in (401 for the API), a signed-in one gets 404, the same bytes as for what does not exist. Rows stand in
`expected_<package>.py`, the people and objects in `world.py`. Rows and URLs must match one to one.
"""

import copy
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.test import Client, RequestFactory, override_settings
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rules.permissions import permissions

from programmes.predicates import Role, memberships_of
from workflow import access
from workflow.actors import System
from workflow.machines import machine_of_kind, machines

MEMBERS = tuple(role.value for role in Role)
ROLES = ("applicant", "beneficiary", *MEMBERS)
OUTSIDE_PROGRAMMES = ("system_administrator",)
# own: the record is the person's, or assigned to them. same: in their programme. other: in another one.
# twin: they own the twin record next door. none: of a role that belongs to no programme.
INSIDE = ("own", "same", "conflicted")
OUTSIDE = ("other", "twin", "none")
RELATIONS = (*INSIDE, *OUTSIDE)

# A method that a URL does not take, or takes from anybody, is tried by so many people only.
FEW = 4
# Throttles would stop so many requests of one address; a password given once is too old after five minutes.
# Sessions lie in the cookie: one query less a request.
QUIET = {
    "ACCOUNT_RATE_LIMITS": False,
    "MFA_RATE_LIMITS": False,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 24 * 3600,
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
}
# What a coach elsewhere is to our record, a coach is to its twin: one of the two answers for both. On SQLite
# those elsewhere are asked (they must not read our words either), on PostgreSQL ours.
ELSEWHERE = " elsewhere"
HERE_HALF, ELSEWHERE_HALF = "here", "elsewhere"
EVERY_MEMBER = " ".join(MEMBERS)
EVERYBODY, SIGNED_IN, NOBODY = "everybody", "signed-in", "nobody"
SYSTEM = "system"


@dataclass(frozen=True)
class Somebody:
    """A person of the matrix. `stands` says how they stand to our records, as `role@relation`."""

    label: str
    user: Any
    stands: frozenset[str] = frozenset()

    def standing(self, *, theirs: bool) -> frozenset[str]:
        """How they stand to our record, or to its twin in the other programme."""
        if not theirs:
            return self.stands
        return frozenset(map(_mirrored, self.stands))

    @property
    def is_outsider(self) -> bool:
        """Whether nothing of our programme may reach this person."""
        return all(stand.partition("@")[2] in OUTSIDE for stand in self.stands)


def _mirrored(stand: str) -> str:
    role, _, relation = stand.partition("@")
    seen_from_there = {"none": "none", "other": "same", "twin": "own"}.get(relation, "other")
    return f"{role}@{seen_from_there}"


@dataclass(frozen=True)
class Pair:
    """One record of our programme and its twin in the other one."""

    ours: Any
    theirs: Any


@dataclass
class World:
    """Our programme and the one next door, who is there, and the words that must not leave ours.

    here, there: worlds of `tests/worlds/programmes.py`. objects: pairs by key, the model's label when a
    `sees()` or `act()` is about it.
    """

    here: Any
    there: Any
    people: list[Somebody]
    objects: dict[str, Pair] = field(default_factory=dict)
    canaries: set[str] = field(default_factory=set)

    def user(self, label: str) -> Any:
        """The account of the person with a label."""
        return next(somebody.user for somebody in self.people if somebody.label == label)

    def twins(self, make: Callable[[Any], Any]) -> Pair:
        """A record made of our programme's world, and the same of the other's."""
        return Pair(make(self.here), make(self.there))


@dataclass(frozen=True)
class Who:
    """Who may, in words: `everybody`, `signed-in`, `nobody`, or a list of stands and persons.

    `coach` is a coach of the record's programme whatever the relation, `coach@own` the one it is assigned to,
    `coach@any` one of any programme (for pages about no record), `#coach` the very person of that label
    (`coach elsewhere` for the twin record), `system` the product itself (a due date, a consequence).
    """

    text: str

    def __post_init__(self) -> None:
        for word in self.words():
            role, _, relation = word.partition("@")
            known = role in ROLES + OUTSIDE_PROGRAMMES and relation in ("", "any", *RELATIONS)
            assert known or word == SYSTEM or word.startswith("#"), f"no such stand: {word}"

    @property
    def depends_on_roles(self) -> bool:
        """Whether it tells people apart by what they are."""
        return bool(self.words())

    def words(self) -> list[str]:
        """The stands and persons named."""
        return [] if self.text in (EVERYBODY, SIGNED_IN, NOBODY) else self.text.split()

    def may(self, somebody: Somebody, *, theirs: bool = False) -> bool:
        """Whether the row lets this person in."""
        if self.text in (EVERYBODY, SIGNED_IN):
            return self.text == EVERYBODY or somebody.user is not None
        return any(self.covers(word, somebody, theirs=theirs) for word in self.words())

    @staticmethod
    def covers(word: str, somebody: Somebody, *, theirs: bool = False) -> bool:
        """Whether the person is who the word means."""
        if word.startswith("#"):
            return somebody.label == word[1:].replace("_", " ") + (" elsewhere" if theirs else "")
        role, _, relation = word.partition("@")
        relations = {"": (*INSIDE, "none"), "any": RELATIONS}.get(relation, (relation,))
        held = somebody.standing(theirs=theirs)
        return any(f"{role}@{one}" in held for one in relations)


@dataclass(frozen=True)
class Row:
    """One URL. reads: who gets an answer to GET; posts: to POST (None: the URL takes none)."""

    name: str
    of: str
    reads: Who | None
    posts: Who | None
    kwargs: Mapping[str, Any]
    leads_to_sign_in: bool
    public: bool
    gives: tuple[int, ...]
    set_up: bool = False

    def path(self, record: Any) -> str:
        """The URL about a record; `kwargs` values are attribute paths of it, or plain text after "="."""
        values = {name: _value(record, source) for name, source in self.kwargs.items()}
        return reverse(self.name, kwargs=values)


def row(
    name: str,
    reads: str | None = None,
    /,
    *,
    of: str = "",
    posts: str | None = None,
    leads_to_sign_in: bool = False,
    public: bool = False,
    gives: tuple[int, ...] = (),
    set_up: bool = False,
    **kwargs: str,
) -> Row:
    """Declare who may reach the URL `name`.

    of: key of the world's objects; then each URL argument is an attribute of that record (`pk="pk"`,
    `call="call.pk"`), or a literal after "=" (`purpose="=juror"`).
    leads_to_sign_in: an open page that itself sends some visitors to sign-in.
    public: what it shows may leave the programme, so canaries are allowed.
    gives: other answers that count as being let in.
    set_up: it shows how programmes are set up, which system administrators of no programme may read.
    """
    return Row(
        name=name,
        of=of,
        reads=Who(reads) if reads else None,
        posts=Who(posts) if posts else None,
        kwargs=kwargs,
        leads_to_sign_in=leads_to_sign_in,
        public=public or reads == EVERYBODY,
        gives=gives,
        set_up=set_up,
    )


@dataclass(frozen=True)
class ActRow:
    """One verb of one machine, and who may fire it when the state and the guards allow."""

    kind: str
    verb: str
    who: Who


def act(kind: str, verb: str, who: str) -> ActRow:
    """Declare who may fire a verb. The world's object of that key is `kind`."""
    return ActRow(kind, verb, Who(who))


@dataclass(frozen=True)
class SeesRow:
    """One kind of record, and whose lists hold it."""

    kind: str
    who: Who


def sees(kind: str, who: str) -> SeesRow:
    """Declare whose `visible_to` holds a record of a kind (`programmes.call`), a key of world.objects."""
    return SeesRow(kind, Who(who))


@dataclass(frozen=True)
class AskRow:
    """One rule that views ask by themselves, and who gets yes."""

    rule: str
    of: str
    who: Who


def asks(rule: str, who: str, *, of: str = "") -> AskRow:
    """Declare the answers of a rule that neither a URL's declaration nor a verb names."""
    return AskRow(rule, of, Who(who))


def every_rule_asked_by_a_view() -> set[str]:
    """Every registered rule that no URL declares and no verb has."""
    declared = (access.declared(pattern.callback) for _name, _path, pattern in every_url())
    of_urls = {one.name for one in declared if one}
    of_verbs = {machine.permission(arrow.verb) for machine in machines() for arrow in machine.arrows}
    return set(permissions) - of_urls - of_verbs


def every_url(
    resolver: URLResolver | None = None, names: str = "", prefix: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Yield (full name, path, pattern) of every URL of the product; a nameless one under its path."""
    for child in (resolver or get_resolver()).url_patterns:
        if isinstance(child, URLResolver):
            space = f"{names}{child.namespace}:" if child.namespace else names
            yield from every_url(child, space, prefix + str(child.pattern))
        else:
            path = prefix + str(child.pattern)
            yield (f"{names}{child.name}" if child.name else path), path, child


def every_act() -> set[tuple[str, str]]:
    """Every (kind, verb) that the product's machines declare."""
    ours = [one for one in machines() if not one.model.__module__.startswith("tests.")]
    return {(machine.kind, arrow.verb) for machine in ours for arrow in machine.arrows}


def every_kind() -> set[str]:
    """Every kind of record whose lists are limited by `visible_to`."""
    models = [model for model in apps.get_models() if not model.__module__.startswith("tests.")]
    return {model._meta.label_lower for model in models if hasattr(model._default_manager, "visible_to")}


def half_of_this_engine() -> str:
    """Which of two mirrored people a run on this database asks."""
    return HERE_HALF if connection.vendor == "postgresql" else ELSEWHERE_HALF


class Asker(RequestFactory):
    """Sends requests through the whole product, middleware included, and keeps nothing of them."""

    def __init__(self) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        """Answer one request instead of only making it."""
        made: Any = super().request(**request)
        return self.handler(made.environ)


@contextmanager
def judging(world: World, half: str = "") -> Iterator["Judge"]:
    """A judge of the world, under settings that let one address ask thousands of times.

    half: one of two mirrored people is asked where a URL is about a record (see ELSEWHERE); "": both are.
    """
    with override_settings(**QUIET):
        judge = Judge(world, half)
        with mock.patch.object(auth, "get_user", judge.user_of):
            yield judge


class Judge:
    """Asks every URL as every person and collects what is not as the rows say. Made by `judging`."""

    def __init__(self, world: World, half: str) -> None:
        self.world = world
        self.half = half
        self.asker = Asker()
        self.cookies: dict[str, SimpleCookie] = {}
        self.absent: dict[str, bytes] = {}
        self._users: dict[str, Any] = {}
        self._labels = {somebody.label for somebody in world.people}
        self._patterns = {name: pattern for name, _path, pattern in every_url()}
        for somebody in world.people:
            self.cookies[somebody.label] = _signed_in(somebody.user) if somebody.user else SimpleCookie()
            if somebody.user:
                self._users[str(somebody.user.pk)] = _known(somebody.user)

    def user_of(self, request: Any) -> Any:
        """The account of a session, without the queries for what no request of a judge changes."""
        user = self._users.get(request.session.get(auth.SESSION_KEY, ""))
        return AnonymousUser() if user is None else copy.copy(user)

    def _as_in_a_new_request(self, somebody: Somebody) -> Any:
        """The person without what packages keep on a user object for the length of one request."""
        return copy.copy(self._users[str(somebody.user.pk)]) if somebody.user else AnonymousUser()

    def _asked(self, row: Row) -> list[Somebody]:
        """The people who send requests about a row; rules are asked about all."""
        return [one for one in self.world.people if not row.of or not self._has_a_mirror(one.label)]

    def _has_a_mirror(self, label: str) -> bool:
        """Whether the twin of this person, in the half that is asked, gives the same answers."""
        if self.half == ELSEWHERE_HALF:
            return label + ELSEWHERE in self._labels
        return (
            self.half == HERE_HALF
            and label.endswith(ELSEWHERE)
            and label.removesuffix(ELSEWHERE) in self._labels
        )

    def violations(self, row: Row) -> Iterator[str]:
        """Yield one sentence for each person whom the URL treats otherwise than the row says."""
        for target, path, record in self._targets(row):
            theirs = target == "theirs"
            for number, somebody in enumerate(self._asked(row)):
                reads, posts = self._lets_in(row, somebody, theirs=theirs)
                spared = number >= FEW and self._asks_once(row, somebody)
                for method, who, lets_in, other in (
                    ("GET", row.reads, reads, posts),
                    ("POST", row.posts, posts, reads),
                ):
                    if spared and (method, target) != _turn(row, number):
                        continue
                    if number >= FEW and not spared and not _matters(who, method):
                        continue
                    # Whoever may use a URL in one way learns nothing from the method that it does not take.
                    expected = None if who is None and other else lets_in
                    problem = self._problem(row, somebody, method, path, expected, taken=who is not None)
                    if problem:
                        yield f"{row.name} ({target}), {somebody.label}, {method}: {problem}"
            for somebody in self.world.people if record is not None else ():
                lets_in = any(self._lets_in(row, somebody, theirs=theirs))
                if problem := self._rule(row, somebody, record, lets_in):
                    yield f"{row.name} ({target}), {somebody.label}: {problem}"

    def _asks_once(self, row: Row, somebody: Somebody) -> bool:
        """Whether one request tells enough: refused both records, whatever the method, before the view."""
        declared = access.declared(self._patterns[row.name].callback)
        ruled = bool(row.of) and declared is not None and declared.kind == access.RULE
        return (
            bool(self.half)
            and ruled
            and not any(self._lets_in(row, somebody, theirs=False))
            and not any(self._lets_in(row, somebody, theirs=True))
        )

    @staticmethod
    def _lets_in(row: Row, somebody: Somebody, *, theirs: bool) -> tuple[bool, bool]:
        """Whether the row lets the person read, and post."""
        reads, posts = (
            who is not None and who.may(somebody, theirs=theirs) for who in (row.reads, row.posts)
        )
        return reads, posts

    def _targets(self, row: Row) -> Iterable[tuple[str, str, Any]]:
        if not row.of:
            return [("no record", row.path(None), None)]
        pair = self.world.objects[row.of]
        return [("ours", row.path(pair.ours), pair.ours), ("theirs", row.path(pair.theirs), pair.theirs)]

    def _problem(
        self, row: Row, somebody: Somebody, method: str, path: str, expected: bool | None, *, taken: bool
    ) -> str:
        answer = self.ask(somebody, method, path)
        if answer.status_code >= 500:
            return f"answered {answer.status_code}"
        if expected is None or (answer.status_code == 405 and not taken):
            return ""
        if expected:
            return self._should_let_in(row, somebody, method, answer)
        return self._should_refuse(somebody, path, answer)

    def _should_let_in(self, row: Row, somebody: Somebody, method: str, answer: Any) -> str:
        if sends_to_sign_in(answer):
            return "" if row.leads_to_sign_in else "should be let in, was sent to sign-in"
        bad_form = method == "POST" and answer.status_code in (400, 409, 410, 422)
        if answer.status_code >= 400 and not bad_form and answer.status_code not in row.gives:
            return f"should be let in, got {answer.status_code}"
        sets_up = row.set_up and "system_administrator@none" in somebody.stands
        outside = somebody.is_outsider and not row.public and not sets_up
        leaked = self._leaked(answer) if outside else ""
        return f"reads {leaked!r} of another programme" if leaked else ""

    def _should_refuse(self, somebody: Somebody, path: str, answer: Any) -> str:
        if somebody.user is None:
            if sends_to_sign_in(answer) or (path.startswith("/api/") and answer.status_code == 401):
                return ""
            return f"should be sent to sign-in, got {answer.status_code}"
        if answer.status_code != 404:
            return f"should find nothing, got {answer.status_code}"
        if not path.startswith("/api/") and comparable(answer.body, path) != self._absent(somebody):
            return "is refused with other bytes than what does not exist"
        return ""

    def act_violations(self, row: ActRow) -> Iterator[str]:
        """Judge one verb: its rule for each person, and that the page stays shut to the refused."""
        permission = machine_of_kind(row.kind).permission(row.verb)
        pair = self.world.objects[row.kind]
        if access.may(System("tick"), permission, pair.ours) != (SYSTEM in row.who.words()):
            yield f"{row.kind} {row.verb}: the rule answers the system otherwise than the table"
        for target, record in (("ours", pair.ours), ("theirs", pair.theirs)):
            for number, somebody in enumerate(self.world.people):
                expected = row.who.may(somebody, theirs=target == "theirs")
                user = self._as_in_a_new_request(somebody)
                granted = user.is_authenticated and access.may(user, permission, record)
                where = f"{row.kind} {row.verb} ({target}), {somebody.label}"
                if granted != expected:
                    yield f"{where}: the rule says {granted}, the table {expected}"
                # Who does not see the record is stopped before the verb is looked at, the same for all verbs.
                if not expected and (number < FEW or (target == "ours" and self._sees(user, record))):
                    methods = ("GET", "POST") if number < FEW else ("GET",)
                    yield from (f"{where}: {said}" for said in self._shut(somebody, row, record, methods))

    def sees_violations(self, row: SeesRow) -> Iterator[str]:
        """Judge the lists of one kind of record: each holds ours and its twin for whom the row names."""
        pair = self.world.objects[row.kind]
        rows: Any = apps.get_model(row.kind)._default_manager
        for somebody in self.world.people:
            held = {record.pk for record in rows.visible_to(self._as_in_a_new_request(somebody))}
            for target, record in (("ours", pair.ours), ("theirs", pair.theirs)):
                expected = row.who.may(somebody, theirs=target == "theirs")
                if (record.pk in held) != expected:
                    yield f"{row.kind} ({target}), {somebody.label}: in the list {not expected}"

    @staticmethod
    def _sees(user: Any, record: Any) -> bool:
        return bool(type(record)._default_manager.visible_to(user).filter(pk=record.pk).exists())

    def ask_violations(self, row: AskRow) -> Iterator[str]:
        """Judge one rule that views ask."""
        pair = self.world.objects[row.of] if row.of else Pair(None, None)
        for target, record in (("ours", pair.ours), ("theirs", pair.theirs)):
            for somebody in self.world.people:
                granted = access.may(self._as_in_a_new_request(somebody), row.rule, record)
                expected = row.who.may(somebody, theirs=target == "theirs")
                if granted != expected:
                    yield f"{row.rule} ({target}), {somebody.label}: the rule says {granted}"

    def _rule(self, row: Row, somebody: Somebody, record: Any, lets_in: bool) -> str:
        """Ask the URL's rule by itself too: a lookup that already refused would hide a rule that does not."""
        declared = access.declared(self._patterns[row.name].callback)
        if declared is None or declared.kind != access.RULE or somebody.user is None:
            return ""
        granted = access.may(self._as_in_a_new_request(somebody), declared.name, record)
        return "" if granted == lets_in else f"the rule {declared.name} says {granted}"

    def _shut(self, somebody: Somebody, row: ActRow, record: Any, methods: Iterable[str]) -> Iterator[str]:
        path = reverse("workflow:act", kwargs={"kind": row.kind, "pk": record.pk, "verb": row.verb})
        for method in methods:
            problem = self._should_refuse(somebody, path, self.ask(somebody, method, path))
            if problem:
                yield f"{method} {problem}"

    def ask(self, somebody: Somebody, method: str, path: str) -> Any:
        """Send one request as a person; what it changes is undone."""
        self.asker.cookies = self.cookies[somebody.label]
        with transaction.atomic():
            answer: Any = self.asker.generic(method, path, headers={"Accept-Language": "en"})
            answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        return answer

    def _absent(self, somebody: Somebody) -> bytes:
        if somebody.label not in self.absent:
            path = "/there/is/no/such/page/"
            self.absent[somebody.label] = comparable(self.ask(somebody, "GET", path).body, path)
        return self.absent[somebody.label]

    def _leaked(self, answer: Any) -> str:
        body = answer.body.decode(errors="replace")
        return next((word for word in sorted(self.world.canaries) if word in body), "")


def _known(user: Any) -> Any:
    """The account as a request finds it, its roles read."""
    fresh = type(user)._default_manager.get(pk=user.pk)
    memberships_of(fresh)
    return fresh


def _signed_in(user: Any) -> SimpleCookie:
    """The cookies of somebody who has just given the password: pages that ask for it again let him pass."""
    client = Client()
    client.force_login(user)
    session = client.session
    # As allauth records it (allauth.account.internal.flows.login.record_authentication).
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client.cookies


def _turn(row: Row, number: int) -> tuple[str, str]:
    """The one request of a person who is refused both records in both ways, another one at the next URL.

    The rule that stands before the view is asked about both records all the same, of everybody.
    """
    turns = [("GET", "ours"), ("GET", "theirs"), ("POST", "ours"), ("POST", "theirs")]
    return turns[(zlib.crc32(row.name.encode()) + number) % len(turns)]


def _matters(who: Who | None, method: str) -> bool:
    return who is not None and (method == "GET" or who.depends_on_roles)


def sends_to_sign_in(answer: Any) -> bool:
    """Whether the answer leads to the sign-in page."""
    return answer.status_code == 302 and answer["Location"].startswith(resolve_url(settings.LOGIN_URL))


def comparable(body: bytes, path: str) -> bytes:
    """The body without what differs between any two answers: the CSRF mask and the path asked for."""
    unmasked = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]*', rb"\1", body)
    return unmasked.replace(path.encode(), b"PATH")


def _value(record: Any, source: str) -> Any:
    if source.startswith("="):
        return source[1:]
    for name in source.split("."):
        record = getattr(record, name)
    return record
