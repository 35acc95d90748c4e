"""The people who sign in: one account per role, several jurors and coaches, the same in every programme."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from accounts.models import User
from programmes.models import Membership, Organisation, Programme
from programmes.predicates import Role

PASSWORD = "jalon-demo-2026"  # noqa: S105 printed with the sign-ins of the demo
DOMAIN = "demo.example"
SINCE = date(2013, 1, 1)
JURORS, COACHES = 9, 6
NAMES = {
    Role.FIELD_AGENT: "Mariam Diarra",
    Role.SCREENING_OFFICER: "Leïla Fezzani",
    Role.JURY_SECRETARY: "Sonia Ben Othman",
    Role.JURY_CHAIR: "Habib Chérif",
    Role.PREPARER: "Hatem Zreg",
    Role.VERIFIER: "Lina Mzoughi",
    Role.APPROVER: "Yasmine Haddadi",
    Role.RELEASER: "Moussa Keïta",
    Role.RECONCILER: "Nour Jaziri",
    Role.SUPERVISOR: "Nadia Gharbi",
    Role.MANAGER: "Amel Kacem",
    Role.PROTECTION_OFFICER: "Rania Selmi",
    Role.APPEAL_OFFICER: "Salma Oueslati",
    Role.AUDITOR: "Paul Weber",
}
SECOND_MANAGER = "Tarek Belhaj"
SECOND_RECONCILER = "Samia Rekik"
JUROR_NAMES = (
    "Jamal Idir",
    "Claire Morel",
    "Aïssata Sow",
    "Mehdi Rami",
    "Ines Karray",
    "Oumar Ba",
    "Sofia Laroui",
    "Adel Mabrouk",
    "Hélène Faure",
)
COACH_NAMES = (
    "Omar Mansour",
    "Khady Ndoye",
    "Salah Turki",
    "Rim Ayadi",
    "Bakary Sidibé",
    "Houda Amrani",
)


@dataclass
class Staff:
    """The demo's accounts."""

    by_role: dict[str, User]
    second_manager: User
    jurors: list[User]
    coaches: list[User]
    donors: dict[str, User] = field(default_factory=dict)
    second_reconciler: User | None = None

    def __getitem__(self, role: str) -> User:
        return self.by_role[role]


def load_staff() -> Staff:
    """Make the accounts, or find those made before."""
    by_role = {role.value: _account(role.value.replace("_", "-"), name) for role, name in NAMES.items()}
    jurors = [_account(f"juror-{number}", name) for number, name in enumerate(JUROR_NAMES, start=1)]
    coaches = [_account(f"coach-{number}", name) for number, name in enumerate(COACH_NAMES, start=1)]
    staff = Staff(by_role, _account("manager-2", SECOND_MANAGER), jurors, coaches)
    staff.second_reconciler = _account("reconciler-2", SECOND_RECONCILER)
    return staff


def _account(name: str, full_name: str, language: str = "fr") -> User:
    email = f"{name}@{DOMAIN}"
    found = User.objects.filter(email=email).first()
    if found is not None:
        return found
    user = User.objects.create_user(email=email, full_name=full_name, language=language)
    give_password(user)
    return user


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def give_password(user: User) -> None:
    """Let an account sign in with the password of the demo, which everybody knows; hashed once for all."""
    user.password = _hashed()
    user.save(update_fields=["password"])


def engage(staff: Staff, programme: Programme, donors: list[Organisation]) -> None:
    """Give everybody the role in a programme, and one account to its first donor."""
    rows = [Membership(user=user, role=role) for role, user in staff.by_role.items()]
    rows.append(Membership(user=staff.second_manager, role=Role.MANAGER))
    if staff.second_reconciler is not None:
        rows.append(Membership(user=staff.second_reconciler, role=Role.RECONCILER))
    rows += [Membership(user=user, role=Role.JUROR) for user in staff.jurors]
    rows += [Membership(user=user, role=Role.COACH) for user in staff.coaches]
    if donors:
        user = staff.donors.setdefault("donor", _account("donor", "Catherine Lambert"))
        rows.append(Membership(user=user, role=Role.DONOR, donor=donors[0]))
    for row in rows:
        row.programme, row.valid_from, row.granted_by = programme, SINCE, staff[Role.MANAGER]
    Membership.objects.bulk_create(rows)


def sign_ins() -> list[tuple[str, str]]:
    """Return one sign-in per role: (role, e-mail address)."""
    rows = [(str(role.label), f"{role.value.replace('_', '-')}@{DOMAIN}") for role in NAMES]
    rows += [(str(Role.JUROR.label), f"juror-1@{DOMAIN}"), (str(Role.COACH.label), f"coach-1@{DOMAIN}")]
    rows += [(str(Role.DONOR.label), f"donor@{DOMAIN}")]
    rows += [(_("applicant"), f"applicant@{DOMAIN}"), (_("beneficiary"), f"beneficiary@{DOMAIN}")]
    return rows
