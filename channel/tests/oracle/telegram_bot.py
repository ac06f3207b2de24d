"""Telegram with python-telegram-bot: its objects make the updates and read them, and its bot sends what ours must equal."""

import asyncio
import base64
import datetime
import email
import json
import struct

from telegram import Bot, CallbackQuery, Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, PhotoSize, Update, User

from common import BUTTONS, MESSAGE, NOW, PICTURE, Platform, call, check, done, inbox, message_of, refused, send, steer

platform = Platform()
TOKEN = "123:ABC"
SETTINGS = dict(bot_token=TOKEN, secret_token="hook", receive="webhook", api_base=platform.url)
inbox("telegram", **SETTINGS)
SECRET = [("X-Telegram-Bot-Api-Secret-Token", "hook")]
user = User(77, "Li", False, last_name="Wei", username="liwei", language_code="en")
chat = Chat(77, Chat.PRIVATE, first_name="Li")
when = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)


def message(number, chat=chat, **more):
    return Message(number, when, chat, from_user=user, **more)


def delivered(update):
    body = update.to_json()
    check("the SDK reads its own", Update.de_json(json.loads(body), None), update)
    status, answer, events = call("telegram", body, SECRET)
    check("accepted", status, 200)
    return answer, events


for number, text in enumerate(["你好", "😀 <b>&amp;", "/start"]):
    ours = message_of(delivered(Update(number, message=message(number + 1, text=text)))[1][0])
    check("same words", (ours["content"]["text"], ours["contact"]["external_id"], ours["message_id"], ours["sent_at"]), (text, "77", f"77:{number + 1}", NOW * 1000))
ours = message_of(delivered(Update(5, edited_message=message(1, text="b", edit_date=when)))[1][0])
check("an edit is another message", ours["message_id"], f"77:1:{NOW}")
group = Chat(-100, Chat.SUPERGROUP, title="G")
photo = [PhotoSize("small", "a", 1, 1), PhotoSize("large", "b", 9, 9)]
ours = message_of(delivered(Update(6, message=message(9, chat=group, photo=photo, caption="看")))[1][0])
check("the largest picture", (ours["attachments"][0]["source"]["media"], ours["content"]["text"], ours["conversation_key"]), ("large", "看", "-100"))
query = CallbackQuery("cq1", user, "1", message=message(4, text="选择"), data=f"{MESSAGE}:2")
answer, events = delivered(Update(7, callback_query=query))
check("a pressed button", message_of(events[0])["pressed"], {"message_id": MESSAGE, "number": 2})
check("and its answer", json.loads(answer), {"method": "answerCallbackQuery", "callback_query_id": "cq1"})
same = {delivered(Update(8, message=message(3, text="x")))[1][0]["key"] for _ in range(3)}
check("repetitions have one key", len(same), 1)
refused("telegram", "no signature fits", "{}", [("X-Telegram-Bot-Api-Secret-Token", "hooK")])
refused("telegram", "the header x-telegram-bot-api-secret-token is missing", "{}")
refused("telegram", "the header x-telegram-bot-api-secret-token is there more than once", "{}", SECRET + SECRET)
check("not JSON", call("telegram", "{", SECRET)[0], 400)

sent = {"message_id": 50, "date": NOW, "chat": {"id": 77, "type": "private"}, "text": "x"}
for method in ["sendMessage", "sendPhoto", "sendDocument"]:
    platform.answers[f"/bot{TOKEN}/{method}"] = {"ok": True, "result": sent}
platform.answers[f"/bot{TOKEN}/getMe"] = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "b", "username": "b_bot"}}
platform.answers[f"/bot{TOKEN}/setWebhook"] = {"ok": True, "result": True}
bot = Bot(TOKEN, base_url=platform.url + "/bot")
keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("退款", callback_data=f"{MESSAGE}:1")], [InlineKeyboardButton("官网", url="https://x.example/")], [InlineKeyboardButton("转人工", callback_data=f"{MESSAGE}:2")]])


async def theirs():
    async with bot:
        made = []
        await bot.send_message("77", "您好")
        made.append(platform.last())
        await bot.send_message("77", "选择", reply_markup=keyboard)
        made.append(platform.last())
        await bot.send_photo("77", "https://help.example.cn/api/v1/attachments/att_1/%E5%9B%BE%201.png")
        made.append(platform.last())
        return made


expected = asyncio.run(theirs())
for content, their in zip([{"text": "您好"}, {"text": "选择", "buttons": BUTTONS}, {"attachments": [PICTURE]}], expected):
    check("sent", send("telegram", "77", content), [{"sent": "77:50"}])
    ours = platform.last()
    form = {k: json.loads(v) if v[:1] == "{" else v for k, v in their.form.items()}
    check("same request", (ours.path, ours.json), (their.path, form))
markup = send("telegram", "77", {"text": "选择", "buttons": BUTTONS}) and platform.last().json["reply_markup"]
check("the SDK reads the keyboard", InlineKeyboardMarkup.de_json(markup, None), keyboard)


