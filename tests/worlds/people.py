"""Builders of people: one account a person, and their second factors."""

import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from accounts.models import User

PASSWORD = "a-long-pass-phrase"


def account(name: str, *, language: str = "en") -> User:
    """An account that can sign in; its address comes from the name."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    return User.objects.create_user(email=address, password=PASSWORD, full_name=name, language=language)


def system_administrator(name: str = "System Administrator") -> User:
    """An account that sets the system up and has no role in any programme."""
    return User.objects.create_superuser(
        email=f"{name.lower().replace(' ', '.')}@example.org",
        password=PASSWORD,
        full_name=name,
        language="en",
    )


def authenticator_app(user: User) -> str:
    """Give an authenticator app and recovery codes; return the seed that the app would hold."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def passkey(user: User) -> Authenticator:
    """Give a passkey as a browser would register it (its private key is thrown away)."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
    credential_id = hashlib.sha256(str(user.pk).encode()).digest()
    attested = AttestedCredentialData.create(b"\0" * 16, credential_id, key)
    seen = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), flags, 0, attested)
    answer = RegistrationResponse(
        raw_id=credential_id,
        response=AuthenticatorAttestationResponse(
            client_data=CollectedClientData.create("webauthn.create", b"challenge", "http://testserver"),
            attestation_object=AttestationObject.create("none", seen, {}),
        ),
    )
    data = {"name": f"Key of {user.full_name}", "credential": dict(answer), "passwordless": True}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
