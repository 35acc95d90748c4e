"""The people of the living programme: invented persons with an account each; some can be signed in as."""

from functools import partial

from allauth.account.models import EmailAddress

from accounts.models import User
from applications.models import Person
from demo.living.programme import described
from demo.living.stage import Stage
from demo.loading.people import load_people
from demo.loading.programme import Loaded
from demo.loading.staff import DOMAIN, give_password
from demo.names import REFUGEES
from demo.people import MAN, WOMAN, People, shares

REGULARS, IN_THE_CONTEST = 44, 4
"""Persons of the rolling call, and after them those of the contest."""


def settle(stage: Stage) -> None:
    """Make the persons, received by the field agent, each with an account."""
    plan = described(partial(stage.at))
    factory = People(plan.code, REFUGEES, stage.today)
    sexes, sites = shares((MAN, 20), (WOMAN, 24)), shares(("RAB", 24), ("FES", 12), ("OUJ", 8))
    sexes += [WOMAN, MAN] * (IN_THE_CONTEST // 2)
    sites += ["RAB"] * IN_THE_CONTEST
    for number in range(REGULARS + IN_THE_CONTEST):
        invented = factory.make(sex=sexes[number], site=sites[number], category="refugee")
        invented.received_on = stage.day(-178 + number)
        plan.people.append(invented)
    loaded = Loaded(plan=plan, staff=stage.staff, programme=stage.programme, sites=stage.sites)
    made = load_people(loaded, {})
    stage.persons = list(made.values())
    for number, (plan_of, person) in enumerate(zip(plan.people, stage.persons, strict=True), start=1):
        person.user = User.objects.create_user(
            email=f"applicant-{number:02}@{DOMAIN}", full_name=plan_of.latin, language="fr"
        )
        person.save(update_fields=["user"])


def let_sign_in(person: Person, name: str, language: str = "fr") -> None:
    """Give the account of a person an address that is easy to remember, and the demo's password."""
    user = person.user
    if user is None:
        raise LookupError(f"{person}: no account")
    EmailAddress.objects.filter(user=user).update(email=f"{name}@{DOMAIN}")
    user.email, user.language = f"{name}@{DOMAIN}", language
    user.save(update_fields=["email", "language"])
    give_password(user)
