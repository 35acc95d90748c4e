"""Beginning an application, and saving what is written so that nobody's words are lost or overwritten.

How a page saves
----------------

A section's page is a form at `/my/applications/<case number>/form/<section>/`. Beside its fields it carries
`page`, a word of its own, and `base`, a JSON object: for each question the fingerprint of the answer that
the page was drawn with (`applications/merging.py`). Whoever saves sends the form back as it is, fields,
`page` and `base`, together with `csrfmiddlewaretoken`.

With the header `X-Autosave: 1` the answer is JSON:

    200 {"saved_at": "14:03", "revision": 8, "base": {...}, "fields": {...}}
    409 the same, and "conflicts": {question: {"label", "mine", "theirs", "fields", "base"}}
    410 {"sent": true}      it was sent meanwhile: nothing is written any more

`base` is what the next save sends, question by question. `fields` are inputs (name to list of values) that
somebody else changed and this page did not: the page shows them, unless something else was typed there
since; then it keeps its old `base` for that question. In a conflict the stored answer stays and all other
questions are saved; to insist, the page sends the `base` of the conflict. A save that is repeated changes
nothing: an answer that got lost on a bad line may be asked for again.

Without the header the same form leads to the next page (302), or is shown again with what is wrong (422) or
with both texts of a conflict (409), where `take` names the questions in which the stored answer is taken.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from applications import answers, merging
from applications.models import AnswerSet, Application, ApplicationMember, Case, Person, Registration


class Frozen(Exception):
    """The answers were sent meanwhile: nothing is written into them any more."""


class Saved(NamedTuple):
    """What became of a save. revision: of the answers now; stored: the answers as they stand now."""

    revision: int
    stored: Mapping[str, Any]
    merged: merging.Merged

    @property
    def base(self) -> dict[str, str]:
        """Fingerprints of what is stored, for the page's next save."""
        return {key: merging.fingerprint(value) for key, value in self.stored.items()}


def begin(call: Any, track: Any, person: Person, *, language: str, at: datetime) -> tuple[Application, bool]:
    """Return the person's application to a call, and whether it was begun now.

    One that exists already is returned as it is, whatever its track; a withdrawn one does not count. Two
    presses of the button make one application: the database holds one a person and call.
    """
    kept = Application.objects.filter(call=call, applicant=person).exclude(state="withdrawn")
    if (found := kept.first()) is not None:
        return found, False
    registration = Registration.objects.filter(person=person, programme=call.programme_id).first()
    site = registration.site if registration else None
    try:
        with transaction.atomic():
            case = Case.objects.create(programme=call.programme, site=site, opened_at=at)
            application = Application.objects.create(
                case=case, call=call, track=track, applicant=person, language=language
            )
            ApplicationMember.objects.create(application=application, person=person)
            application.begin_answers("idea")
    except IntegrityError:
        found = kept.first()
        if found is None:
            raise
        return found, False
    return application, True


def base_of(given: AnswerSet, section: str) -> dict[str, str]:
    """Return the fingerprints that a page of a section is drawn with."""
    held = given.complete
    return {
        question.key: merging.fingerprint(held.get(question.key))
        for question in given.form.section(section).questions
    }


@transaction.atomic
def save(
    given: AnswerSet,
    section: str,
    values: Mapping[str, Any],
    *,
    at: datetime,
    base: Mapping[str, str] | None = None,
    page: str = "",
    only: Iterable[str] | None = None,
) -> Saved:
    """Save the answers to the questions of one section (or, with `only`, to those of them).

    base: fingerprints of what the page was drawn with; None means: as the answers stand now. page: the page's
    own word. Raises `Frozen` when the answers were sent meanwhile.
    """
    held = _locked(given)
    known = {one.key: one for one in held.form.sections}
    wanted = {one.key for one in known[section].questions} if section in known else set(held.form.by_key)
    wanted &= set(only) if only is not None else wanted
    before = held.complete
    fresh = {key: value for key, value in values.items() if key in wanted}
    stored = {key: before.get(key) for key in wanted}
    drawn = base if base is not None else {key: merging.fingerprint(stored[key]) for key in wanted}
    own = {key for key, writer in held.writers.items() if page and writer == page}
    merged = merging.merge(drawn, fresh, stored, own=own)
    if merged.write:
        _write(held, merged.write, page, at)
        given.take_over(held)
    return Saved(held.revision, {**stored, **merged.write}, merged)


@transaction.atomic
def change_files(
    given: AnswerSet, question: str, change: Callable[[list[str]], list[str]], *, at: datetime
) -> None:
    """Add a file to the answer of a file question, or take one away; two at once both count.

    change: from the references held to those wanted. Raises `Frozen` when the answers were sent meanwhile.
    """
    held = _locked(given)
    before = held.complete.get(question)
    files = change([*before] if isinstance(before, list) else [])
    _write(held, {question: files}, "", at)
    given.take_over(held)


def _locked(given: AnswerSet) -> AnswerSet:
    """Lock the answers, or those that took their place when a new version of the form was published."""
    rows = AnswerSet.objects.select_for_update(of=("self",)).select_related("form_version")
    held = rows.get(pk=given.pk)
    while held.superseded_by_id is not None:
        held = rows.get(pk=held.superseded_by_id)
    if held.frozen_at is not None:
        raise Frozen
    return held


def _write(held: AnswerSet, values: Mapping[str, Any], page: str, at: datetime) -> None:
    held.put(dict(values))
    held.revision += 1
    held.writers = {**held.writers, **dict.fromkeys(values, page)}
    held.saved_at = at
    held.save()
    _show_in_lists(held)


def _show_in_lists(given: AnswerSet) -> None:
    """Keep title and amount of a draft in step, for the pages that show many."""
    said = answers.summary(given.form, given.answers)
    values = {"title": said.title, "sector": said.sector, "requested_minor": said.requested}
    shown = {
        name: value for name, value in values.items() if name.removesuffix("_minor") in given.form.summary
    }
    if shown:
        Application.objects.filter(pk=given.application_id).update(**shown)
