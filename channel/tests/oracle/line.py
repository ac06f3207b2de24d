"""LINE with line-bot-sdk: its parser must accept what we accept and refuse what we refuse, and its models must read what we send."""

import base64
import hashlib
import hmac
import json

from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, PushMessageRequest, ReplyMessageRequest, TextMessage
from linebot.v3.webhooks import MessageEvent, PostbackEvent

from common import BUTTONS, MESSAGE, NOW, PICTURE, Platform, call, check, done, inbox, message_of, refused, send, steer

SECRET = "line-secret"
platform = Platform()
parser = WebhookParser(SECRET)
SETTINGS = dict(channel_id="1", channel_secret=SECRET, channel_access_token="AT", api_base=platform.url, data_base=platform.url)
inbox("line", **SETTINGS)


def event(number, **more):
    base = {"mode": "active", "timestamp": NOW * 1000, "source": {"type": "user", "userId": "U1"}, "webhookEventId": f"01H{number:05}", "deliveryContext": {"isRedelivery": False}}
    return {**base, "type": "message", "replyToken": f"rt{number}", "message": {"id": f"m{number}", "type": "text", "text": f"第 {number} 条 😀", "quoteToken": "q"}, **more}


def signed(events, secret=SECRET, destination="U0"):
    body = json.dumps({"destination": destination, "events": events}, ensure_ascii=False)
    mac = base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()
    return body, mac


def delivered(events):
    body, mac = signed(events)
    theirs = parser.parse(body, mac)
    status, answer, ours = call("line", body, [("X-Line-Signature", mac)])
    check("accepted", (status, answer), (200, b""))
    return theirs, ours


theirs, ours = delivered([event(n) for n in range(100)])
check("a batch of many", len(ours), len(theirs))
for their, our in zip(theirs[:10], ours[:10]):
    check("same message", (message_of(our)["message_id"], message_of(our)["content"]["text"], our["key"]), (their.message.id, their.message.text, f"e:{their.webhook_event_id}"))
first = delivered([event(1)])[1][0]
again = delivered([event(1, deliveryContext={"isRedelivery": True}, replyToken="rt-new")])[1][0]
check("a redelivery has the same key", again["key"], first["key"])
theirs, ours = delivered([event(2, type="postback", postback={"data": f"{MESSAGE}:2"})])
check("a postback", isinstance(theirs[0], PostbackEvent))
check("is the pressed button", message_of(ours[0])["pressed"], {"message_id": MESSAGE, "number": 2})
theirs, ours = delivered([event(3, message={"id": "i1", "type": "image", "contentProvider": {"type": "line"}, "quoteToken": "q"})])
check("a picture", (isinstance(theirs[0], MessageEvent), message_of(ours[0])["attachments"][0]["source"]), (True, {"media": "i1"}))
unsend = event(4, type="unsend", unsend={"messageId": "m1"})
del unsend["message"], unsend["replyToken"]
check("unsent", delivered([unsend])[1][0]["what"]["recall"], {"contact": "U1", "message_id": "m1"})

body, mac = signed([event(5)])
for what, bad_body, bad_mac in [("tampered", body.replace("第", "弟"), mac), ("another secret", *signed([event(5)], "x")), ("cut", body, mac[:-4]), ("of another body", body, signed([event(6)])[1])]:
    try:
        parser.parse(bad_body, bad_mac)
        check("the SDK refuses " + what, False)
    except InvalidSignatureError:
        pass
    refused("line", "no signature fits", bad_body, [("X-Line-Signature", bad_mac)])
refused("line", "the header x-line-signature is missing", body)
inbox("line", **SETTINGS, bot_user_id="U0")
check("meant for our bot", (parser.parse(body, mac, as_payload=True).destination, call("line", body, [("X-Line-Signature", mac)])[0]), ("U0", 200))
other_body, other_mac = signed([event(5)], destination="U9")
check("the SDK reads whom it is meant for", parser.parse(other_body, other_mac, as_payload=True).destination, "U9")
refused("line", "the call is meant for another app", other_body, [("X-Line-Signature", other_mac)])
refused("line", "no signature fits", other_body, [("X-Line-Signature", mac)])
inbox("line", **SETTINGS)

