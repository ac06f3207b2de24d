"""SMPP with smpp.pdu3: its codec is the message centre's. It reads what our session writes and writes what our session reads; what it does
not know (the GSM 7-bit alphabet, receipts) is checked by hand."""

import io
import json

from common import BUTTONS, check, done, inbox, message_of, steer
from smpp.pdu.operations import BindTransceiverResp, DeliverSM, EnquireLink, EnquireLinkResp, GenericNack, SubmitSMResp, Unbind
from smpp.pdu.pdu_encoding import PDUEncoder
from smpp.pdu.pdu_types import (
    AddrNpi, AddrTon, CommandId, CommandStatus, DataCoding, DataCodingDefault, EsmClass, EsmClassGsmFeatures, EsmClassMode, EsmClassType, MessageState,
    RegisteredDeliveryReceipt,
)
from smpp.pdu.sm_encoding import SMStringEncoder

SETTINGS = {"host": "smsc.example", "system_id": "esme1", "password": "s3cret", "sender": "10690001"}
UCS2 = DataCoding(schemeData=DataCodingDefault.UCS2)
codec, reader = PDUEncoder(), SMStringEncoder()


def heard(data):
    """All PDUs in these bytes, as smpp.pdu3 reads them."""
    stream, found = io.BytesIO(bytes.fromhex(data)), []
    while stream.tell() < len(stream.getvalue()):
        found.append(codec.decode(stream))
    return found


def bring(*pdus, ms=0):
    return steer("smpp", "wire_bytes", hex=b"".join(pdu if isinstance(pdu, bytes) else codec.encode(pdu) for pdu in pdus).hex(), ms=ms)


def open_session(kept=None, status=CommandStatus.ESME_ROK, **settings):
    inbox("smpp", **{**SETTINGS, **settings})
    bind, = heard(steer("smpp", "wire_open", kept=kept)["hex"])
    return bind, bring(BindTransceiverResp(bind.seqNum, status, system_id="smsc"))


def written(number, data, coding=UCS2, header=False, ton=AddrTon.INTERNATIONAL, source="8613800138000", kind=EsmClassType.DEFAULT, **more):
    features = [EsmClassGsmFeatures.UDHI_INDICATOR_SET] if header else []
    return DeliverSM(
        number, source_addr_ton=ton, source_addr_npi=AddrNpi.ISDN, source_addr=source, destination_addr="10690001",
        esm_class=EsmClass(EsmClassMode.DEFAULT, kind, features), data_coding=coding, short_message=data, **more,
    )


def receipt(number, text, **more):
    return written(number, text.encode(), DataCoding(schemeData=DataCodingDefault.SMSC_DEFAULT_ALPHABET), kind=EsmClassType.SMSC_DELIVERY_RECEIPT, **more)


def text_of(reaction):
    return [message_of(event)["content"]["text"] for event in reaction["events"]]


def answers(reaction, kind=CommandId.deliver_sm_resp):
    return [(pdu.seqNum, pdu.status) for pdu in heard(reaction["acks"]) if pdu.commandId == kind]


def links(reaction):
    return [pdu.seqNum for pdu in heard(reaction["acks"] + reaction["sends"]) if pdu.commandId == CommandId.enquire_link]


def prove(reaction):
    """The message centre answers the enquire_link behind our acknowledgements."""
    link, = links(reaction)
    return bring(EnquireLinkResp(link))


# binding
bind, reaction = open_session(system_type="VMA")
check("bind_transceiver", bind.commandId, CommandId.bind_transceiver)
check("with what the operator gave", [bind.params[name] for name in ("system_id", "password", "system_type", "interface_version")], [b"esme1", b"s3cret", b"VMA", 0x34])
check("bound", (reaction["ready"], reaction["ended"]), (True, None))
for status, word in [
    (CommandStatus.ESME_RINVPASWD, "bad_credentials"), (CommandStatus.ESME_RINVSYSID, "bad_credentials"), (CommandStatus.ESME_RBINDFAIL, "bind_refused"),
    (CommandStatus.ESME_RALYBND, "already_bound"), (CommandStatus.ESME_RSYSERR, "platform_busy"),
]:
    _, reaction = open_session(status=status)
    check(f"refused: {word}", (reaction["ready"], reaction["ended"]), (False, word))
inbox("smpp", **SETTINGS)
steer("smpp", "wire_open")
check("nobody answers the bind", steer("smpp", "wire_tick", ms=20_000)["ended"], "timeout")

