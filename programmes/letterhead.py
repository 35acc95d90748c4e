"""Whose paper it is: the letterhead of a programme, from its first office, title, accent and logo."""

from documents.sheet import Letterhead
from documents.storage import pieces
from programmes.models import Programme


def letterhead_of(programme: Programme) -> Letterhead:
    """Return the letterhead of a programme's papers in the active language: two queries, one file."""
    office = programme.offices.first()
    lines = []
    if office is not None:
        address = ", ".join(part.strip() for part in office.address.splitlines() if part.strip())
        contact = " · ".join(part for part in (office.phone, office.email, office.website) if part)
        lines = [line for line in (address, contact) if line]
    logo = programme.logo
    shown = logo is not None and logo.is_served and logo.media_type in ("image/png", "image/jpeg")
    return Letterhead(
        agency=office.name if office is not None else programme.title,
        programme=f"{programme.title} · {programme.code}" if office is not None else programme.code,
        lines=lines,
        logo=b"".join(pieces(logo.stored_as)) if logo is not None and shown else None,
        accent=programme.accent,
    )
