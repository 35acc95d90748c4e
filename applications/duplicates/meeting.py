"""Some files, the persons in them, and all others that share a key with them: read in few queries a batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from applications.duplicates import keys, texts
from applications.duplicates.weighing import Grade, Profile, Verdict, judge
from applications.form_definition import FILE, TABLE
from applications.models import (
    Alike,
    AnswerSet,
    Application,
    ApplicationMember,
    Duplicate,
    Identity,
    MatchKey,
    Registration,
    Strength,
)
from applications.vault import blind

NEVER = ("draft", "withdrawn")
PURPOSE = "match"
AT_ONCE = 2000
Plans = Mapping[str, texts.Runs]
"""The written answers of a file by form, as runs of words."""


class Meeting:
    """The files of one comparison."""

    def __init__(self, applications: Collection[int]) -> None:
        self.files = list(_sent(applications))
        self.persons = persons_of([file.pk for file in self.files])
        self.profiles = profiles({person for held in self.persons.values() for person in held})
        self.plans = plans([file.pk for file in self.files])
        self._person_keys = {pk: _blinded(keys.keys(profile)) for pk, profile in self.profiles.items()}
        self._plan_keys = {pk: _blinded(_bands(held)) for pk, held in self.plans.items()}

    def keep_keys(self) -> None:
        """Replace the keys of the persons and plans."""
        rows = [MatchKey(person_id=pk, key=key) for pk, held in self._person_keys.items() for key in held]
        rows += [MatchKey(application_id=pk, key=key) for pk, held in self._plan_keys.items() for key in held]
        MatchKey.objects.filter(person__in=list(self._person_keys)).delete()
        MatchKey.objects.filter(application__in=list(self._plan_keys)).delete()
        MatchKey.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)

    def look(self, files: Iterable[Application], now: datetime) -> list[Duplicate]:
        """Return what some of the files look like, not stored yet."""
        wanted = list(files)
        return [*self._persons_alike(wanted, now), *self._plans_alike(wanted, now)]

    def _persons_alike(self, files: list[Application], now: datetime) -> Iterator[Duplicate]:
        """Whom the persons of the files look like, each in the file in which it matters."""
        own = {pk for file in files for pk in self.persons[file.pk] if pk in self.profiles}
        met = sharing({pk: self._person_keys[pk] for pk in own}, "person")
        others = {pk for found in met.values() for pk in found}
        known = {**profiles(others - self.profiles.keys()), **self.profiles}
        verdicts = {
            pk: [(other, verdict) for other, verdict in _judged(known, pk, found)]
            for pk, found in met.items()
        }
        theirs = _files_of({other for found in verdicts.values() for other, _verdict in found})
        for file in files:
            for pk in sorted(self.persons[file.pk] & own):
                for other, verdict in verdicts.get(pk, ()):
                    within = other in self.persons[file.pk]
                    there = file if within else _best(theirs.get(other, []), file)
                    if there is not None and not (within and other < pk):
                        yield _of_persons((file, pk), (there, other), verdict, now)

    def _plans_alike(self, files: list[Application], now: datetime) -> Iterator[Duplicate]:
        """For each file the one whose plan is most like it: of many copies each leads to one other."""
        met = sharing({file.pk: self._plan_keys.get(file.pk, []) for file in files}, "application")
        others = {pk for found in met.values() for pk in found}
        known = {**plans(others - self.plans.keys()), **self.plans}
        there = {file.pk: file for file in _sent(others)}
        persons = {**persons_of(others), **self.persons}
        for file in files:
            best: tuple[float, str, Application] | None = None
            for pk in sorted(met.get(file.pk, ())):
                # Who applies again may say the same again.
                if pk not in there or persons[pk] & persons[file.pk]:
                    continue
                for stage, runs in known.get(pk, {}).items():
                    likeness = texts.likeness(self.plans[file.pk].get(stage, frozenset()), runs)
                    if likeness >= texts.NEAR and (best is None or likeness > best[0]):
                        best = (likeness, stage, there[pk])
            if best is not None:
                yield _of_plans(file, best[2], best[1], best[0], now)


# What is known of files and persons


def _sent(applications: Collection[int]) -> Iterable[Application]:
    rows = Application.objects.filter(pk__in=applications, call__is_test=False).exclude(state__in=NEVER)
    return rows.select_related("call").order_by("submitted_at", "pk")


def persons_of(applications: Collection[int]) -> dict[int, set[int]]:
    """Return the persons of each file: the applicant and the members."""
    held: dict[int, set[int]] = {pk: set() for pk in applications}
    members = ApplicationMember.objects.filter(application__in=applications)
    applicants = Application.objects.filter(pk__in=applications, applicant__isnull=False)
    for pk, person in members.values_list("application", "person"):
        held[pk].add(person)
    for pk, applicant in applicants.values_list("pk", "applicant"):
        held[pk].add(applicant)
    return held


def profiles(persons: Collection[int]) -> dict[int, Profile]:
    """Return what is compared of some persons, opened from the vault; who was erased is left out."""
    known: dict[int, tuple[str, str]] = {}
    rows = Registration.objects.filter(person__in=persons).order_by("received_at", "pk")
    for person, site, sex in rows.values_list("person", "site", "sex"):
        known[person] = (str(site or ""), sex)
    found = {}
    for identity in Identity.objects.filter(person__in=persons, erased_at__isnull=True):
        place, sex = known.get(identity.person_id, ("", ""))
        found[identity.person_id] = Profile(
            key=identity.person_id,
            latin=identity.latin_name,
            arabic=identity.arabic_name,
            birth=identity.birth_date,
            document=identity.document_number,
            document_kind=identity.document_kind,
            phone=identity.phone,
            place=place,
            sex=sex,
        )
    return found


def plans(applications: Collection[int]) -> dict[int, dict[str, texts.Runs]]:
    """Return the written answers of files, the newest that were sent; what lies in the vault is not read."""
    rows = AnswerSet.objects.filter(application__in=applications, frozen_at__isnull=False)
    rows = rows.filter(erased_at__isnull=True).select_related("form_version")
    found: dict[int, dict[str, texts.Runs]] = {pk: {} for pk in applications}
    for given in rows.order_by("form_version__version", "number"):
        found[given.application_id][given.form_version.stage] = texts.runs(written(given))
    return found


def written(given: AnswerSet) -> str:
    """Return what was written in a form in somebody's own words."""
    asked = [question.key for question in given.form.questions() if question.kind not in (TABLE, FILE)]
    return texts.text_of(given.answers.get(key) for key in asked)


