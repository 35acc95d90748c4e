"""From the award to an agreement in force: budget, offer, two papers, a signature, a payee's account."""

from tests.documents.friendly import picture
from tests.documents.reading import text_of
from tests.journey.steps.application import PROGRAMME
from tests.journey.walker import Walk

SHOP = "Couture du Chellah"
SCAN = {"name": "convention.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(300, 200))}
RIB = "011810000000000000004270"


def a_grant_is_budgeted_and_offered(walk: Walk) -> None:
    """The award drafted grant and instalments; the preparer writes the budget, the manager offers."""
    case = walk.known["case"]
    desk = walk.desk("preparer", f"/cases/{case}/").follow("Open the grant")
    walk.known["grant"] = grant = desk.path
    assert desk.says("8,400.00")
    assert desk.says("5,600.00")
    desk.follow("Change the budget")
    desk.fill(label_1="Machine à coudre", amount_1="11000", label_2="Tissu", amount_2="2000").press("Save")
    assert desk.says("The lines add up to")
    desk.fill(amount_2="3000").press("Save")
    assert desk.says("Budget saved.")
    manager = walk.desk("manager", grant).press("Offer the grant").submit()
    assert manager.says("Offered")
    walk.visitor.forgive("422")
    phone = walk.phone("applicant").speak("العربية")
    walk.known["language of phones"] = "ar"
    assert phone.says("14,000.00")


def the_agreement_is_printed_and_signed(walk: Walk) -> None:
    """Printed in French and in Arabic, each with its case number; the signature is recorded with its scan."""
    desk = walk.desk("preparer", walk.known["grant"])
    desk.press("Français").press("العربية")
    papers = [text_of(paper) for paper in desk.downloads("/documents/papers/")]
    assert len(papers) == 2
    assert all(walk.known["case"] in text for text in papers)
    desk.press("Record the signature")
    desk.attach(file=SCAN).tick("method", "scan").submit()
    assert desk.says("Signed")


def a_payee_is_entered_and_verified_by_another_person(walk: Walk) -> None:
    """A supplier with an account: who entered it cannot verify it; then the grant can be activated."""
    desk = walk.desk("preparer", f"{PROGRAMME}suppliers/new/")
    desk.fill(name=SHOP, town="Rabat", country="MA").submit()
    desk.press("Enter an account")
    desk.tick("channel", "bank").fill(holder=SHOP, number=RIB, institution="Banque", country="MA").submit()
    account = desk.path
    assert not desk.offers("Confirm the account")
    walk.desk("approver", account).press("Confirm the account").tick("evidence", "bank_letter").submit()
    for number in (1, 2):
        desk.go(walk.known["grant"]).follow(f"Instalment {number}", within="main")
        walk.known[number] = desk.path
        desk.press("Choose the supplier").choose(supplier=SHOP).submit()
    manager = walk.desk("manager", walk.known["grant"]).act("Activate the grant")
    assert manager.says("Active")
    supervisor = walk.desk("supervisor", f"/cases/{walk.known['case']}/").follow("Hand over to another coach")
    supervisor.choose(coach="Omar Mansour").fill(reason="Proche de l’atelier").submit()
    assert supervisor.says("handed over")
    assert supervisor.says("Omar Mansour")
