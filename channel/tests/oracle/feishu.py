"""Feishu and Lark with lark-oapi: its dispatcher must accept and refuse as we do, its models read what we send, its protobuf frames and
its own client are the measure of the long connection."""

import asyncio
import base64
import hashlib
import json
import logging

import lark_oapi as lark
from Crypto.Cipher import AES
from lark_oapi.api.im.v1 import CreateMessageRequest, CreateMessageRequestBody, DeleteMessageRequest
from lark_oapi.core.model import RawRequest
from lark_oapi.ws.client import Client as StreamClient
from lark_oapi.ws.pb.pbbp2_pb2 import Frame

from common import BUTTONS, MESSAGE, NOW, PICTURE, Platform, call, check, done, inbox, message_of, refused, send, steer

logging.disable(logging.CRITICAL)
platform = Platform()
KEY, TOKEN = "enc-key", "vt"
SETTINGS = dict(app_id="cli_1", app_secret="s", encrypt_key=KEY, verification_token=TOKEN, receive="http", api_base=platform.url)
inbox("feishu", **SETTINGS)
heard = []
dispatcher = lark.EventDispatcherHandler.builder(KEY, TOKEN).register_p2_im_message_receive_v1(heard.append).build()


def event(number=1, app="cli_1", token=TOKEN, **more):
    message = {"message_id": f"om_{number}", "create_time": str(NOW * 1000), "chat_id": "oc_1", "chat_type": "p2p", "message_type": "text", "content": json.dumps({"text": f"第 {number} 条 😀"}), **more}
    return {"schema": "2.0", "header": {"event_id": f"ev{number}", "event_type": "im.message.receive_v1", "create_time": str(NOW * 1000), "token": token, "app_id": app, "tenant_key": "t"}, "event": {"sender": {"sender_id": {"open_id": "ou_1", "union_id": "on_1", "user_id": "u1"}, "sender_type": "user"}, "message": message}}


def sealed(body, key=KEY):
    data = json.dumps(body).encode()
    pad = 16 - len(data) % 16
    iv = bytes(range(16))
    cipher = AES.new(hashlib.sha256(key.encode()).digest(), AES.MODE_CBC, iv)
    return json.dumps({"encrypt": base64.b64encode(iv + cipher.encrypt(data + bytes([pad]) * pad)).decode()})


def signed(body, at=NOW, key=KEY):
    mac = hashlib.sha256((f"{at}n1{key}" + body).encode()).hexdigest()
    return [("X-Lark-Request-Timestamp", str(at)), ("X-Lark-Request-Nonce", "n1"), ("X-Lark-Signature", mac)]


def theirs(body, headers):
    request = RawRequest()
    request.uri, request.body, request.headers = "/", body.encode(), dict(headers)
    return dispatcher.do(request)


def both(body, headers):
    """(what the SDK's dispatcher answers, what we answer)"""
    return theirs(body, headers).status_code, call("feishu", body, headers)


for number in range(1, 4):
    body = sealed(event(number))
    status, (ours, answer, events) = both(body, signed(body))
    check("both accept", (status, ours, answer), (200, 200, b"{}"))
    read = heard[-1].event
    check("same message", (message_of(events[0])["message_id"], message_of(events[0])["contact"]["external_id"], message_of(events[0])["content"]["text"]), (read.message.message_id, read.sender.sender_id.open_id, json.loads(read.message.content)["text"]))
keys = {call("feishu", body, signed(body, NOW + n))[2][0]["key"] for n in (0, 15, 300)}
check("retries have one key", len(keys), 1)
challenge = sealed({"type": "url_verification", "token": TOKEN, "challenge": "c1"})
status, (ours, answer, _) = both(challenge, [])
check("the challenge", (status, ours, json.loads(answer), json.loads(theirs(challenge, []).content)), (200, 200, {"challenge": "c1"}, {"challenge": "c1"}))

body = sealed(event(9))
cut = json.dumps({"encrypt": json.loads(body)["encrypt"][:-24]})
flipped = json.loads(body)["encrypt"]
flipped = json.dumps({"encrypt": flipped[:40] + ("A" if flipped[40] != "A" else "B") + flipped[41:]})
for what, bad, headers in [
    ("another key's signature", body, signed(body, key="x")),
    ("a changed body", flipped, signed(body)),
    ("another key's seal", sealed(event(9), "x"), signed(sealed(event(9), "x"))),
    ("a cut seal", cut, signed(body)),
    ("another token", sealed(event(9, token="x")), signed(sealed(event(9, token="x")))),
    ("a challenge with another token", sealed({"type": "url_verification", "token": "x", "challenge": "c"}), []),
]:
    status, (ours, _, events) = both(bad, headers)
    check(f"both refuse {what}", (status, ours, events), (500, 401, []))
