"""DingTalk with dingtalk-stream: its frames and handlers are the gateway's and the measure of our acknowledgements."""

import asyncio
import base64
import hashlib
import hmac
import json

import dingtalk_stream
from dingtalk_stream import AckMessage, CallbackMessage, ChatbotMessage, Credential, DingTalkStreamClient
from dingtalk_stream.frames import Headers

from common import BUTTONS, NOW, PICTURE, Platform, call, check, done, inbox, message_of, refused, send, steer

platform = Platform()
SETTINGS = dict(client_id="ding1", client_secret="secret", receive="http", api_base=platform.url, file_base=platform.url)
inbox("dingtalk", **SETTINGS)


def told(**more):
    body = dict(conversationId="cid1", chatbotCorpId="corp", chatbotUserId="$:bot", msgId="msg1", senderNick="小王", isAdmin=False, senderStaffId="staff1", sessionWebhookExpiredTime=(NOW + 5400) * 1000, createAt=NOW * 1000, senderCorpId="corp", conversationType="1", senderId="$:LWCP", sessionWebhook=platform.url + "/robot/sendBySession?session=x", text={"content": " 发票怎么开 "}, robotCode="ding1", msgtype="text")
    made = ChatbotMessage.from_dict({**body, **more}).to_dict()
    return made


def signed(at=NOW * 1000, secret="secret"):
    mac = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    return [("timestamp", str(at)), ("sign", base64.b64encode(mac).decode())]


# over HTTP
for body in [told(), told(msgtype="picture", content={"downloadCode": "D1"}), told(msgtype="richText", content={"richText": [{"text": "看图"}, {"downloadCode": "D2", "type": "picture"}]})]:
    theirs = ChatbotMessage.from_dict(body)
    status, answer, events = call("dingtalk", json.dumps(body), signed())
    ours = message_of(events[0])
    check("accepted", (status, answer), (200, b"{}"))
    check("same message", (ours["message_id"], ours["contact"]["external_id"], ours["contact"]["name"]), (theirs.message_id, theirs.sender_staff_id, theirs.sender_nick))
    check("same words", ours["content"]["text"], "".join(theirs.get_text_list() or []).strip())
    check("same pictures", [a["source"]["media"] for a in ours["attachments"]], theirs.get_image_list() or [])
    check("the session's webhook", ours["reply_handle"]["value"], theirs.session_webhook)
check("one key for repetitions", len({call("dingtalk", json.dumps(told()), signed(NOW * 1000 + n))[2][0]["key"] for n in range(3)}), 1)
check("a foreign webhook is not used", message_of(call("dingtalk", json.dumps(told(sessionWebhook="https://evil.example/x")), signed())[2][0])["reply_handle"], None)
refused("dingtalk", "no signature fits", json.dumps(told()), signed(secret="x"))
refused("dingtalk", "the call is meant for another app", json.dumps(told(robotCode="ding2")), signed())
refused("dingtalk", "the header sign is missing", json.dumps(told()), signed()[:1])
for skew in (-3_700_000, 3_700_000):
    status, answer, _ = call("dingtalk", json.dumps(told()), signed(NOW * 1000 + skew))
    check("skewed clock", (status, b"seconds off" in answer), (401, True))

# sending
platform.answers["/robot/sendBySession"] = {"errcode": 0, "errmsg": "ok"}
check("to the webhook", send("dingtalk", "staff1", {"text": "好的"}, reply_handle=platform.url + "/robot/sendBySession?session=x", conversation_key="cid1"), [{"sent": None}])
ours = platform.last().json
robot = dingtalk_stream.ChatbotHandler()
robot.dingtalk_client = DingTalkStreamClient(Credential("ding1", "secret"))
robot.reply_text("好的", ChatbotMessage.from_dict(told()))
check("the SDK replies alike", platform.last().json, ours)
robot.reply_markdown("标题", "**好的**", ChatbotMessage.from_dict(told()))
theirs = platform.last().json
send("dingtalk", "staff1", {"text": "**好的**", "format": "markdown"}, reply_handle=platform.url + "/robot/sendBySession?session=x", conversation_key="cid1")
ours = platform.last().json
check("Markdown alike", (ours["msgtype"], sorted(ours["markdown"]), ours["markdown"]["text"], ours["at"]), (theirs["msgtype"], sorted(theirs["markdown"]), theirs["markdown"]["text"], theirs["at"]))
platform.answers["/robot/sendBySession"] = {"errcode": 130101, "errmsg": "send too fast"}
check("too fast", send("dingtalk", "staff1", {"text": "x"}, reply_handle=platform.url + "/robot/sendBySession?session=x")[0], {"refused": "retry", "reason": "rate_limited", "after_ms": 600000})
platform.answers["/v1.0/robot/oToMessages/batchSend"] = {"processQueryKey": "pq1", "invalidStaffIdList": [], "flowControlledStaffIdList": []}
check("by the robot API", send("dingtalk", "staff1", {"text": "选择", "buttons": BUTTONS}, token="AT"), [{"sent": "pq1"}])
found = platform.last()
check("the request", (found.headers["x-acs-dingtalk-access-token"], found.json["robotCode"], found.json["userIds"], json.loads(found.json["msgParam"])["content"].splitlines()[-1]), ("AT", "ding1", ["staff1"], "回复数字即可选择。"))
for status, body, kind in [(401, {"code": "InvalidAuthentication", "message": "x"}, "token"), (403, {"code": "Forbidden.AccessDenied", "message": "x"}, "failed"), (200, {"processQueryKey": "p", "invalidStaffIdList": ["staff1"]}, "failed"), (503, {}, "retry")]:
    platform.answers["/v1.0/robot/oToMessages/batchSend"] = (status, body)
    check(f"status {status}", send("dingtalk", "staff1", {"text": "x"}, token="AT")[0]["refused"], kind)
