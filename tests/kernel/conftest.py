import pytest

from accounts.models import User
from tests.machine.models import Lantern


@pytest.fixture
def keeper(db):
    return User.objects.create_user(email="keeper@example.org", full_name="Keeper")


@pytest.fixture
def second_keeper(keeper):
    return _user_with_pk(keeper.pk + 1, "second@example.org", "Second keeper")


@pytest.fixture
def stranger(second_keeper):
    return _user_with_pk(second_keeper.pk + 1, "stranger@example.org", "Stranger")


def _user_with_pk(pk, email, name):
    user = User(pk=pk, email=email, full_name=name)
    user.save(force_insert=True)
    return user


@pytest.fixture
def lantern(keeper):
    return Lantern.objects.create(name="North", keeper=keeper.pk)
