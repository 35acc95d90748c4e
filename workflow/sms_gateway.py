"""Text messages through an operator's or aggregator's gateway over HTTPS.

    SMS_BACKEND=workflow.sms_gateway.GatewayBackend
    SMS_GATEWAY_URL=https://gateway.example.org/messages
    SMS_GATEWAY_AUTHORIZATION="Bearer 6f1c..."
    SMS_GATEWAY_BODY={"to": "{number}", "from": "Jalon", "text": "{text}"}

Most gateways take one message as JSON or as a form; names of the fields differ, so the body is a template.
"""

from typing import Any

from django.conf import settings

SECONDS = 10
"""How long the gateway may take; a code for signing in is of no use much later."""


class GatewayRefused(Exception):
    """The gateway did not take the message. Says why without the number and without the text."""


class GatewayBackend:
    """Send each message as one request to the gateway of the settings."""

    def send(self, number: str, text: str) -> None:
        """Send a text to an E.164 number; raise `GatewayRefused` when the gateway did not accept it."""
        import requests  # only who sends needs it

        body = filled(settings.SMS_GATEWAY_BODY, number, text)
        as_form = settings.SMS_GATEWAY_FORM
        headers = {}
        if settings.SMS_GATEWAY_AUTHORIZATION:
            headers["Authorization"] = settings.SMS_GATEWAY_AUTHORIZATION
        try:
            answer = requests.post(
                settings.SMS_GATEWAY_URL,
                data=body if as_form else None,
                json=None if as_form else body,
                headers=headers,
                timeout=SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise GatewayRefused(f"no answer from the gateway: {type(error).__name__}") from None
        if not 200 <= answer.status_code < 300:
            raise GatewayRefused(f"the gateway answered {answer.status_code}")


def filled(template: dict[str, Any], number: str, text: str) -> dict[str, Any]:
    """Return the body of a request: `{number}` and `{text}` in the template's values replaced.

    The values stay data: a text with braces or quotes is sent as it was written.
    """
    return {name: _filled(value, number, text) for name, value in template.items()}


def _filled(value: Any, number: str, text: str) -> Any:
    if isinstance(value, dict):
        return filled(value, number, text)
    if isinstance(value, list):
        return [_filled(one, number, text) for one in value]
    if isinstance(value, str):
        return {"{number}": number, "{text}": text}.get(value, value)
    return value
