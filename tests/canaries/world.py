"""The living demo with canaries for people, and what they do besides on pages that take names.

The demo goes through the product's door: reception, application, screening, jury, award, agreement, payment,
visit. Here every invented value of an identity is a canary, and more people come in: at the desk, by the
applicant's own page, with a helper, in an imported table.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest import mock

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications.duplicates import searching
from applications.imports import running
from applications.models import AnswerSet, Application, Duplicate, Identity, Person, Registration
from demo.living import people as living_people
from demo.living import run
from demo.living.programme import CALL, CODE
from demo.loading import people as loading_people
from demo.loading.staff import Staff, load_staff
from programmes.models import Call, Programme, Site
from scoring import redacted_copies, workbench
from scoring.models import JuryAssignment
from tests.canaries.birds import Aviary, Bird, a_bird
from workflow import notices, tick


@dataclass
class World:
    """Who is there, and all canaries."""

    staff: Staff
    aviary: Aviary
    call: Call

    def client(self, user: User) -> Client:
        """A browser in which somebody has signed in."""
        client = Client()
        client.force_login(user)
        return client

    @property
    def programme(self) -> Programme:
        """The living programme."""
        return self.call.programme


def build() -> World:
    """Play the living programme with canaries, then let more people come in. In the caller's transaction."""
    aviary = Aviary()
    staff = load_staff()
    with (
        mock.patch.object(loading_people, "_identity", _identity_of(aviary)),
        mock.patch.object(living_people.User.objects, "create_user", _account_of(aviary)),
        mock.patch.object(run, "settle", _settle_under_pseudonyms),
    ):
        run.load(staff, now=timezone.now())
    world = World(
        staff, aviary, Call.objects.select_related("programme").get(code=CALL, programme__code=CODE)
    )
    received_at_the_desk(world)
    applied_by_oneself(world)
    imported(world)
    compared(world)
    tick.run(timezone.now())
    notices.deliver(at=timezone.now())
    return world


def _settle_under_pseudonyms(stage: Any) -> None:
    """Force pseudonyms before anybody is written down: then no paper has a name either."""
    Programme.objects.filter(pk=stage.programme.pk).update(forced_pseudonyms=True)
    stage.programme.refresh_from_db()
    living_people.settle(stage)


def _identity_of(aviary: Aviary) -> Any:
    def make(loaded: Any, plan: Any, person: Person, dice: Any) -> Identity:
        bird = aviary.add(a_bird())
        plan.latin = bird.latin
        return identity(person, bird)

    return make


def _account_of(aviary: Aviary) -> Any:
    by_name = User.objects.create_user

    def make(email: str, full_name: str, **given: Any) -> User:
        bird = next((one for one in aviary.birds if one.latin == full_name), None)
        return by_name(email=bird.email if bird else email, full_name=full_name, **given)

    return make


def identity(person: Person, bird: Bird) -> Identity:
    """The vault row of a canary, not stored yet."""
    return Identity(
        person=person,
        latin_name=bird.latin,
        arabic_name=bird.arabic,
        birth_date=bird.birth,
        document_kind="refugee_card",
        document_number=bird.document,
        phone=bird.phone,
        address=bird.address,
    )


def written(bird: Bird, site: Site) -> dict[str, Any]:
    """What a form about a person sends."""
    return {
        "latin_name": bird.latin,
        "arabic_name": bird.arabic,
        "birth_date": bird.birth,
        "document_kind": "refugee_card",
        "document_number": bird.document,
        "phone": bird.phone,
        "address": bird.address,
        "sex": "f",
        "site": site.pk,
        "consent": "on",
        "data_consent": "on",
    }


def received_at_the_desk(world: World) -> None:
    """The field agent writes somebody down, finds them again by name, and begins to help."""
    bird = world.aviary.add(a_bird())
    site = world.programme.sites.first()
    client = world.client(world.staff["field_agent"])
    answer = client.post(reverse("applications:receive", args=[CODE]), written(bird, site))
    assert answer.status_code == 302, answer.context["form"].errors
    # In this programme pseudonyms are forced: the desk finds nobody by name.
    for wanted in (bird.latin, bird.arabic, bird.phone, bird.document):
        client.post(reverse("applications:reception", args=[CODE]), {"q": wanted})
    officer = world.client(world.staff["protection_officer"])
    found = officer.post(reverse("applications:reception", args=[CODE]), {"q": bird.latin})
    assert len(found.context["found"]) == 1
    person = Registration.objects.latest("pk").person
    opened = officer.post(
        reverse("applications:identity", args=[CODE, person.reference]),
        {"reason": "A lost child asks for her", "key": "canary"},
    )
    assert bird.latin in opened.content.decode()