# words of customers
open_session()
reaction = bring(written(1, "怎么退货?".encode("utf-16-be")))
check("in UCS-2", text_of(reaction), ["怎么退货?"])
check("by an international number", message_of(reaction["events"][0])["contact"]["external_id"], "+8613800138000")
check("answered behind the journal", (answers(reaction), reaction["sends"]), ([(1, CommandStatus.ESME_ROK)], ""))
check("nobody knows yet whether the answer arrives", len(json.loads(reaction["kept"])["seen"]), 1)
again = bring(written(2, "怎么退货?".encode("utf-16-be")))
check("repeated, it is one message, and answered", (again["events"], answers(again)), ([], [(2, CommandStatus.ESME_ROK)]))
after = prove(reaction)
check("the first enquire_link proves the first answer alone", len(json.loads(again["kept"])["seen"]), 1)
after = prove(after)
check("now the answer is known to have arrived", json.loads(after["kept"])["seen"], [])
check("said once more, it is another", text_of(bring(written(3, "怎么退货?".encode("utf-16-be")))), ["怎么退货?"])

GSM = DataCoding(schemeData=DataCodingDefault.SMSC_DEFAULT_ALPHABET)
LATIN = DataCoding(schemeData=DataCodingDefault.LATIN_1)
for number, (data, coding, words) in enumerate([
    (b"\x00\x01\x02\x03\x05 \x1b\x65 \x1b\x28x\x1b\x29 \x15", GSM, "@£$¥é € {x} Ω"),
    ("Grüße".encode("latin-1"), LATIN, "Grüße"),
    (b"plain", DataCoding(schemeData=DataCodingDefault.IA5_ASCII), "plain"),
    ("好的 👍".encode("utf-16-be"), UCS2, "好的 👍"),
], 10):
    check(words, text_of(bring(written(number, data, coding))), [words])
check("a national number stays as it is", message_of(bring(written(20, b"hi", GSM, ton=AddrTon.NATIONAL, source="13800138000"))["events"][0])["contact"]["external_id"], "13800138000")
reaction = bring(written(21, b"", UCS2, message_payload="很长".encode("utf-16-be") * 100, source="8613800138001"))
check("in message_payload", text_of(reaction), ["很长" * 100])
binary = bring(written(22, b"\x01\x02", DataCoding(schemeData=DataCodingDefault.OCTET_UNSPECIFIED), source="8613800138002"))
check("what is no text is dropped, and answered", (binary["events"], binary["dropped"], answers(binary)), ([], "not_supported", [(22, CommandStatus.ESME_ROK)]))

# long messages
LONG = "我上周买的净水器一直漏水,已经联系过两次都没有人处理,请尽快安排师傅上门,订单号是 A20261130001,地址没有变,电话也还是这个,白天晚上都可以打。谢谢,麻烦了,真的很急!" * 2
whole = LONG.encode("utf-16-be")
parts = [whole[at:at + 134] for at in range(0, len(whole), 134)]
total = len(parts)
check("it needs some parts", total >= 3)


def udh(number, ref=77):
    return bytes([5, 0, 3, ref, total, number])


open_session()
order = [total - 1] + list(range(total - 1))
kept = None
for step, at in enumerate(order, 1):
    reaction = bring(written(step, udh(at + 1) + parts[at], header=True))
    check("each part is answered once it is on disk", (answers(reaction), "kept" in reaction and reaction["kept"] is not None), ([(step, CommandStatus.ESME_ROK)], True))
    kept = reaction["kept"]
    if step < total:
        check("not whole yet", reaction["events"], [])
        if step == 1:
            # The process dies: what it answered is not brought again.
            open_session(kept)
check("whole, whatever the order, over a restart", text_of(reaction), [LONG])
check("no part is kept", json.loads(kept)["parts"], [])
wide = [bytes([6, 8, 4, 1, 44, 2, n]) + text.encode("utf-16-be") for n, text in ((1, "上半"), (2, "下半"))]
check("sixteen bits", [text_of(bring(written(40 + n, data, header=True))) for n, data in enumerate(wide)], [[], ["上半下半"]])
sar = [bring(written(50 + n, text.encode("utf-16-be"), sar_msg_ref_num=9, sar_total_segments=2, sar_segment_seqnum=n)) for n, text in ((2, "二"), (1, "一"))]
check("by SAR", [text_of(one) for one in sar], [[], ["一二"]])
bring(written(60, bytes([5, 0, 3, 5, 3, 1]) + "开头".encode("utf-16-be"), header=True), written(61, bytes([5, 0, 3, 5, 3, 3]) + "结尾".encode("utf-16-be"), header=True))
steer("smpp", "wire_tick", ms=1_000)
late = steer("smpp", "wire_bytes", hex=codec.encode(EnquireLink(62)).hex(), ms=11 * 60_000)
late = steer("smpp", "wire_tick", ms=11 * 60_000 + 1)
check("what never comes leaves a gap", text_of(late), ["开头 … 结尾"])
broken = bring(written(70, bytes([200, 0, 3]), header=True, source="8613800138003"))
check("a header longer than its message", (broken["events"], broken["dropped"], answers(broken)), ([], "unreadable_call", [(70, CommandStatus.ESME_ROK)]))

