"""Synthetic persons: vault rows, registrations and consents, many at a time."""

from datetime import datetime

from applications.models import Consent, Identity, Person, Registration
from demo.loading.moments import Dice, after
from demo.names import MAGHREB, name
from demo.synthetic.scene import Scene
from programmes.models import Site

BATCH = 500
SEXES = ("f", "m")


def persons(scene: Scene, received: list[datetime], sites: list[Site], dice: Dice) -> list[Person]:
    """Make one person for each reception; the lists run in parallel."""
    made = Person.objects.bulk_create([Person() for _moment in received], batch_size=BATCH)
    sexes = [dice.choice(SEXES) for _person in made]
    years = [dice.randint(1965, 2003) for _person in made]
    Identity.objects.file(
        [_identity(person, sex, year, dice) for person, sex, year in zip(made, sexes, years, strict=True)],
        batch_size=BATCH,
    )
    agent = scene.staff["field_agent"]
    Registration.objects.bulk_create(
        [
            Registration(
                person=person,
                programme=scene.programme,
                site=site,
                received_at=moment,
                received_by=agent,
                sex=sex,
                birth_year=year,
                category="host_community",
            )
            for person, moment, site, sex, year in zip(made, received, sites, sexes, years, strict=True)
        ],
        batch_size=BATCH,
    )
    Consent.objects.bulk_create(
        [
            Consent(
                person=person,
                programme=scene.programme,
                kind=Consent.Kind.DATA,
                given_at=after(moment, 0, minutes=10),
                recorded_by=agent,
            )
            for person, moment in zip(made, received, strict=True)
        ],
        batch_size=BATCH,
    )
    return made


def _identity(person: Person, sex: str, year: int, dice: Dice) -> Identity:
    latin, arabic = name(MAGHREB, sex, dice)
    return Identity(
        person=person,
        latin_name=latin,
        arabic_name=arabic,
        birth_date=str(year),
        document_kind="national_id",
        document_number=f"MA{dice.randrange(10**9, 10**10)}",
        phone=f"+000{dice.randrange(10**8, 10**9)}",
    )