def parts(request):
    """Name, file name, type and bytes of each part, in the order of their names."""
    whole = email.message_from_bytes(b"content-type: " + request.headers["content-type"].encode() + b"\r\n\r\n" + request.body)
    told = [(p.get_param("name", header="content-disposition"), p.get_filename(), p.get_content_type(), p.get_payload(decode=True)) for p in whole.get_payload()]
    return sorted(told, key=lambda part: part[0])


def png(width, height):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0\r\n--\xff"


async def their_files():
    bot = Bot(TOKEN, base_url=platform.url + "/bot")
    async with bot:
        made = []
        await bot.send_photo("77", png(640, 480), filename="refund.png", reply_markup=keyboard)
        made.append(platform.last())
        await bot.send_document("77", png(300, 9000), filename="long.png")
        made.append(platform.last())
        await bot.send_document("77", b"PK\3\4\r\n\xff", filename="a.zip")
        made.append(platform.last())
        return made


FILES = [("refund.png", "image/png", png(640, 480), BUTTONS), ("long.png", "image/png", png(300, 9000), []), ("a.zip", "application/zip", b"PK\3\4\r\n\xff", [])]
for (name, media_type, data, buttons), their in zip(FILES, asyncio.run(their_files())):
    file = {"id": "att_9", "name": name, "media_type": media_type, "size_bytes": len(data)}
    told = send("telegram", "77", {"attachments": [file], "buttons": buttons}, files=[["att_9", base64.b64encode(data).decode()]])
    check("a file is sent", told[-1:], [{"sent": "77:50"}])
    ours = platform.last()
    read = [[part[:3] + (json.loads(part[3]),) if part[0] == "reply_markup" else part for part in parts(request)] for request in (ours, their)]
    check("the same parts", (ours.path, read[0]), (their.path, read[1]))
huge = {"id": "att_9", "name": "a.zip", "media_type": "application/zip", "size_bytes": 51 * 1024 * 1024}
send("telegram", "77", {"attachments": [huge]})
check("what Telegram takes from nobody is a link", "/api/v1/attachments/att_9/a.zip" in platform.last().json["text"])
long = "长" * 9000
before = len(platform.seen)
send("telegram", "77", {"text": long})
pieces = [request.json["text"] for request in platform.seen[before:]]
check("long texts are cut at 4096 and nothing is lost", (max(map(len, pieces)) <= 4096, "".join(pieces)), (True, long))

platform.answers[f"/bot{TOKEN}/deleteMessage"] = {"ok": True, "result": True}


async def their_deletion():
    bot = Bot(TOKEN, base_url=platform.url + "/bot")
    async with bot:
        await bot.delete_message("77", 50)
        return platform.last()


their = asyncio.run(their_deletion())
check("taken back", steer("telegram", "recall", id="77:50", token=""), {"recalled": True})
ours = platform.last()
check("the same deletion", (ours.path, {k: str(v) for k, v in ours.json.items()}), (their.path, their.form))
for text, told in [
    ("message to delete not found", {"recalled": True}),
    ("message can't be deleted for everyone", {"refused": "failed", "reason": "recall_refused", "after_ms": 0}),
]:
    platform.answers[f"/bot{TOKEN}/deleteMessage"] = (400, {"ok": False, "error_code": 400, "description": f"Bad Request: {text}"})
    check(text, steer("telegram", "recall", id="77:50", token=""), told)

for body, status, kind, reason, after_ms in [
    ({"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7", "parameters": {"retry_after": 7}}, 429, "retry", "rate_limited", 7000),
    ({"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}, 403, "failed", "recipient_blocked_us", 0),
    ({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, 400, "failed", "unknown_recipient", 0),
    ({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401, "failed", "bad_credentials", 0),
    ({"ok": False, "error_code": 502, "description": "Bad Gateway"}, 502, "retry", "http_502", 0),
]:
    platform.answers[f"/bot{TOKEN}/sendMessage"] = (status, body)
    check(body["description"], send("telegram", "77", {"text": "x"}), [{"refused": kind, "reason": reason, "after_ms": after_ms}])
platform.answers[f"/bot{TOKEN}/getFile"] = {"ok": True, "result": {"file_id": "large", "file_unique_id": "b", "file_path": "photos/a b.jpg"}}
platform.answers[f"/file/bot{TOKEN}/photos/a%20b.jpg"] = b"picture"
check("fetched in two steps", steer("telegram", "media", id="large", token="")["bytes"], "cGljdHVyZQ==")
platform.answers[f"/bot{TOKEN}/getFile"] = (400, {"ok": False, "error_code": 400, "description": "Bad Request: file is too big"})
too_large = {"refused": "failed", "reason": "file_too_large", "after_ms": 0}
check("what Telegram hands no bot", steer("telegram", "media", id="large", token=""), too_large)

inbox("telegram", **{**SETTINGS, "receive": "poll"})
updates = [json.loads(Update(100 + n, message=message(n + 1, text=str(n))).to_json()) for n in range(100)]
platform.answers[f"/bot{TOKEN}/getUpdates"] = {"ok": True, "result": updates}
pulled = steer("telegram", "pull", stream="updates", cursor="100")
check("offset", platform.last().json["offset"], 100)
check("polled", (len(pulled["events"]), pulled["cursor"], pulled["has_more"]), (100, "200", True))
done()
