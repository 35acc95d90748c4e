"""Translated sentences of templates whose numbers are written as the language does: "10 000 dossiers".

In place of the library `i18n` of Django (`TEMPLATES` in the settings): the same tags, but a whole number that
`blocktranslate` puts into a sentence has signs between its thousands. It still chooses the plural.
"""

from typing import Any

from django.template import Library
from django.template.base import Parser, Token, TokenType
from django.templatetags import i18n
from django.templatetags.i18n import BlockTranslateNode

from workflow import display

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Written:
    """A value of a template, whole numbers as figures."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def resolve(self, context: Any) -> Any:
        """Return the value."""
        value = self.expression.resolve(context)
        return display.Figure(value) if type(value) is int else value


@register.tag("blocktranslate")
@register.tag("blocktrans")
def blocktranslate(parser: Parser, token: Token) -> BlockTranslateNode:
    """Translate a sentence, its whole numbers written as the language does."""
    node: Any = i18n.do_block_translate(parser, token)
    given = {name: Written(value) for name, value in node.extra_context.items()}
    for part in (*node.singular, *(node.plural or ())):
        if part.token_type == TokenType.VAR and part.contents not in (*given, node.countervar):
            given[part.contents] = Written(parser.compile_filter(part.contents))
    node.extra_context = given
    if node.counter is not None:
        node.counter = Written(node.counter)
    return node
