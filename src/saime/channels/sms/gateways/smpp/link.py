"""One connection to an SMS centre: bind, send and receive, keep alive, notice when it is dead.

A thin layer over smpplib's PDUs. Nothing waits for an answer: what comes is dispatched, so that messages in and out,
their responses and enquire_link share the one transceiver connection in any order.
"""

from __future__ import annotations

import logging
import select
import ssl
import time
from collections.abc import Callable
from typing import Any

from smpplib import consts, smpp
from smpplib.client import Client
from smpplib.exceptions import ConnectionError as SmppConnectionError
from smpplib.exceptions import PDUError, UnknownCommandError

from saime.channels.sms.gateways.config import SmppConfig

_CONNECT_SECONDS = 10
_MOST_OCTETS = 70_000  # message_payload has at most 64 KB
ENQUIRE_AFTER = 30.0
"""Seconds of silence after which the centre is asked whether it is there."""
DEAD_AFTER = 20.0
"""Seconds without an answer to that after which it is not."""
OK: int = consts.SMPP_ESME_ROK
TRY_AGAIN: int = consts.SMPP_ESME_RX_T_APPN
NEVER: int = consts.SMPP_ESME_RX_P_APPN
Pdu = Any  # smpplib's PDUs get their fields at run time


class LinkLost(Exception):
    """There is no connection (any more). The text says why, without names or passwords."""


class _BoundedClient(Client):  # type: ignore[misc]
    def _recv_exact(self, exact_size: int) -> bytes:
        """Whoever claims to send gigabytes is not talking SMPP."""
        if not 0 <= exact_size <= _MOST_OCTETS:
            raise SmppConnectionError
        octets: bytes = super()._recv_exact(exact_size)
        return octets


class Link:
    """A bound connection. `on_message` gives the status of a deliver_sm; `on_response` takes those of submit_sm."""

    def __init__(
        self, config: SmppConfig, *, on_message: Callable[[Pdu], int], on_response: Callable[[Pdu], None]
    ) -> None:
        self.config, self._on_message, self._on_response = config, on_message, on_response
        context = ssl.create_default_context() if config.tls else None
        quiet = logging.getLogger("saime.channels.sms.smpplib")
        quiet.setLevel(logging.CRITICAL)  # it logs whole PDUs: texts and numbers
        self._client = _BoundedClient(
            config.host, config.port, timeout=_CONNECT_SECONDS, logger_name=quiet.name, ssl_context=context,
            allow_unknown_opt_params=True,
        )  # fmt: skip
        self._heard_at = self._asked_at = 0.0

    def bind(self) -> None:
        """Connect and bind as transceiver. LinkLost where that fails."""
        own = self.config
        try:
            self._client.connect()
            self._client.bind_transceiver(
                system_id=own.system_id, password=own.password, system_type=own.system_type
            )
        except PDUError as error:
            self.close()
            raise LinkLost(f"the centre does not let us in: {error.args[0]}") from error
        except (SmppConnectionError, OSError, UnknownCommandError) as error:
            self.close()
            raise LinkLost(f"no connection: {type(error).__name__}") from error
        self._heard_at = time.monotonic()

    def submit(self, **fields: Any) -> int:
        """Send a submit_sm; its sequence number, by which its response is known."""
        pdu = smpp.make_pdu("submit_sm", client=self._client, **fields)
        self._send(pdu)
        return int(pdu.sequence)

    def step(self, seconds: float) -> None:
        """Dispatch what comes within the time; ask after a silence. LinkLost where there is no answer, or the end."""
        deadline = time.monotonic() + seconds
        while self._has_input(max(0.0, deadline - time.monotonic())):
            self._dispatch(self._read())
        self._keep_alive()

    def _has_input(self, seconds: float) -> bool:
        found = self._client._socket
        if found is None:
            raise LinkLost("the connection is closed")
        if isinstance(found, ssl.SSLSocket) and found.pending():
            return True
        return bool(select.select([found], [], [], seconds)[0])

    def _read(self) -> Pdu:
        try:
            pdu = self._client.read_pdu()
        except UnknownCommandError:
            return None  # read to its end: the next one follows
        except (SmppConnectionError, PDUError, OSError) as error:
            raise LinkLost(f"the connection broke: {type(error).__name__}") from error
        except Exception as error:
            # Fields that do not fit their lengths: whatever follows cannot be read either.
            raise LinkLost(f"an unreadable PDU: {type(error).__name__}") from error
        self._heard_at, self._asked_at = time.monotonic(), 0.0
        return pdu

    def _dispatch(self, pdu: Pdu) -> None:
        command = pdu.command if pdu is not None else ""
        if command == "deliver_sm":
            self._respond("deliver_sm_resp", pdu, status=self._on_message(pdu))
        elif command in ("submit_sm_resp", "generic_nack"):
            self._on_response(pdu)
        elif command == "enquire_link":
            self._respond("enquire_link_resp", pdu)
        elif command == "unbind":
            self._respond("unbind_resp", pdu)
            raise LinkLost("the centre has unbound us")

    def _respond(self, command: str, to: Pdu, **fields: Any) -> None:
        response = smpp.make_pdu(command, client=self._client, **fields)
        response.sequence = to.sequence
        self._send(response)

    def _send(self, pdu: Pdu) -> None:
        try:
            self._client.send_pdu(pdu)
        except (SmppConnectionError, PDUError, OSError, AttributeError) as error:
            raise LinkLost(f"the connection broke: {type(error).__name__}") from error

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if self._asked_at and now - self._asked_at > DEAD_AFTER:
            raise LinkLost("no answer to enquire_link")
        if not self._asked_at and now - self._heard_at > ENQUIRE_AFTER:
            self._asked_at = now
            self._send(smpp.make_pdu("enquire_link", client=self._client))

    def close(self) -> None:
        """Say good-bye where somebody still listens, and let go."""
        client = self._client
        if client._socket is None:
            return
        try:
            if client.state == consts.SMPP_CLIENT_STATE_BOUND_TRX:
                client.send_pdu(smpp.make_pdu("unbind", client=client))
        except (SmppConnectionError, PDUError, OSError):
            pass  # it has gone already
        client.disconnect()