# sending
CONTACT = "+8613800138000"


def ask(text, contact=CONTACT, buttons=()):
    told = steer("smpp", "wire_ask", contact=contact, content={"text": text, "buttons": list(buttons)})
    return [(one["number"], heard(one["hex"])[0]) for one in told["asked"]], told


open_session()
asked, _ = ask("您的包裹明天送达。")
number, submit = asked[0]
check("submit_sm", (len(asked), submit.commandId, submit.seqNum), (1, CommandId.submit_sm, number))
check("to whom", [submit.params[name] for name in ("dest_addr_ton", "dest_addr_npi", "destination_addr")], [AddrTon.INTERNATIONAL, AddrNpi.ISDN, b"8613800138000"])
check("from whom", [submit.params[name] for name in ("source_addr_ton", "source_addr")], [AddrTon.NETWORK_SPECIFIC, b"10690001"])
check("in UCS-2", (submit.params["data_coding"].schemeData, reader.decodeSM(submit).unicode), (DataCodingDefault.UCS2, "您的包裹明天送达。"))
check("with a receipt", submit.params["registered_delivery"].receipt, RegisteredDeliveryReceipt.SMSC_DELIVERY_RECEIPT_REQUESTED)
check("nothing special", (submit.params["esm_class"].mode, submit.params["esm_class"].type, list(submit.params["esm_class"].gsmFeatures)), (EsmClassMode.DEFAULT, EsmClassType.DEFAULT, []))
check("taken, under its name", bring(SubmitSMResp(number, message_id="0000012345"))["answered"], [[number, {"sent": "12345"}]])
check("an answer nobody waits for", bring(SubmitSMResp(number, message_id="9"))["answered"], [])

(number, submit), = ask("Total: 5€ {ok} @home")[0]
check("in the GSM alphabet", (submit.params["data_coding"].schemeData, submit.params["short_message"]), (DataCodingDefault.SMSC_DEFAULT_ALPHABET, b"Total: 5\x1b\x65 \x1b\x28ok\x1b\x29 \x00home"))
for status, kind, reason in [
    (CommandStatus.ESME_RTHROTTLED, "retry", "rate_limited"), (CommandStatus.ESME_RMSGQFUL, "retry", "platform_busy"), (CommandStatus.ESME_RSYSERR, "retry", "platform_busy"),
    (CommandStatus.ESME_RINVDSTADR, "failed", "unknown_recipient"), (CommandStatus.ESME_RINVSRCADR, "failed", "sender_refused"),
    (CommandStatus.ESME_RSUBMITFAIL, "failed", "undeliverable:0x00000045"),
]:
    number = ask("x")[0][0][0]
    told = bring(SubmitSMResp(number, status))["answered"][0][1]
    check(f"{status}", (told["refused"], told["reason"]), (kind, reason))
number = ask("x")[0][0][0]
check("generic_nack", bring(GenericNack(number, CommandStatus.ESME_RINVCMDID))["answered"][0][1]["refused"], "failed")
number = ask("x")[0][0][0]
check("no answer", steer("smpp", "wire_tick", ms=31_000)["answered"][0][1], {"refused": "retry", "reason": "timeout", "after_ms": 0})
menu = reader.decodeSM(ask("请选择", buttons=BUTTONS)[0][0][1]).unicode
check("a menu by numbers", ["退款" in menu, "1" in menu, "2" in menu], [True, True, True])


def said(mode, text):
    open_session(long_messages=mode, window=100)
    asked, told = ask(text)
    check("all leave", len(asked), told["steps"])
    return [submit for _, submit in asked]


