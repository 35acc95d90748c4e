"""Words of this package in templates: `{{ paper.kind|document_word }}`."""

from django import template

from disbursements import wording

register = template.Library()


@register.filter
def document_word(kind: str) -> str:
    """The word for a kind of document."""
    return wording.document_word(kind)
