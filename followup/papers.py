"""Papers of support sessions: attendance lists to sign, certificates. Numbered, sealed, verifiable.

Lists hold references, never names. A certificate names its person, unless pseudonyms are forced; of
psychosocial support nothing is ever certified, only attendance is stored.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import opening
from documents import kinds
from documents.bidi import isolate, ltr
from documents.dates import paper_date
from documents.models import Paper, Sensitivity
from documents.papers import issue_paper
from documents.readers import register_reader
from documents.sheet import Column, Facts, Grid, Paragraph, Sheet, Signature, Signatures
from followup.cohorts import TOOK_PLACE
from followup.models import Enrolment, SupportSession
from followup.models.support import SupportKind
from programmes.letterhead import letterhead_of
from workflow import Refused, access, display

LIST, CERTIFICATE = "attendance_list", "certificate"
LANGUAGES = ("fr", "ar", "en")
ONE_PAGE = 10
EMPTY_LINES = (2, 5)
"""A page takes so many lines with the place to sign; at least and at most so many of them are empty."""


def issue_list(session: SupportSession, *, language: str, actor: Any, at: datetime) -> Paper:
    """Print the attendance list of a session to sign; an earlier print in the language is replaced.

    Raises `Refused` for a language that is none of ours.
    """
    _check(language)
    with translation.override(language):
        return issue_paper(
            LIST,
            subject=session,
            stream=session.stream,
            language=language,
            actor=actor,
            at=at,
            scope=session.programme.code,
            supersedes=_latest(session, LIST, language),
            build=lambda context: context.render(
                Sheet(
                    title=_("Attendance list"),
                    language=language,
                    letterhead=letterhead_of(session.programme),
                    blocks=list(_list_blocks(session, language)),
                    subtitle=isolate(session.title),
                    place=session.site.name if session.site else "",
                )
            ),
        )


def _list_blocks(session: SupportSession, language: str) -> Iterator[Any]:
    pairs = [
        (_("Kind"), str(session.get_purpose_display())),
        (_("Date"), isolate(paper_date(session.held_on, language))),
        (_("Hours"), str(session.hours)),
    ]
    if session.cohort is not None:
        pairs.append((_("Cohort"), isolate(session.cohort.title)))
    yield Facts(pairs)
    columns = [
        Column(_("No."), 0.4),
        Column(_("Reference"), 1.2),
        Column(_("Present"), 0.7),
        Column(_("Signature or thumbprint"), 2.2),
    ]
    persons = session.attendance.select_related("person").order_by("pk")
    rows = [[str(number), ltr(str(row.person)), "", ""] for number, row in enumerate(persons, start=1)]
    least, most = EMPTY_LINES
    empty = min(most, max(least, ONE_PAGE - len(rows)))
    rows += [[str(len(rows) + extra), "", "", ""] for extra in range(1, empty + 1)]
    yield Grid(columns, rows)
    yield Paragraph(_("Whoever is not on the list adds the reference on an empty line."), small=True)
    yield Signatures([Signature(_("Who held the session"))])


def issue_certificate(enrolment: Enrolment, *, language: str, actor: Any, at: datetime) -> Paper:
    """Print the certificate of somebody who completed a cohort; an earlier one in the language is replaced.

    Raises `Refused` before completion, of psychosocial support, for a language that is none of ours.
    """
    _check(language)
    if enrolment.cohort.kind == SupportKind.PSYCHOSOCIAL:
        raise Refused([_("Of psychosocial support nothing is certified.")])
    if enrolment.state != "completed":
        raise Refused([_("Only who completed the cohort gets a certificate.")])
    programme = enrolment.cohort.programme
    with translation.override(language):
        reason = _("Certificate printed: %(cohort)s") % {"cohort": enrolment.cohort.code}
    named = opening.person_on_paper(
        enrolment.person, enrolment.case, actor=actor, at=at, reason=reason, language=language
    )
    with translation.override(language):
        return issue_paper(
            CERTIFICATE,
            subject=enrolment,
            stream=enrolment.stream,
            language=language,
            actor=actor,
            at=at,
            scope=programme.code,
            sensitivity=Sensitivity.RESTRICTED,
            supersedes=_latest(enrolment, CERTIFICATE, language),
            build=lambda context: context.render(
                Sheet(
                    title=_("Certificate"),
                    language=language,
                    letterhead=letterhead_of(programme),
                    blocks=list(_certificate_blocks(enrolment, named.words, language)),
                    subtitle=isolate(enrolment.cohort.title),
                    place=enrolment.site.name if enrolment.site else "",
                )
            ),
        )


def _certificate_blocks(enrolment: Enrolment, name: str, language: str) -> Iterator[Any]:
    cohort = enrolment.cohort
    sessions = cohort.sessions.filter(state__in=TOOK_PLACE)
    came = sessions.filter(attendance__person=enrolment.person_id, attendance__present=True)
    hours = sum(came.values_list("hours", flat=True))
    yield Paragraph(_("The programme certifies that"))
    yield Paragraph(isolate(name), bold=True)
    yield Paragraph(_("took part in these sessions and met the rule of attendance."))
    pairs = [
        (_("Sessions"), isolate(cohort.title)),
        (_("Kind"), str(cohort.get_kind_display())),
        (_("Case"), ltr(enrolment.case.number)),
        (
            _("Attended"),
            _("%(attended)s of %(held)s sessions, %(hours)s hours")
            % {"attended": came.count(), "held": sessions.count(), "hours": display.number_text(hours)},
        ),
    ]
    if cohort.starts_on and cohort.ends_on:
        between = f"{paper_date(cohort.starts_on, language)} – {paper_date(cohort.ends_on, language)}"
        pairs.append((_("From – to"), isolate(between)))
    if enrolment.certificate_on:
        pairs.append((_("Completed on"), isolate(paper_date(enrolment.certificate_on, language))))
    yield Facts(pairs)
    yield Signatures([Signature(_("For the programme"))])


def papers_of(enrolments: Any) -> dict[int, list[Paper]]:
    """Return the valid certificates of enrolments, by enrolment."""
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Enrolment)
    rows = Paper.objects.filter(
        kind=CERTIFICATE, subject_type=kind, subject_id__in=enrolments, superseded_by__isnull=True
    )
    found: dict[int, list[Paper]] = {}
    for paper in rows.order_by("language"):
        found.setdefault(int(paper.subject_id), []).append(paper)
    return found


def lists_of(session: SupportSession) -> Any:
    """Return the printed attendance lists of a session that no later one replaces."""
    return Paper.objects.of(session).filter(kind=LIST, superseded_by__isnull=True)


def _latest(subject: Any, kind: str, language: str) -> Paper | None:
    rows = Paper.objects.of(subject).filter(kind=kind, language=language, superseded_by__isnull=True)
    return rows.order_by("issued_at", "pk").last()


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise Refused([_("Choose a language.")])


def _reads_list(user: Any, paper: Any) -> bool:
    return access.may(user, "followup.view_supportsession", paper.owner)


def _prints_list(user: Any, paper: Any) -> bool:
    return access.may(user, "followup.record_attendance", paper.owner)


def _reads_certificate(user: Any, paper: Any) -> bool:
    own = paper.owner.person.user_id is not None and paper.owner.person.user_id == user.pk
    return own or access.may(user, "followup.view_cohort", paper.owner.cohort)


def _prints_certificate(user: Any, paper: Any) -> bool:
    return access.may(user, "followup.print_certificate", paper.owner.cohort)


def register() -> None:
    """Name the papers and say who reads them."""
    kinds.register(LIST, title=gettext_lazy("Attendance list"), prefix="LP")
    kinds.register(CERTIFICATE, title=gettext_lazy("Certificate"), prefix="AT")
    register_reader("followup.supportsession", _reads_list, reprint=_prints_list)
    register_reader("followup.enrolment", _reads_certificate, reprint=_prints_certificate)
