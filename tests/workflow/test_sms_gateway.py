"""Text messages through a gateway: a small one listens on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from workflow import sms
from workflow.sms_gateway import GatewayRefused, filled

NUMBER, TEXT = "+212612345678", 'Votre code : 123 456 {"text"} رمزكم'


class Gateway(HTTPServer):
    """Remembers what it was sent; answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.received = 202, list[tuple[Any, bytes]]()


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.headers, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    server = Gateway()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_BACKEND = "workflow.sms_gateway.GatewayBackend"
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/messages"
    settings.SMS_GATEWAY_AUTHORIZATION = "Bearer secret"
    settings.SMS_GATEWAY_BODY = {"to": ["{number}"], "message": {"text": "{text}"}, "from": "Jalon"}
    settings.SMS_GATEWAY_FORM = False
    yield server
    server.shutdown()
    server.server_close()


def test_a_gateway_gets_number_and_text_in_its_own_words(gateway):
    sms.backend().send(NUMBER, TEXT)
    ((headers, body),) = gateway.received
    assert headers["Authorization"] == "Bearer secret"
    assert json.loads(body) == {"to": [NUMBER], "message": {"text": TEXT}, "from": "Jalon"}


def test_a_gateway_that_wants_a_form_gets_one(gateway, settings):
    settings.SMS_GATEWAY_FORM = True
    settings.SMS_GATEWAY_BODY = {"msisdn": "{number}", "text": "{text}"}
    sms.backend().send(NUMBER, TEXT)
    ((_headers, body),) = gateway.received
    assert parse_qs(body.decode()) == {"msisdn": [NUMBER], "text": [TEXT]}


@pytest.mark.parametrize("status", [302, 400, 401, 500])
def test_what_a_gateway_refuses_is_an_error_that_names_nobody(gateway, status):
    gateway.status = status
    with pytest.raises(GatewayRefused, match=str(status)) as refused:
        sms.backend().send(NUMBER, TEXT)
    assert NUMBER not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_gateway_that_is_not_there_is_an_error_that_names_nobody(gateway, settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/messages"
    with pytest.raises(GatewayRefused) as refused:
        sms.backend().send(NUMBER, TEXT)
    assert NUMBER not in str(refused.value)


def test_a_template_stays_a_template():
    template = {"text": "{text}", "flash": False}
    assert filled(template, NUMBER, "{number}") == {"text": "{number}", "flash": False}
    assert template == {"text": "{text}", "flash": False}
