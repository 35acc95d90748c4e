"""Path converters of the product: what may stand in a URL, and nothing else.

Django's own `str` lets NUL and any other byte through to the database; ours know their alphabet and length.
"""

from django.urls import register_converter


class RowIdConverter:
    """A row's number, within the range of a database key: `<id:pk>`."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(value)


class WordConverter:
    """A lower-case name of ours, such as a verb or a section: `<word:verb>`."""

    regex = "[a-z][a-z0-9_]{0,59}"

    def to_python(self, value: str) -> str:
        """The word itself."""
        return value

    def to_url(self, value: str) -> str:
        """The word itself."""
        return value


class ReferenceConverter(WordConverter):
    """A reference or code printed on papers, such as MAR-REF-2018 or C-7F3K-92: `<ref:code>`."""

    regex = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


class KindConverter(WordConverter):
    """A model's label, such as `applications.application`: `<kind:kind>`."""

    regex = "[a-z_]{1,40}\\.[a-z0-9_]{1,60}"


class TokenConverter(WordConverter):
    """A random token of a link sent to somebody: `<token:token>`."""

    regex = "[A-Za-z0-9_-]{16,128}"


def register() -> None:
    """Make the converters known to Django; called once when the application starts."""
    register_converter(RowIdConverter, "id")
    register_converter(WordConverter, "word")
    register_converter(ReferenceConverter, "ref")
    register_converter(KindConverter, "kind")
    register_converter(TokenConverter, "token")
