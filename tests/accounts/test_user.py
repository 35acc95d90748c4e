"""The account itself: e-mail or phone, one spelling of an address, no role inside."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts import staff
from accounts.models import User
from workflow import notices

pytestmark = pytest.mark.django_db


def test_an_address_is_one_account_in_any_spelling():
    User.objects.create_user(email="Amina.B@Example.org", password="pass-phrase-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email="amina.b@example.ORG")
    User.objects.create_user(email="other@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(email="other@example.org").update(email="AMINA.B@example.org")


def test_somebody_without_an_address_signs_in_by_phone_and_many_may_lack_one():
    first = User.objects.create_user(phone="+212600000001")
    second = User.objects.create_user(phone="+212600000002")
    assert (first.email, second.email, str(first.phone)) == (None, None, "+212600000001")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(phone="+212 600 000 001")


def test_an_account_needs_one_way_to_be_reached():
    with pytest.raises(ValueError, match="e-mail address or a phone number"):
        User.objects.create_user(full_name="Nobody")
    with pytest.raises(IntegrityError), transaction.atomic():
        User(full_name="Nobody").save()


def test_an_account_made_by_us_may_sign_in_at_once(client):
    User.objects.create_user(email="amina@example.org", password="pass-phrase-1")
    assert EmailAddress.objects.get(email="amina@example.org").verified
    assert client.login(email="amina@example.org", password="pass-phrase-1")
    assert not client.login(email="amina@example.org", password="pass-phrase-2")


def test_the_text_of_an_account_never_shows_its_address():
    user = User.objects.create_user(email="amina@example.org")
    assert "amina" not in str(user)
    user.full_name = "Amina B."
    assert str(user) == "Amina B."


def test_a_list_of_accounts_shows_ones_own_alone():
    amina = User.objects.create_user(email="amina@example.org")
    User.objects.create_superuser(email="root@example.org")
    assert list(User.objects.visible_to(amina)) == [amina]
    assert list(User.objects.visible_to(AnonymousUser())) == []


def test_staff_is_whoever_a_package_says_so_and_still_may_sign_in(monkeypatch):
    coach = User.objects.create_user(email="coach@example.org")
    assert not staff.is_staff(coach)
    monkeypatch.setattr(staff, "_predicates", [])
    staff.register(lambda user: user == coach)
    assert staff.is_staff(coach)
    assert not staff.is_staff(User.objects.create_user(email="applicant@example.org"))
    assert not staff.is_staff(AnonymousUser())
    coach.is_active = False
    assert not staff.is_staff(coach)


def test_a_notice_reaches_a_user_in_his_language_and_a_closed_account_not_at_all():
    user = User.objects.create_user(email="coach@example.org", phone="+212600000001", language="ar")
    resolve = notices._addresses["user"]
    assert resolve(str(user.pk)) == notices.Address("coach@example.org", "+212600000001", "ar")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert resolve(str(user.pk)) is None