def applied_by_oneself(world: World) -> Application:
    """Somebody signs in, says who they are page by page, mistakes included, and sends an application."""
    bird = world.aviary.add(a_bird())
    user = User.objects.create_user(email=bird.email, full_name="")
    client = world.client(user)
    track = world.call.tracks.filter(composition="individual").first()
    client.post(reverse("applications:apply", args=[CODE, CALL]), {"track": track.pk})
    application = Application.objects.get(applicant__user=user)
    number = application.case.number
    about = reverse("applications:about", args=[number])
    site = world.programme.sites.first()
    client.post(about, {**written(bird, site), "phone": f"{bird.phone}99", "birth_date": f"{bird.birth}x"})
    client.get(about)
    client.post(about, written(bird, site))
    assert Identity.objects.get(person=application.applicant).latin_name == bird.latin
    return application


def imported(world: World) -> None:
    """The manager imports a table: a first try with faults, then every row."""
    birds = [world.aviary.add(a_bird()) for _number in range(3)]
    manager, now = world.staff["manager"], timezone.now()
    head = "Nom;Nom arabe;Date de naissance;Ville;Téléphone;CIN;Adresse;Consentement;title"
    lines = [
        f"{bird.latin};{bird.arabic};{bird.birth};Rabat;{bird.phone};{bird.document};{bird.address};oui;Couture"
        for bird in birds
    ]
    data = "\n".join([head, *lines, lines[0].replace(birds[0].birth, "hier")]).encode()
    batch = running.hand_in(world.call, data, "table.csv", actor=manager, at=now)
    day = (now - timedelta(days=3)).date().isoformat()
    options = {"track": world.call.tracks.first().code, "received_on": day, "order": "dmy", "language": "fr"}
    running.map_columns(batch, batch.columns, options)
    running.check(batch, at=now)
    assert world.aviary.found_in(batch.table)


def told_in_the_file(world: World) -> tuple[JuryAssignment, list[str]]:
    """A file that waits for a juror says in its title and its texts whose it is, in every way; the secretary
    confirms what is proposed. Return the juror's assignment and what was told.
    """
    waiting = JuryAssignment.objects.filter(state="assigned", application__call=world.call)
    assignment = waiting.select_related("engagement__user").first()
    assert assignment is not None
    application = assignment.application
    told = Identity.objects.get(person=application.applicant)
    year, month, day = told.birth_date.split("-")
    values = [told.latin_name, told.arabic_name, told.phone, f"0{told.phone[-9:]}", told.document_number]
    values += [told.address, application.applicant.user.email, told.birth_date, f"{day}/{month}/{year}"]
    values += [told.latin_name.upper(), told.latin_name.split()[0], told.arabic_name.split()[1]]
    given = application.answers_at("idea")
    AnswerSet.objects.create(
        application=application,
        form_version=given.form_version,
        number=given.number + 1,
        answers={**given.answers, "description": " ; ".join(values), "experience": "\n".join(values)},
        saved_at=given.saved_at,
        frozen_at=given.frozen_at,
    )
    Application.objects.filter(pk=application.pk).update(title=f"{told.latin_name}, {told.arabic_name}")
    application.refresh_from_db()
    copy = redacted_copies.make(application, at=timezone.now())
    secretary = world.staff["jury_secretary"]
    workbench.accept(copy, by=secretary, at=timezone.now())
    redacted_copies.confirm(copy, by=secretary, at=timezone.now())
    return assignment, values


def compared(world: World) -> None:
    """Somebody comes twice; the officer reads the page of the pair and decides."""
    first = Application.objects.filter(state="submitted").order_by("pk").first()
    other = Application.objects.filter(state="submitted").order_by("pk").last()
    mine = Identity.objects.get(person=first.applicant)
    theirs = Identity.objects.get(person=other.applicant)
    theirs.latin_name, theirs.birth_date, theirs.document_number = mine.latin_name, mine.birth_date, ""
    theirs.save()
    searching.compare([first.pk, other.pk], timezone.now())
    pair = Duplicate.objects.get(alike="person")
    client = world.client(world.staff["screening_officer"])
    page = reverse("applications:duplicate", args=[CODE, pair.pk])
    assert client.get(page).status_code == 200
    client.post(page, {"finding": "different", "reason": "Seen together at the desk"})