wrong = sealed(event(9, app="cli_2"))
refused("feishu", "the call is meant for another app", wrong, signed(wrong))
refused("feishu", "the header x-lark-signature is missing", body)
for skew in (-40000, 40000):
    check("skewed clock", call("feishu", body, signed(body, NOW + skew))[0], 401)


def read_by(number, *ids):
    reader = {"reader_id": {"open_id": "ou_1", "union_id": "on_1", "user_id": "u1"}, "read_time": str(NOW * 1000), "tenant_key": "t"}
    header = {**event(number)["header"], "event_type": "im.message.message_read_v1"}
    body = sealed({"schema": "2.0", "header": header, "event": {"reader": reader, "message_id_list": list(ids)}})
    return call("feishu", body, signed(body))[2]


first = read_by(30, "om_a", "om_b")
check("read reports", [(e["what"]["report"]["of"], e["what"]["report"]["state"]) for e in first], [({"external": "om_a"}, "read"), ({"external": "om_b"}, "read")])
check("told again, in another event and another order, they are the same", {e["key"] for e in read_by(31, "om_b", "om_a")}, {e["key"] for e in first})
check("not sealed", call("feishu", json.dumps(event(9)), signed(json.dumps(event(9))))[0], 401)

# sending
path = "/open-apis/im/v1/messages"
platform.answers[path] = {"code": 0, "msg": "success", "data": {"message_id": "om_out"}}
client = lark.Client.builder().app_id("cli_1").app_secret("s").domain(platform.url).build()
platform.answers["/open-apis/auth/v3/tenant_access_token/internal"] = {"code": 0, "msg": "ok", "tenant_access_token": "AT", "expire": 7200}
check("token", steer("feishu", "token"), {"value": "AT", "expires_in_ms": 7200000})
ours = platform.last()
content = json.dumps({"text": "您好"}, ensure_ascii=False, separators=(",", ":"))
made = CreateMessageRequestBody.builder().receive_id("ou_1").msg_type("text").content(content).uuid("u").build()
client.im.v1.message.create(CreateMessageRequest.builder().receive_id_type("open_id").request_body(made).build())
check("same token request", next(r for r in platform.seen[::-1] if "tenant_access_token" in r.path).json, ours.json)
expected = platform.last()
check("sent", send("feishu", "ou_1", {"text": "您好"}, token="AT"), [{"sent": "om_out"}])
found = platform.last()
uuid = found.json["uuid"]
check("same request", (found.path, found.query, {**found.json, "uuid": "u"}, found.headers["authorization"]), (expected.path, expected.query, expected.json, expected.headers["authorization"]))
send("feishu", "ou_1", {"text": "您好"}, token="AT")
check("the uuid stays, and fits", (platform.last().json["uuid"], len(uuid) <= 50), (uuid, True))
send("feishu", "ou_1", {"text": "选择", "buttons": BUTTONS}, token="AT")
value = json.loads(platform.last().json["content"])["elements"][-1]["actions"][1]["value"]
pressed = {"schema": "2.0", "header": {**event(20)["header"], "event_type": "card.action.trigger"}, "event": {"operator": {"open_id": "ou_1"}, "action": {"tag": "button", "value": value}}}
body = sealed(pressed)
check("a button comes back", message_of(call("feishu", body, signed(body))[2][0])["pressed"], {"message_id": MESSAGE, "number": 2})
for code, kind in [(99991663, "token"), (99991400, "retry"), (230002, "failed"), (230020, "retry"), (1, "failed")]:
    platform.answers[path] = (400, {"code": code, "msg": "x"})
    check(f"code {code}", send("feishu", "ou_1", {"text": "x"}, token="AT")[0]["refused"], kind)