# Who shares a key


def _blinded(clear: Iterable[str]) -> list[str]:
    return [blind(key, PURPOSE) for key in clear]


def _bands(held: Plans) -> Iterator[str]:
    for stage, runs in held.items():
        yield from (f"{stage}:{band}" for band in texts.bands(runs))


def sharing(held: Mapping[int, Collection[str]], column: str) -> dict[int, set[int]]:
    """Return for each person or file who shares a key with it; very common keys are not followed."""
    wanted = sorted({key for found in held.values() for key in found})
    by_key: dict[str, set[int]] = defaultdict(set)
    for start in range(0, len(wanted), AT_ONCE):
        rows = MatchKey.objects.filter(
            key__in=wanted[start : start + AT_ONCE], **{f"{column}__isnull": False}
        )
        for key, pk in rows.values_list("key", column):
            by_key[key].add(pk)
    return {
        pk: {
            other
            for key in found
            if len(by_key[key]) <= keys.MOST_SHARED
            for other in by_key[key]
            if other != pk
        }
        for pk, found in held.items()
    }


def _judged(
    known: Mapping[int, Profile], person: int, others: Iterable[int]
) -> Iterator[tuple[int, Verdict]]:
    for other in sorted(others):
        if other in known:
            verdict = judge(known[person], known[other])
            if verdict.grade != Grade.NONE:
                yield other, verdict


def _files_of(persons: Collection[int]) -> dict[int, list[Application]]:
    """The files that each person is part of, the newest last."""
    rows = ApplicationMember.objects.filter(person__in=persons).exclude(application__state__in=NEVER)
    rows = rows.select_related("application__call").order_by("application__submitted_at", "pk")
    found: dict[int, list[Application]] = defaultdict(list)
    for member in rows:
        found[member.person_id].append(member.application)
    return found


def _best(files: list[Application], file: Application) -> Application | None:
    """The file of a person to compare with: one of the same call, else the newest."""
    same = [one for one in files if one.call_id == file.call_id]
    found = same or files
    return found[-1] if found else None


# What is found


def _when(file: Application) -> tuple[str, int]:
    return file.submitted_at.isoformat() if file.submitted_at else "", file.pk


def _of_persons(
    one: tuple[Application, int], other: tuple[Application, int], verdict: Verdict, now: datetime
) -> Duplicate:
    earlier, later = sorted((one, other), key=lambda side: (_when(side[0]), side[1]))
    return Duplicate(
        alike=Alike.PERSON,
        strength=Strength.LIKELY if verdict.grade == Grade.LIKELY else Strength.POSSIBLE,
        earlier=earlier[0],
        later=later[0],
        earlier_person_id=earlier[1],
        later_person_id=later[1],
        grounds=list(verdict.grounds),
        weight=verdict.weight,
        found_at=now,
    )


def _of_plans(file: Application, other: Application, stage: str, likeness: float, now: datetime) -> Duplicate:
    earlier, later = sorted((file, other), key=_when)
    return Duplicate(
        alike=Alike.PLAN,
        strength=Strength.LIKELY,
        earlier=earlier,
        later=later,
        grounds=[f"text_{stage}"],
        weight=10 * likeness,
        percent=int(100 * likeness),
        found_at=now,
    )
