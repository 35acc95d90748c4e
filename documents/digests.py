"""How a digest is written down."""


def grouped(digest: str, size: int = 8) -> str:
    """Return a long digest in groups, so that two people can compare it aloud."""
    return " ".join(digest[at : at + size] for at in range(0, len(digest), size))
