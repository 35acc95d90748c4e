"""What may stand in the URLs of this package, beside the common ones of `workflow.converters`."""


class CodeConverter:
    """A verification code as printed or typed: letters and digits, with or without hyphens."""

    regex = "[A-Za-z0-9]{4}-?[A-Za-z0-9]{4}-?[A-Za-z0-9]{4}"

    def to_python(self, value: str) -> str:
        """The code as written."""
        return value

    def to_url(self, value: str) -> str:
        """The code as written."""
        return value


class CopyConverter:
    """The number of a duplicate."""

    regex = "[1-9][0-9]{0,3}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(value)
