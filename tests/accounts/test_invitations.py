"""Staff come in by invitation: one link, one person, once, for two weeks."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from accounts.forms import InvitationForm
from accounts.models import Invitation, User

pytestmark = pytest.mark.django_db

ACCEPTED: list[tuple[User, dict]] = []


def take(user, payload, invitation):
    """Accept as an upper package would: use the payload, or say why not."""
    if payload.get("closed"):
        raise invitations.CannotAccept("The programme is closed.")
    ACCEPTED.append((user, payload))


class JurorForm(InvitationForm):
    """An invitation with a payload."""

    def payload(self):
        """A role in a programme."""
        return {"role": "juror", "programme": 7}


JUROR = invitations.Purpose(
    name="test_juror",
    label="Juror",
    may_invite=lambda user: user.full_name == "Manager",
    form=JurorForm,
    accept=take,
    describe=lambda payload: f"Juror of programme {payload.get('programme')}",
)


@pytest.fixture(autouse=True)
def _purpose():
    ACCEPTED.clear()
    invitations.register(JUROR)
    yield
    invitations._purposes.pop(JUROR.name)


@pytest.fixture
def manager():
    return User.objects.create_user(email="m@example.org", password="pass-phrase-1", full_name="Manager")


def invited(manager, email="juror@example.org", payload=None, now=None):
    """An invitation and the path that its mail leads to."""
    invitation, token = invitations.invite(
        purpose=JUROR,
        email=email,
        full_name="Awa D.",
        language="en",
        invited_by=manager,
        payload=payload if payload is not None else {"programme": 7},
        now=now or timezone.now(),
    )
    return invitation, reverse("accounts:accept_invitation", args=[token])


ANSWER = {"full_name": "Awa Diop", "password1": "long-enough-9", "password2": "long-enough-9"}


def test_a_manager_invites_and_the_person_comes_in_with_the_role(client, manager, settings):
    settings.PUBLIC_URL = "https://jalon.example"
    client.force_login(manager)
    form = {"full_name": "Awa D.", "email": "Juror@Example.org", "language": "ar"}
    assert client.post(reverse("accounts:invite", args=["test_juror"]), form).status_code == 302
    client.logout()

    letter = mail.outbox[0]
    assert letter.to == ["juror@example.org"]
    link = re.search(r"https://jalon\.example(\S+)", letter.body)
    assert link
    assert "Juror of programme 7" in client.get(link[1]).content.decode()
    assert client.post(link[1], ANSWER).status_code == 302

    user = User.objects.get(email="juror@example.org")
    assert (user.full_name, user.language, user.is_superuser) == ("Awa Diop", "ar", False)
    assert [(user, {"role": "juror", "programme": 7})] == ACCEPTED
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_link_opens_once(client, manager):
    _, link = invited(manager)
    assert client.post(link, ANSWER).status_code == 302
    client.logout()
    again = client.post(link, ANSWER | {"full_name": "Thief"})
    assert again.status_code == 410
    assert "already accepted" in again.content.decode()
    assert len(ACCEPTED) == 1


def test_two_acceptances_at_once_make_one(manager):
    invitation, _ = invited(manager)
    stale = Invitation.objects.get(pk=invitation.pk)
    user = User.objects.create_user(email="juror@example.org")
    invitations.accept(invitation, user=user, now=timezone.now())
    with pytest.raises(invitations.CannotAccept, match="already accepted"):
        invitations.accept(stale, user=user, now=timezone.now())
    assert len(ACCEPTED) == 1


def test_an_expired_link_refuses_with_a_sentence(client, manager):
    _, link = invited(manager, now=timezone.now() - invitations.VALID_FOR)
    answer = client.post(link, ANSWER)
    assert answer.status_code == 410
    assert "has expired" in answer.content.decode()
    assert not User.objects.filter(email="juror@example.org").exists()


def test_an_unknown_link_is_not_found(client):
    assert client.get(reverse("accounts:accept_invitation", args=["x" * 43])).status_code == 404


def test_a_refusing_package_leaves_no_account_behind(client, manager):
    invitation, link = invited(manager, payload={"closed": True})
    answer = client.post(link, ANSWER)
    assert (answer.status_code, "The programme is closed." in answer.content.decode()) == (409, True)
    assert not User.objects.filter(email="juror@example.org").exists()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_somebody_with_an_account_signs_in_to_accept(client, manager):
    user = User.objects.create_user(email="juror@example.org", password="pass-phrase-1")
    _, link = invited(manager)
    assert client.get(link)["Location"].startswith(reverse("account_login"))
    client.force_login(user)
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302
    assert [who for who, _ in ACCEPTED] == [user]


def test_nobody_accepts_for_somebody_else(client, manager):
    _, link = invited(manager)
    client.force_login(User.objects.create_user(email="thief@example.org"))
    for answer in (client.get(link), client.post(link, ANSWER)):
        assert answer.status_code == 409
        assert "another e-mail address" in answer.content.decode()
    assert ACCEPTED == []


def test_a_weak_or_mistyped_password_is_refused_beside_its_field(client, manager):
    _, link = invited(manager)
    for first, second in (
        ("short", "short"),
        ("long-enough-9", "long-enough-8"),
        ("1234567890", "1234567890"),
    ):
        answer = client.post(link, ANSWER | {"password1": first, "password2": second})
        assert answer.status_code == 422
    assert not User.objects.filter(email="juror@example.org").exists()


def test_the_token_is_stored_nowhere(manager):
    invitation, link = invited(manager)
    token = link.rstrip("/").rpartition("/")[2]
    stored = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in str(stored)


def test_sending_again_kills_the_old_link(client, manager):
    invitation, old = invited(manager, now=timezone.now() - timedelta(days=20))
    client.force_login(manager)
    client.post(reverse("accounts:renew_invitation", args=[invitation.pk]))
    client.logout()
    assert client.get(old).status_code == 404
    link = re.search(r"http://\S+?(/invitation/\S+)", mail.outbox[-1].body)
    assert link
    assert client.post(link[1], ANSWER).status_code == 302


def test_a_withdrawn_link_refuses_and_is_not_renewed(client, manager):
    invitation, link = invited(manager)
    client.force_login(manager)
    client.post(reverse("accounts:withdraw_invitation", args=[invitation.pk]))
    client.post(reverse("accounts:renew_invitation", args=[invitation.pk]))
    assert mail.outbox == []
    client.logout()
    answer = client.get(link)
    assert (answer.status_code, "withdrawn" in answer.content.decode()) == (410, True)


def test_an_accepted_invitation_cannot_be_withdrawn(client, manager):
    invitation, link = invited(manager)
    client.post(link, ANSWER)
    client.force_login(manager)
    client.post(reverse("accounts:withdraw_invitation", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert (invitation.withdrawn_at, invitation.accepted_at is not None) == (None, True)


def test_one_sees_and_touches_ones_own_invitations_alone(client, manager):
    invitation, _ = invited(manager)
    other = User.objects.create_user(email="m2@example.org", full_name="Manager")
    client.force_login(other)
    assert "juror@example.org" not in client.get(reverse("accounts:invitations")).content.decode()
    for name in ("renew_invitation", "withdraw_invitation"):
        assert client.post(reverse(f"accounts:{name}", args=[invitation.pk])).status_code == 404
    client.force_login(manager)
    assert "juror@example.org" in client.get(reverse("accounts:invitations")).content.decode()


def test_who_may_invite_for_nothing_finds_no_page(client, manager):
    client.force_login(User.objects.create_user(email="a@example.org"))
    assert client.get(reverse("accounts:invitations")).status_code == 404
    assert client.get(reverse("accounts:invite", args=["test_juror"])).status_code == 404
    client.force_login(manager)
    assert client.get(reverse("accounts:invite", args=["test_juror"])).status_code == 200
    assert client.get(reverse("accounts:invite", args=["system_administrator"])).status_code == 404
    assert client.get(reverse("accounts:invite", args=["no_such_purpose"])).status_code == 404


def test_a_system_administrator_is_invited_by_one_who_still_is_one(client):
    root = User.objects.create_superuser(email="root@example.org")
    for demoted in (True, False):
        User.objects.filter(pk=root.pk).update(is_superuser=not demoted)
        _, token = invitations.invite(
            purpose=invitations.purpose("system_administrator"),
            email="second@example.org",
            invited_by=root,
            now=timezone.now(),
        )
        client.post(reverse("accounts:accept_invitation", args=[token]), ANSWER)
        client.logout()
        assert User.objects.filter(email="second@example.org", is_superuser=True).exists() is not demoted


def test_a_mail_that_does_not_leave_is_said_and_the_invitation_stays(client, manager, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", down)
    client.force_login(manager)
    form = {"full_name": "Awa", "email": "awa@example.org", "language": "fr"}
    page = client.post(reverse("accounts:invite", args=["test_juror"]), form, follow=True)
    assert any("did not leave" in str(message) for message in page.context["messages"])
    assert Invitation.objects.filter(email="awa@example.org").exists()


def test_the_database_refuses_an_acceptance_by_nobody(manager):
    invitation, _ = invited(manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
