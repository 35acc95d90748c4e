"""From a person's reception to a file that the jury may read."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from demo.living.programme import CALL, CODE
from tests.journey.walker import Walk

PROGRAMME = f"/programmes/{CODE}/"
OWN = f"{PROGRAMME}calls/{CALL}/"


def a_session_is_set_up(walk: Walk) -> None:
    """The manager adds a committee that sits soon."""
    desk = walk.desk("manager", OWN).follow("Add a session")
    soon = timezone.localtime() + timedelta(hours=4)
    desk.fill(cutoff_at=f"{soon:%Y-%m-%dT%H:%M}", place="Rabat").press("Save")
    assert desk.says("Session 7")


def a_person_is_received_and_comes_to_a_session(walk: Walk) -> None:
    """The field agent receives somebody, plans a session, notes who came."""
    desk = walk.desk("field-agent", f"{PROGRAMME}persons/").press("Receive a person", within="body")
    desk.fill(latin_name="Salma Odyssey", arabic_name="سلمى أوديسي", birth_date="1991", phone="+212612345678")
    desk.choose(site="Rabat-Salé").tick("data_consent").press("Write down")
    reference = desk.text("h1")
    assert reference.startswith("P-")
    desk.follow("Support sessions").press("Plan a session", within="body")
    desk.fill(title="Journée d’accueil", held_on=f"{timezone.localdate()}")
    desk.choose(purpose="Awareness session").press("Plan the session")
    desk.fill(numbers=reference).press("Add to the list")
    assert desk.says(reference)
    desk.tick("present").press("Save the attendance").press("Note as held")
    assert desk.says("Took place")
    desk = walk.desk("supervisor").follow("Journée d’accueil")
    desk.press("Close the session")
    assert desk.says("Closed")


def a_draft_saves_itself_and_is_sent(walk: Walk) -> None:
    """On a phone of 360 pixels: written, saved by itself, read again, sent; a receipt with the number."""
    phone = walk.phone("applicant")
    walk.known["case"] = case = phone.text("header.page-head [class*=ref], header.page-head bdi")
    phone.press("Continuer", within="body")
    phone.submit()  # about the person
    description = phone.field("description")
    with phone.page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        description.fill("Un atelier près du marché, ouvert six jours sur sept, avec une apprentie.")
    assert saved.value.status == 200
    expect(phone.page.locator("[data-save]").first).to_have_class("save is-done")
    phone.page.reload()
    assert "apprentie" in description.input_value()
    phone.press("Enregistrer et continuer")
    phone.fill(requested="14 000,00", use_of_money="Une machine à coudre et du tissu.")
    phone.press("Enregistrer et continuer").tick("sworn").press("Enregistrer et continuer")
    assert phone.says("14 000,00")
    phone.submit()
    assert phone.says("Soumis")
    assert case in phone.text("body")


def a_file_is_screened(walk: Walk) -> None:
    """The screening officer goes through the checklist and declares the file eligible."""
    case = walk.known["case"]
    desk = walk.desk("screening-officer", f"/cases/{case}/screening/")
    conditions = desk.page.locator("#conditions")
    conditions.locator("input[type=radio][value=met]").last.check()
    desk.press("Declare eligible", within="#conditions")
    desk.go(f"/cases/{case}/")
    assert desk.says("Eligible")