platform.answers["/v1.0/oauth2/accessToken"] = {"accessToken": "AT", "expireIn": 7200}
check("token", steer("dingtalk", "token"), {"value": "AT", "expires_in_ms": 7200000})
check("token request", platform.last().json, {"appKey": "ding1", "appSecret": "secret"})
platform.answers["/media/upload"] = {"errcode": 0, "media_id": "@up", "type": "image"}
check("uploaded", steer("dingtalk", "upload", attachment=PICTURE, bytes="AAAA", token="AT"), {"id": "@up"})
platform.answers["/v1.0/robot/messageFiles/download"] = {"downloadUrl": platform.url + "/file/1"}
platform.answers["/file/1"] = b"picture"
check("fetched in two steps", steer("dingtalk", "media", id="D1", token="AT"), {"bytes": base64.b64encode(b"picture").decode()})

# over the stream
inbox("dingtalk", **{**SETTINGS, "receive": "stream"})
dingtalk_stream.stream.DINGTALK_OPENAPI_ENDPOINT = platform.url
DingTalkStreamClient.OPEN_CONNECTION_API = platform.url + "/v1.0/gateway/connections/open"
DingTalkStreamClient.get_host_ip = lambda self: ""
platform.answers["/v1.0/gateway/connections/open"] = {"endpoint": "wss://gateway.example:443/connect", "ticket": "a+b/c="}
client = DingTalkStreamClient(Credential("ding1", "secret"))


class Handler(dingtalk_stream.ChatbotHandler):
    async def process(self, callback):
        self.heard = ChatbotMessage.from_dict(callback.data)
        return AckMessage.STATUS_OK, "OK"


handler = Handler()
client.register_callback_handler(ChatbotMessage.TOPIC, handler)
client.open_connection()
theirs = platform.last().json
check("endpoint", steer("dingtalk", "open")["url"], "wss://gateway.example:443/connect?ticket=a%2Bb%2Fc%3D")
ours = platform.last().json
for field in ["clientId", "clientSecret", "subscriptions", "localIp"]:
    check(f"open: {field}", ours[field], theirs[field])


def frame(kind, topic, data, number=1):
    headers = Headers()
    headers.topic, headers.message_id, headers.content_type, headers.time = topic, f"f{number}", "application/json", NOW * 1000
    return {"specVersion": "1.0", "type": kind, "headers": headers.to_dict(), "data": data}


callback = frame("CALLBACK", ChatbotMessage.TOPIC, json.dumps(told(), ensure_ascii=False))
expected = asyncio.run(handler.raw_process(CallbackMessage.from_dict(callback))).to_dict()
reaction = steer("dingtalk", "frame", text=json.dumps(callback))
check("same message", reaction["events"][0]["what"]["message"]["message_id"], handler.heard.message_id)
check("nothing before it is safe", reaction["frames"], [])
ack = json.loads(reaction["acks"][0]["text"])
check("same acknowledgement", (ack["code"], ack["headers"]["messageId"], ack["headers"]["contentType"]), (expected["code"], expected["headers"]["messageId"], expected["headers"]["contentType"]))
check("with the same data", json.loads(ack["data"]), json.loads(expected["data"]))
again = steer("dingtalk", "frame", text=json.dumps({**callback, "headers": {**callback["headers"], "messageId": "f2"}}))
check("brought again, same key", again["events"][0]["key"], reaction["events"][0]["key"])
ping = steer("dingtalk", "frame", text=json.dumps(frame("SYSTEM", "ping", '{"opaque":"o1"}')))
check("pinged back", json.loads(ping["frames"][0]["text"])["data"], '{"opaque":"o1"}')
check("reopened", steer("dingtalk", "frame", text=json.dumps(frame("SYSTEM", "disconnect", "{}")))["reconnect"])
unknown = steer("dingtalk", "frame", text=json.dumps(frame("CALLBACK", "/v1.0/card/instances/callback", "{}")))
check("not ours", (unknown["events"], json.loads(unknown["acks"][0]["text"])["code"]), ([], AckMessage.STATUS_NOT_IMPLEMENT))
broken = steer("dingtalk", "frame", text=json.dumps(frame("CALLBACK", ChatbotMessage.TOPIC, "{not json")))
check("unreadable", (broken["events"], broken["dropped"]), ([], "unreadable"))
check("noise", steer("dingtalk", "frame", text="}{")["dropped"], "unreadable")
done()
