"""URLs of the identity vault: openings, consents, erasures, and what a person may know of the own data."""

from django.urls import path

from applications.views import consents, erasures, identity, own_data, protection

person = "programmes/<ref:code>/persons/<uuid:reference>/"
desk = "programmes/<ref:code>/protection/"

vault_patterns = [
    path(f"{person}identity/", identity.identity, name="identity"),
    path(f"{person}consents/", consents.consent_page, name="consents"),
    path(f"{person}erasure/", erasures.ask, name="ask_erasure"),
    path(desk, protection.desk, name="protection"),
    path(f"{desk}openings/", protection.OpeningList.as_view(), name="openings"),
    path(f"{desk}erasures/", erasures.ErasureList.as_view(), name="erasures"),
    path(f"{desk}erasures/<id:pk>/", erasures.erasure, name="erasure"),
    path(f"{desk}retention/", protection.retention, name="retention"),
    path("my/data/", own_data.own_data, name="own_data"),
    path("my/data/<ref:code>/consent/", own_data.own_consent, name="own_consent"),
    path("my/data/<ref:code>/erasure/", own_data.own_erasure, name="own_erasure"),
]
