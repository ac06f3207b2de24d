"""WhatsApp Cloud. Meta publishes no SDK for its webhooks: the standard library signs, over the raw bytes."""

import base64
import hashlib
import hmac
import json
import random

from common import BUTTONS, MESSAGE, NOW, PICTURE, Platform, call, check, done, inbox, message_of, refused, send, steer

platform = Platform()
SETTINGS = dict(phone_number_id="1001", access_token="AT", app_secret="fb", verify_token="vt", api_base=platform.url, template_name="follow_up", template_language="zh_CN")
inbox("whatsapp", **SETTINGS)


def signed(body, secret="fb"):
    return [("X-Hub-Signature-256", "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest())]


def value(**more):
    return {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "1555", "phone_number_id": "1001"}, **more}


def body_of(values, ascii=True):
    changes = [{"field": "messages", "value": one} for one in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "w", "changes": changes}]}, ensure_ascii=ascii)


def text(number):
    return {"from": "8613800000000", "id": f"wamid.{number}", "timestamp": str(NOW), "type": "text", "text": {"body": f"第 {number} 条 😀"}}


batch = [value(contacts=[{"wa_id": "8613800000000", "profile": {"name": "小王"}}], messages=[text(n * 10 + i) for i in range(10)]) for n in range(20)]
for ascii in (True, False):
    body = body_of(batch, ascii)
    status, answer, events = call("whatsapp", body, signed(body))
    check("a batch of many, escaped or not", (status, answer, len(events)), (200, b"", 200))
    check("words and name", (message_of(events[7])["content"]["text"], message_of(events[7])["contact"]["name"]), ("第 7 条 😀", "小王"))
again = call("whatsapp", body, signed(body))[2]
check("redelivered, same keys", [e["key"] for e in again], [e["key"] for e in events])

ORDER = ["queued", "sent", "delivered", "read"]
for seed in range(5):
    statuses = [{"id": "wamid.out", "status": s, "timestamp": str(NOW), "recipient_id": "1"} for s in ["sent", "delivered", "read"] * 2]
    random.Random(seed).shuffle(statuses)
    body = body_of([value(statuses=statuses)])
    events = call("whatsapp", body, signed(body))[2]
    states = [e["what"]["report"]["state"] for e in events]
    check("all told, in any order", sorted(states), sorted(["sent", "delivered", "read"] * 2))
    check("and the furthest counts", max(states, key=ORDER.index), "read")
    check("each once by key", len({e["key"] for e in events}), 3)

body = body_of(batch[:1])
refused("whatsapp", "no signature fits", body, signed(body, "other"))
refused("whatsapp", "no signature fits", body_of(batch[:1], False), signed(body))
refused("whatsapp", "no signature fits", body + " ", signed(body))
refused("whatsapp", "the header x-hub-signature-256 is missing", body)
other = body_of([{**value(messages=[text(1)]), "metadata": {"phone_number_id": "2002"}}])
check("another number is not ours", call("whatsapp", other, signed(other))[2], [])
check("subscribed", call("whatsapp", query=[("hub.mode", "subscribe"), ("hub.challenge", "77"), ("hub.verify_token", "vt")], method="GET")[:2], (200, b"77"))
check("not subscribed", call("whatsapp", query=[("hub.mode", "subscribe"), ("hub.challenge", "77"), ("hub.verify_token", "x")], method="GET")[0], 401)

path = "/v23.0/1001/messages"
platform.answers[path] = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.out"}]}
check("sent", send("whatsapp", "8613800000000", {"text": "您好"}), [{"sent": "wamid.out"}])
found = platform.last()
check("the request", (found.headers["authorization"], found.json["to"], found.json["text"]["body"]), ("Bearer AT", "8613800000000", "您好"))
send("whatsapp", "8613800000000", {"text": "选择", "buttons": BUTTONS})
ids = [b["reply"]["id"] for b in platform.last().json["interactive"]["action"]["buttons"]]
reply = body_of([value(messages=[{"from": "8613800000000", "id": "wamid.p", "timestamp": str(NOW), "type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": ids[1], "title": "转人工"}}}])])
check("a button comes back", message_of(call("whatsapp", reply, signed(reply))[2][0])["pressed"], {"message_id": MESSAGE, "number": 2})
send("whatsapp", "8613800000000", {"text": "包裹\n已到"}, window_closed=True)
check("a template after the window", platform.last().json["template"]["components"][0]["parameters"][0]["text"], "包裹 已到")
inbox("whatsapp", **{**SETTINGS, "template_name": "follow_up, order_update:en_US，发货"})
for chosen, closed, name, language in [(None, True, "follow_up", "zh_CN"), ("order_update", True, "order_update", "en_US"), ("发货", False, "发货", "zh_CN")]:
    send("whatsapp", "8613800000000", {"text": "x", **({"template": chosen} if chosen else {})}, window_closed=closed)
    check("the template that was chosen", (platform.last().json["template"]["name"], platform.last().json["template"]["language"]["code"]), (name, language))
check("one that is not the inbox's", "error" in send("whatsapp", "8613800000000", {"text": "x", "template": "other"}, window_closed=True))
inbox("whatsapp", **SETTINGS)
for code, kind in [(131047, "window"), (130429, "retry"), (190, "failed"), (131026, "failed")]:
    platform.answers[path] = (400, {"error": {"code": code, "message": "x"}})
    check(f"code {code}", send("whatsapp", "8613800000000", {"text": "x"})[0]["refused"], kind)
platform.answers["/v23.0/1001/media"] = {"id": "UP1"}
check("uploaded", steer("whatsapp", "upload", attachment=PICTURE, bytes="AAAA", token=""), {"id": "UP1"})
platform.answers["/v23.0/M1"] = {"messaging_product": "whatsapp", "url": platform.url + "/lookaside/1", "mime_type": "image/jpeg"}
platform.answers["/lookaside/1"] = b"picture"
check("fetched in two steps", steer("whatsapp", "media", id="M1", token=""), {"bytes": base64.b64encode(b"picture").decode()})
check("with the token again", platform.last().headers["authorization"], "Bearer AT")
done()
