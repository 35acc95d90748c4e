"""Persons with their vault rows, registrations and consents."""

from datetime import date

from applications.models import Consent, Identity, NameToken, Person, Registration
from applications.vault import name_tokens
from demo.loading.moments import Dice, after, at
from demo.loading.programme import Loaded
from demo.plan import PersonPlan

BATCH = 500
DOCUMENTS = {"MA": "Carte de réfugié", "LY": "Numéro national", "ML": "Carte NINA"}


def load_people(loaded: Loaded, first_contact: dict[str, date]) -> dict[str, Person]:
    """Make the persons of a plan; return them by key.

    first_contact: by person key, when a person without a reception record gave consent.
    """
    plans = loaded.plan.people
    dice = Dice(f"people {loaded.plan.code}")
    persons = Person.objects.bulk_create([Person() for _ in plans], batch_size=BATCH)
    by_key = dict(zip([plan.key for plan in plans], persons, strict=True))
    identities = [_identity(loaded, plan, by_key[plan.key], dice) for plan in plans]
    for identity in identities:
        identity.index()
    Identity.objects.bulk_create(identities, batch_size=BATCH)
    NameToken.objects.bulk_create(
        [
            NameToken(identity=identity, token=token)
            for identity in identities
            for token in name_tokens([identity.latin_name, identity.arabic_name])
        ],
        batch_size=BATCH,
    )
    _register(loaded, by_key, first_contact)
    return by_key


def _identity(loaded: Loaded, plan: PersonPlan, person: Person, dice: Dice) -> Identity:
    return Identity(
        person=person,
        latin_name=plan.latin,
        arabic_name=plan.arabic,
        birth_date=str(plan.birth_year),
        document_kind=DOCUMENTS[loaded.plan.country],
        document_number=f"{loaded.plan.country}{dice.randrange(10**8, 10**9)}",
        phone=f"+000{dice.randrange(10**8, 10**9)}" if loaded.plan.phones else "",
    )


def _register(loaded: Loaded, by_key: dict[str, Person], first_contact: dict[str, date]) -> None:
    agent = loaded.staff["field_agent"]
    registrations, consents = [], []
    for plan in loaded.plan.people:
        person = by_key[plan.key]
        received = at(plan.received_on, 10) if plan.received_on else None
        registrations.append(
            Registration(
                person=person,
                programme=loaded.programme,
                site=loaded.sites[plan.site],
                received_at=received,
                received_by=agent if received else None,
                sex=plan.sex,
                birth_year=plan.birth_year,
                category=plan.category,
            )
        )
        given = received or at(first_contact[plan.key], 10)
        consents.append(
            Consent(
                person=person,
                programme=loaded.programme,
                kind=Consent.Kind.DATA,
                given_at=after(given, 0, minutes=10),
                recorded_by=agent,
            )
        )
    Registration.objects.bulk_create(registrations, batch_size=BATCH)
    Consent.objects.bulk_create(consents, batch_size=BATCH)