mine = "/open-apis/im/v1/messages/om_out"
platform.answers[mine] = {"code": 0, "msg": "success", "data": {}}
client.im.v1.message.delete(DeleteMessageRequest.builder().message_id("om_out").build())
expected = platform.last()
check("taken back", steer("feishu", "recall", id="om_out", token="AT"), {"recalled": True})
found = platform.last()
check("the same recall", (found.method, found.path, found.headers["authorization"]), (expected.method, expected.path, expected.headers["authorization"]))
for code, told in [(230011, {"recalled": True}), (230009, {"refused": "failed", "reason": "recall_refused", "after_ms": 0})]:
    platform.answers[mine] = (400, {"code": code, "msg": "x"})
    check(f"recall {code}", steer("feishu", "recall", id="om_out", token="AT"), told)
platform.answers["/open-apis/im/v1/images"] = {"code": 0, "data": {"image_key": "img_1"}}
check("uploaded", steer("feishu", "upload", attachment=PICTURE, bytes="AAAA", token="AT"), {"id": "img_1"})
platform.answers["/open-apis/im/v1/messages/om_1/resources/img_9"] = b"picture"
check("fetched", steer("feishu", "media", id="om_1/img_9/image", token="AT"), {"bytes": base64.b64encode(b"picture").decode()})

# the long connection
inbox("feishu", **{**SETTINGS, "receive": "stream"})
platform.answers["/callback/ws/endpoint"] = {"code": 0, "msg": "", "data": {"URL": "wss://msg.example/ws?device_id=d1&service_id=33", "ClientConfig": {"ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": 90}}}
check("endpoint", steer("feishu", "open")["url"], "wss://msg.example/ws?device_id=d1&service_id=33")
ours = platform.last().json
stream = StreamClient("cli_1", "s", event_handler=dispatcher, domain=platform.url)
check("the SDK asks alike", (stream._get_conn_url(), platform.last().json), ("wss://msg.example/ws?device_id=d1&service_id=33", ours))
written = []


async def write(data):
    written.append(data)


stream._write_message = write


def frame(payload, number=1, total=1, seq=0, kind="event"):
    made = Frame()
    made.SeqID, made.LogID, made.service, made.method, made.payload = 7, 8, 33, 1, payload
    for key, text in [("type", kind), ("message_id", f"f{number}"), ("sum", str(total)), ("seq", str(seq)), ("trace_id", "t")]:
        header = made.headers.add()
        header.key, header.value = key, text
    return made.SerializeToString()


def heard_by_both(frames):
    written.clear()
    reactions = []
    for data in frames:
        asyncio.run(stream._handle_message(data))
        reactions.append(steer("feishu", "frame", binary=base64.b64encode(data).decode()))
    return reactions


payload = json.dumps(event(30)).encode()
reaction = heard_by_both([frame(payload)])[0]
check("same event", message_of(reaction["events"][0])["message_id"], heard[-1].event.message.message_id)
check("nothing before it is safe", reaction["frames"], [])
expected, found = Frame(), Frame()
expected.ParseFromString(written[0])
found.ParseFromString(base64.b64decode(reaction["acks"][0]["binary"]))
plain = lambda f: (f.SeqID, f.LogID, f.service, f.method, [(h.key, h.value) for h in f.headers if h.key != "biz_rt"], json.loads(f.payload)["code"])
check("same answer", plain(found), plain(expected))
parts = [frame(payload[:50], 2, 3, 0), frame(payload[100:], 2, 3, 2), frame(payload[50:100], 2, 3, 1)]
before = len(heard)
reactions = heard_by_both(parts)
check("parts in any order", ([len(r["events"]) for r in reactions], len(heard) - before), ([0, 0, 1], 1))
check("answered once", ([len(r["acks"]) for r in reactions], len(written)), ([0, 0, 1], 1))
ping = Frame()
ping.ParseFromString(base64.b64decode(steer("feishu", "tick")["frames"][0]["binary"]))
check("a ping as the SDK's", (ping.method, ping.service, [(h.key, h.value) for h in ping.headers]), (0, 33, [("type", "ping")]))
check("no second ping yet", steer("feishu", "tick")["frames"], [])
check("noise", steer("feishu", "frame", binary="AAAA")["dropped"], "unreadable")
platform.answers["/callback/ws/endpoint"] = {"code": 514, "msg": "auth failed"}
check("wrong credentials", steer("feishu", "open")["reason"], "bad_credentials")
platform.answers["/callback/ws/endpoint"] = {"code": 1000040350, "msg": "limit"}
check("too many connections", steer("feishu", "open")["refused"], "retry")
done()
