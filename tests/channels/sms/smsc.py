"""An SMS centre in a process of its own: smpp.twisted3's server, told what to do by lines of JSON on standard input.

    python smsc.py PORT        prints {"event": "listening"} and then an event a line

Commands: {"do": "deliver", …fields of a deliver_sm…}, {"do": "answer", "statuses": [names]} (for the next submit_sm,
one each), {"do": "silent"} (no answer to any request from now on), {"do": "drop"}, {"do": "unbind"}.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from smpp.pdu import pdu_types
from smpp.pdu.error import SMPPTransactionError
from smpp.pdu.operations import DeliverSM
from smpp.pdu.pdu_encoding import PDUEncoder
from smpp.pdu.pdu_types import CommandStatus
from smpp.twisted import protocol
from smpp.twisted.config import SMPPServerConfig
from smpp.twisted.protocol import DataHandlerResponse
from smpp.twisted.server import SMPPServerFactory
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import Portal
from twisted.internet import defer, reactor, stdio, task
from twisted.protocols.basic import LineReceiver

SYSTEM_ID, PASSWORD = "saime", "p4ss"


def say(event: str, **facts: Any) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


class Watched(SMPPServerFactory):  # type: ignore[misc]
    def addBoundConnection(self, connection: Any) -> None:  # noqa: N802
        super().addBoundConnection(connection)
        say("bound")


class Realm:
    def requestAvatar(self, _name: bytes, _mind: object, *interfaces: Any) -> Any:  # noqa: N802
        return interfaces[0], object(), lambda: None


class Centre:
    """What the centre does with what it is sent."""

    def __init__(self) -> None:
        self.statuses: list[str] = []
        self.silent = False
        self.count = 0
        config = SMPPServerConfig(
            systems={SYSTEM_ID: {"max_bindings": 2}}, msgHandler=self.taken, sessionInitTimerSecs=30,
            enquireLinkTimerSecs=600, inactivityTimerSecs=1200,
        )  # fmt: skip
        portal = Portal(Realm())
        checker = InMemoryUsernamePasswordDatabaseDontUse()
        checker.users = {SYSTEM_ID: PASSWORD}  # texts, as the server hands them over
        portal.registerChecker(checker)
        self.factory = Watched(config, auth_portal=portal)
        self.factory.protocol = protocol_of(self)

    def taken(self, _system_id: str, _smpp: Any, pdu: Any) -> Any:
        """A submit_sm: the answer is the next status asked for, else OK with an id."""
        params = pdu.params
        self.count += 1
        status = self.statuses.pop(0) if self.statuses else "ESME_ROK"
        raw = PDUEncoder().encode(pdu)
        say("submitted", id=f"c{self.count}", to=params["destination_addr"].decode(), status=status, pdu=raw.hex(),
            octets=(params.get("short_message") or b"").hex(), sender=params["source_addr"].decode())  # fmt: skip
        if self.silent:
            return defer.Deferred()
        if status != "ESME_ROK":
            return CommandStatus[status]
        return DataHandlerResponse(CommandStatus.ESME_ROK, message_id=f"c{self.count}".encode())

    def bound(self) -> list[Any]:
        manager = self.factory.getBoundConnections(SYSTEM_ID)
        return list(manager) if manager else []

    def deliver(self, facts: dict[str, Any]) -> None:
        pdu = DeliverSM(**fields_of(facts))
        waiting = self.bound()[-1].sendDataRequest(pdu)
        waiting.addCallback(
            lambda result: say("answered", status=result.response.status.name, tag=facts.get("tag"))
        )
        waiting.addErrback(lambda failure: said_no(failure, facts.get("tag")))


def said_no(failure: Any, tag: Any) -> None:
    error = failure.check(SMPPTransactionError)
    status = failure.value.response.status.name if error else failure.type.__name__
    say("answered", status=status, tag=tag)


def protocol_of(centre: Centre) -> type[Any]:
    class Listened(protocol.SMPPServerProtocol):  # type: ignore[misc]
        def doBindRequest(self, request: Any, state: Any) -> Any:  # noqa: N802
            say("bind", system_id=request.params["system_id"].decode())
            return super().doBindRequest(request, state)

        def onPDURequest_enquire_link(self, request: Any) -> None:  # noqa: N802
            say("enquire_link")
            if not centre.silent:
                super().onPDURequest_enquire_link(request)

        def connectionLost(self, reason: Any) -> None:  # noqa: N802
            say("lost")
            super().connectionLost(reason)

    return Listened


def fields_of(facts: dict[str, Any]) -> dict[str, Any]:
    coding = pdu_types.DataCoding(
        pdu_types.DataCodingScheme.DEFAULT, pdu_types.DataCodingDefault[facts["coding"]]
    )
    features = [pdu_types.EsmClassGsmFeatures.UDHI_INDICATOR_SET] if facts.get("udhi") else []
    kind = pdu_types.EsmClassType[facts.get("type", "DEFAULT")]
    found: dict[str, Any] = {
        "service_type": "", "source_addr_ton": pdu_types.AddrTon[facts.get("ton", "INTERNATIONAL")],
        "source_addr_npi": pdu_types.AddrNpi.ISDN, "source_addr": facts["from"],
        "dest_addr_ton": pdu_types.AddrTon.NATIONAL, "dest_addr_npi": pdu_types.AddrNpi.ISDN,
        "destination_addr": facts.get("to", "1881"), "data_coding": coding,
        "esm_class": pdu_types.EsmClass(pdu_types.EsmClassMode.DEFAULT, kind, features),
        "protocol_id": 0, "priority_flag": pdu_types.PriorityFlag.LEVEL_0,
        "registered_delivery": pdu_types.RegisteredDelivery(
            pdu_types.RegisteredDeliveryReceipt.NO_SMSC_DELIVERY_RECEIPT_REQUESTED
        ),
        "replace_if_present_flag": pdu_types.ReplaceIfPresentFlag.DO_NOT_REPLACE, "sm_default_msg_id": 0,
        "short_message": bytes.fromhex(facts["octets"]),
    }  # fmt: skip
    return found | {
        name: facts[name]
        for name in ("sar_msg_ref_num", "sar_total_segments", "sar_segment_seqnum")
        if name in facts
    }


class Orders(LineReceiver):  # type: ignore[misc]
    delimiter = b"\n"

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        order = json.loads(line)
        do = order.pop("do")
        if do == "deliver":
            self.centre.deliver(order)
        elif do == "answer":
            self.centre.statuses += order["statuses"]
        elif do == "silent":
            self.centre.silent = order.get("on", True)
        elif do == "drop":
            for connection in self.centre.bound():
                connection.transport.abortConnection()
        elif do == "unbind":
            for connection in self.centre.bound():
                connection.unbindAndDisconnect()

    def connectionLost(self, _reason: Any = None) -> None:  # noqa: N802
        reactor.stop()


def main() -> None:
    logging.basicConfig(level=logging.CRITICAL)
    centre = Centre()
    stdio.StandardIO(Orders(centre))
    reactor.listenTCP(int(sys.argv[1]), centre.factory, interface="127.0.0.1")
    task.deferLater(reactor, 0, lambda: say("listening"))
    reactor.run()


if __name__ == "__main__":
    main()
