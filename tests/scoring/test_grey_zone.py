"""A call made through the doors of the product shows a grey zone around its funding line."""

from datetime import timedelta
from random import Random

import pytest
from django.urls import reverse
from django.utils.translation import trans_real

from scoring import standings
from scoring.discrepancy import GREY
from scoring.models import FileAdvice, Round
from tests.worlds import scoring as jury
from tests.worlds.applications import an_application
from workflow import fire

pytestmark = pytest.mark.long

FILES, PLACES = 22, 8
SENTENCES = {
    "en": "Grey zone, ranks {first} to {last}: another draw of jurors could change the decision.",
    "fr": "Zone grise, rangs {first} à {last}",
    "ar": "المنطقة الرمادية، المراتب من {first} إلى {last}",
}


def a_call_with_much_read(world):
    """A session in deliberation: every juror read every file, one mildly, one severely; its ranking."""
    files = [an_application(world, "eligible") for _number in range(FILES)]
    places = {one.pk: place for place, one in enumerate(files)}
    world.session.places = PLACES
    world.session.save(update_fields=["places"])
    session = jury.start_scoring(world)
    tempers = {one.pk: temper for temper, one in enumerate(session.engagements.order_by("pk"))}

    def marks(assignment):
        place, temper = places[assignment.application_id], tempers[assignment.engagement_id]
        worth = 0.75 + 0.25 * place / FILES - 0.1 * temper
        chance = Random(place * len(tempers) + temper)  # the order of the draw changes no mark

        def given(line):
            part = min(worth + chance.uniform(-0.15, 0.15), 1)
            return round(int(line.low) + part * (int(line.high) - int(line.low)))

        lines = assignment.round.grid.criteria.all()
        return {line.key: int(line.high) if line.gate else given(line) for line in lines}

    jury.mark_all(session, marks)
    jury.close_rounds(session)
    jury.talk_over(session)
    secretary = jury.member_of(session, "jury_secretary")
    at = session.cutoff_at + timedelta(days=11)
    fire(session, "start_deliberation", actor=secretary, at=at)
    return standings.make_snapshot(Round.objects.get(session=session), by=secretary, at=at)


@pytest.fixture
def translated(settings, monkeypatch):
    """The product's own languages, which tests leave out."""
    settings.LOCALE_PATHS = [settings.BASE_DIR / "locale"]
    monkeypatch.setattr(trans_real, "_translations", {})
    yield
    trans_real._translations = {}


@pytest.mark.django_db
@pytest.mark.either_engine
def test_the_grey_zone_shows_in_every_language_with_the_sentence_that_explains_it(world, client, translated):
    made = a_call_with_much_read(world)
    assert not made.advice.objections
    advised = FileAdvice.objects.filter(advice=made.advice)
    assert advised.filter(chance__isnull=False).count() == made.files == FILES
    assert made.ranked == FILES
    grey = set(advised.filter(chance__range=GREY).values_list("application", flat=True))
    ranks = [line.rank for line in made.lines.order_by("position") if line.application_id in grey]
    assert grey
    secretary = jury.member_of(made.session, "jury_secretary")
    client.force_login(secretary)
    for language, sentence in SENTENCES.items():
        secretary.language = language
        secretary.save(update_fields=["language"])
        page = client.get(reverse("scoring:line", args=[made.pk])).content.decode()
        assert sentence.format(first=ranks[0], last=ranks[-1]) in page
        assert page.count('<tr class="grey-zone">') == len(grey)