platform.answers["/v2/bot/message/push"] = {"sentMessages": [{"id": "s1", "quoteToken": "q"}]}
platform.answers["/v2/bot/message/reply"] = {"sentMessages": [{"id": "s2", "quoteToken": "q"}]}
api = MessagingApi(ApiClient(Configuration(host=platform.url, access_token="AT")))
api.push_message(PushMessageRequest(to="U1", messages=[TextMessage(text="您好")]), x_line_retry_key="00000000-0000-4000-8000-000000000000")
expected = platform.last()
check("sent", send("line", "U1", {"text": "您好"}), [{"sent": "s1"}])
found = platform.last()
drop_none = lambda value: {k: drop_none(v) for k, v in value.items() if v not in (None, [], False)} if isinstance(value, dict) else [drop_none(v) for v in value] if isinstance(value, list) else value
check("same push", (found.path, drop_none(found.json), found.headers["authorization"]), (expected.path, drop_none(expected.json), expected.headers["authorization"]))
retry_key = found.headers["x-line-retry-key"]
send("line", "U1", {"text": "您好"})
check("the retry key stays", platform.last().headers["x-line-retry-key"], retry_key)
send("line", "U1", {"text": "选择", "buttons": BUTTONS, "attachments": [PICTURE]})
body = platform.last().json
read = PushMessageRequest.from_dict(body)
check("the SDK reads all of it", drop_none(read.to_dict()), drop_none(body))
check("quick replies", [item.action.data for item in read.messages[-1].quick_reply.items], [f"{MESSAGE}:1", f"{MESSAGE}:2"])
check("a picture by address", read.messages[-1].original_content_url.startswith("https://help.example.cn/"))
check("replied", send("line", "U1", {"text": "好的"}, reply_handle="rt1"), [{"sent": "s2"}])
reply = platform.last().json
check("the SDK reads the reply", drop_none(ReplyMessageRequest.from_dict(reply).to_dict()), drop_none(reply))

for status, body, expected in [
    (409, {"message": "The retry key is already accepted", "sentMessages": [{"id": "s1"}]}, {"sent": "s1"}),
    (401, {"message": "Authentication failed"}, {"refused": "token", "reason": "token_refused", "after_ms": 0}),
    (429, {"message": "You have reached your monthly limit."}, {"refused": "failed", "reason": "monthly_quota_used", "after_ms": 0}),
    (429, {"message": "The API rate limit has been exceeded."}, {"refused": "retry", "reason": "rate_limited", "after_ms": 5000}),
    (400, {"message": "Invalid reply token"}, {"refused": "retry", "reason": "reply_handle_gone", "after_ms": 50000}),
    (500, {"message": "x"}, {"refused": "retry", "reason": "http_500", "after_ms": 0}),
]:
    platform.answers["/v2/bot/message/push"] = (status, body)
    check(f"status {status}", send("line", "U1", {"text": "x"}), [expected])
platform.answers["/v2/bot/message/i1/content"] = b"picture"
check("fetched", steer("line", "media", id="i1", token=""), {"bytes": base64.b64encode(b"picture").decode()})
platform.answers["/v2/bot/profile/U1"] = {"userId": "U1", "displayName": "小林", "language": "zh-TW"}
check("profile", steer("line", "profile", external_id="U1", token="")["name"], "小林")
platform.answers["/v2/bot/message/quota"] = {"type": "limited", "value": 1000}
platform.answers["/v2/bot/message/quota/consumption"] = {"totalUsage": 250}
with ApiClient(Configuration(host=platform.url, access_token="AT")) as client:
    api = MessagingApi(client)
    told = [api.get_message_quota().value, api.get_message_quota_consumption().total_usage]
theirs = [(request.path, request.headers["authorization"]) for request in platform.seen[-2:]]
check("the month as the SDK reads it", steer("line", "month", token=""), told)
check("asked alike", [(request.path, request.headers["authorization"]) for request in platform.seen[-2:]], theirs)
platform.answers["/v2/bot/message/quota"] = {"type": "none"}
check("no limit", steer("line", "month", token=""), None)
inbox("line", **{**SETTINGS, "channel_access_token": ""})
platform.answers["/oauth2/v3/token"] = {"token_type": "Bearer", "access_token": "short", "expires_in": 900}
check("token", steer("line", "token"), {"value": "short", "expires_in_ms": 900000})
check("token form", platform.last().form, {"grant_type": "client_credentials", "client_id": "1", "client_secret": SECRET})
done()