out = said("udh", LONG)
infos = [reader.getConcatenatedSMInfoElement(one).data for one in out]
check("numbered from one", [(info.maximumNum, info.sequenceNum) for info in infos], [(len(out), n) for n in range(1, len(out) + 1)])
check("of one message", len({info.referenceNum for info in infos}), 1)
check("each fits", all(len(one.params["short_message"]) <= 140 for one in out))
check("together they are the text", "".join(reader.decodeSM(one).unicode for one in out), LONG)
check("on another attempt they are the same", [one.params["short_message"] for one in said("udh", LONG)], [one.params["short_message"] for one in out])
out = said("udh", "a" * 152 + "€" + "b" * 40)
check("no sign is cut in two", [len(one.params["short_message"]) - 6 for one in out], [152, 42])
out = said("sar", LONG)
check("by SAR", [(one.params["sar_total_segments"], one.params["sar_segment_seqnum"]) for one in out], [(len(out), n) for n in range(1, len(out) + 1)])
check("with nothing in front", "".join(one.params["short_message"].decode("utf-16-be") for one in out), LONG)
out = said("payload", LONG)
check("as a whole", (len(out), out[0].params["message_payload"].decode("utf-16-be"), len(out[0].params["short_message"] or b"")), (1, LONG, 0))
open_session(window=2)
check("no more than the window", len(ask(LONG)[0]), 2)
open_session(sender="Qingniao", receipts=False, alphabet="ucs2")
submit = ask("hi", contact="13800138000")[0][0][1]
check("a name as sender", (submit.params["source_addr_ton"], submit.params["source_addr"]), (AddrTon.ALPHANUMERIC, b"Qingniao"))
check("a number without country", (submit.params["dest_addr_ton"], submit.params["destination_addr"]), (AddrTon.UNKNOWN, b"13800138000"))
check("no receipt", submit.params["registered_delivery"].receipt, RegisteredDeliveryReceipt.NO_SMSC_DELIVERY_RECEIPT_REQUESTED)
check("UCS-2 always", submit.params["data_coding"].schemeData, DataCodingDefault.UCS2)
check("nobody to write to", steer("smpp", "wire_ask", contact="", content={"text": "x"}), {"error": "the contact has no address on this channel"})

# receipts
open_session()


def reported(pdu):
    reaction = bring(pdu)
    check("answered", answers(reaction), [(pdu.seqNum, CommandStatus.ESME_ROK)])
    return [(event["key"], event["what"]["report"]["of"], event["what"]["report"]["state"], event["what"]["report"]["reason"]) for event in reaction["events"]]


TOLD = "id:{} sub:001 dlvrd:001 submit date:2611300900 done date:2611300901 stat:{} err:{} text:"
for number, (stat, state, reason) in enumerate([
    ("ENROUTE", "sent", None), ("ACCEPTD", "sent", None), ("DELIVRD", "delivered", None), ("UNDELIV", "failed", "undeliverable:027"),
    ("EXPIRED", "failed", "receipt_expired:027"), ("REJECTD", "failed", "receipt_rejected:027"), ("DELETED", "failed", "receipt_deleted:027"),
], 1):
    found = reported(receipt(number, TOLD.format("0000012345", stat, "000" if state != "failed" else "027")))
    check(stat, found, [(f"s:12345:{state}", {"external": "12345"}, state, reason)])
check("a state nobody knows", reported(receipt(20, TOLD.format("1", "UNKNOWN", "000"))), [])
check("in fields of its own", reported(receipt(21, "", receipted_message_id="77", message_state=MessageState.DELIVERED))[0][1:3], ({"external": "77"}, "delivered"))
twice = {reported(receipt(n, TOLD.format("5", "DELIVRD", "000")))[0][0] for n in (30, 31)}
check("told twice, one key", len(twice), 1)
open_session(receipt_ids="hex_answers")
number = ask("x")[0][0][0]
check("hexadecimal in the answer", bring(SubmitSMResp(number, message_id="1A2B"))["answered"][0][1], {"sent": "6699"})
check("decimal in the receipt", reported(receipt(1, TOLD.format("0000006699", "DELIVRD", "000")))[0][1], {"external": "6699"})

# keeping the session
open_session(enquire_s=30)
check("asked whether we are there", [(pdu.commandId, pdu.seqNum) for pdu in heard(bring(EnquireLink(7))["sends"])], [(CommandId.enquire_link_resp, 7)])
check("nothing to say yet", steer("smpp", "wire_tick", ms=20_000)["sends"], "")
link, = links(steer("smpp", "wire_tick", ms=31_000))
check("once only", steer("smpp", "wire_tick", ms=32_000)["sends"], "")
check("silent for too long", steer("smpp", "wire_tick", ms=70_000)["ended"], "link_silent")
open_session()
reaction = bring(Unbind(8))
check("told to go", ([(pdu.commandId, pdu.seqNum) for pdu in heard(reaction["sends"])], reaction["ended"]), ([(CommandId.unbind_resp, 8)], "connection_closed"))
open_session()
check("we go", heard(steer("smpp", "wire_close")["hex"])[0].commandId, CommandId.unbind)
data = codec.encode(written(1, "一点一点".encode("utf-16-be")))
pieces = [bring(data[at:at + 7]) for at in range(0, len(data), 7)]
check("byte by byte", [text for one in pieces for text in text_of(one)], ["一点一点"])
check("several at once", text_of(bring(written(2, b"one", GSM), written(3, b"two", GSM))), ["one", "two"])
check("a length that cannot be", bring(b"\xff\xff\xff\xff" + bytes(12))["ended"], "unreadable_answer")
done()
