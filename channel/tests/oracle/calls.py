"""One message of each platform as its vendor's SDK writes and signs it, for a test of the whole server: settings of the inbox, the call,
the same call as the platform repeats it (signed anew where the platform does that), and the call with one word changed under the old
signature. Feishu brings three reports on a message of ours besides; WeCom only says that something waits. Printed as JSON."""

import base64
import datetime
import hashlib
import hmac
import json
import logging
import sys
import time
from urllib.parse import urlencode
from xml.etree import ElementTree

from Crypto.Cipher import AES
from dingtalk_stream import ChatbotMessage
from lark_oapi.event.dispatcher_handler import EventDispatcherHandler
from lark_oapi.core.model import RawRequest
from linebot.v3 import WebhookParser
from telegram import Chat, Message, Update, User
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WorkCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import WeChatSigner

logging.disable(logging.CRITICAL)
NOW, API = int(time.time()), sys.argv[1]
WORDS, CHANGED = "发票怎么开?", "退款怎么办?"


def line():
    def call(words, redelivered, sign=None):
        event = {"type": "message", "mode": "active", "timestamp": NOW * 1000, "source": {"type": "user", "userId": "U1"}, "webhookEventId": "01H00001", "deliveryContext": {"isRedelivery": redelivered}, "replyToken": f"rt{redelivered}", "message": {"id": "m1", "type": "text", "text": words, "quoteToken": "q"}}
        body = json.dumps({"destination": "U0", "events": [event]}, ensure_ascii=False)
        mac = sign or base64.b64encode(hmac.new(b"line-secret", body.encode(), hashlib.sha256).digest()).decode()
        if sign is None:
            WebhookParser("line-secret").parse(body, mac)
        return {"headers": [["x-line-signature", mac]], "body": body}

    first = call(WORDS, False)
    return {
        "settings": {"channel_id": "1", "channel_secret": "line-secret", "channel_access_token": "AT", "api_base": API, "data_base": API},
        "first": first,
        "again": call(WORDS, True),
        "changed": call(CHANGED, False, first["headers"][0][1]),
    }


def telegram():
    def call(words, secret="hook"):
        when = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
        message = Message(1, when, Chat(77, Chat.PRIVATE, first_name="Li"), from_user=User(77, "Li", False, language_code="zh-hans"), text=words)
        return {"headers": [["x-telegram-bot-api-secret-token", secret]], "body": Update(1, message=message).to_json()}

    return {
        "settings": {"bot_token": "123:ABC", "secret_token": "hook", "receive": "webhook", "api_base": API},
        "first": call(WORDS),
        "again": call(WORDS),
        # The platform signs nothing: whoever lacks the secret is refused.
        "changed": call(CHANGED, "other"),
    }


def dingtalk():
    def call(words, at, secret="secret"):
        made = ChatbotMessage.from_dict(dict(conversationId="cid1", chatbotCorpId="corp", chatbotUserId="$:bot", msgId="msg1", senderNick="小王", isAdmin=False, senderStaffId="staff1", createAt=NOW * 1000, conversationType="1", senderId="$:LWCP", text={"content": words}, robotCode="ding1", msgtype="text"))
        mac = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
        return {"headers": [["timestamp", str(at)], ["sign", base64.b64encode(mac).decode()]], "body": json.dumps(made.to_dict())}

    return {
        "settings": {"client_id": "ding1", "client_secret": "secret", "receive": "http", "api_base": API, "file_base": API},
        "first": call(WORDS, NOW * 1000),
        "again": call(WORDS, NOW * 1000 + 900),
        # The signature covers the time alone: one by another secret is refused.
        "changed": call(CHANGED, NOW * 1000, "other"),
    }


def feishu():
    key, token = "enc-key", "vt"
    dispatcher = EventDispatcherHandler.builder(key, token).register_p2_im_message_receive_v1(lambda _: None).register_p2_im_message_message_read_v1(lambda _: None).build()

    def sealed(kind, number, event):
        header = {"event_id": f"ev{number}", "event_type": kind, "create_time": str(NOW * 1000), "token": token, "app_id": "cli_1", "tenant_key": "t"}
        data = json.dumps({"schema": "2.0", "header": header, "event": event}).encode()
        pad = 16 - len(data) % 16
        iv = bytes(range(16))
        cipher = AES.new(hashlib.sha256(key.encode()).digest(), AES.MODE_CBC, iv)
        return json.dumps({"encrypt": base64.b64encode(iv + cipher.encrypt(data + bytes([pad]) * pad)).decode()})

    def call(body, at=NOW, sign=None):
        mac = sign or hashlib.sha256((f"{at}n1{key}" + body).encode()).hexdigest()
        headers = [["x-lark-request-timestamp", str(at)], ["x-lark-request-nonce", "n1"], ["x-lark-signature", mac]]
        request = RawRequest()
        request.uri, request.body = "/", body.encode()
        request.headers = {"X-Lark-Request-Timestamp": str(at), "X-Lark-Request-Nonce": "n1", "X-Lark-Signature": mac}
        if (dispatcher.do(request).status_code == 200) != (sign is None):
            raise SystemExit("the SDK judges its own call otherwise")
        return {"headers": headers, "body": body}

    def message(words):
        sender = {"sender_id": {"open_id": "ou_1", "union_id": "on_1", "user_id": "u1"}, "sender_type": "user"}
        told = {"message_id": "om_1", "create_time": str(NOW * 1000), "chat_id": "oc_1", "chat_type": "p2p", "message_type": "text", "content": json.dumps({"text": words})}
        return sealed("im.message.receive_v1", 1, {"sender": sender, "message": told})

    def read(number, ids):
        reader = {"reader_id": {"open_id": "ou_1", "union_id": "on_1", "user_id": "u1"}, "read_time": str(NOW * 1000), "tenant_key": "t"}
        return call(sealed("im.message.message_read_v1", number, {"reader": reader, "message_id_list": ids}))

    first = call(message(WORDS))
    return {
        "settings": {"app_id": "cli_1", "app_secret": "s", "encrypt_key": key, "verification_token": token, "receive": "http", "api_base": API},
        "first": first,
        "again": call(message(WORDS), NOW + 15),
        "changed": call(message(CHANGED), NOW, first["headers"][2][1]),
        # Of one message twice, and of one that is nobody's.
        "reports": [read(2, ["om_out"]), read(2, ["om_out"]), read(3, ["om_none", "om_out"])],
    }


def wechat():
    """A follower's text in safe mode, for official accounts and mini-programs alike."""
    token, key, app = "tok", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"

    def told(words):
        return xml(ToUserName="gh_1", FromUserName="openid-1", CreateTime=NOW, MsgType="text", Content=words, MsgId=23456789012345678)

    def call(words, nonce, sign=None):
        return wrapped(WeChatCrypto(token, key, app), "gh_1", told(words), nonce, sign, signature(token, str(NOW), nonce))

    if parse_message(told(WORDS)).content != WORDS:
        raise SystemExit("wechatpy reads other words")
    first = call(WORDS, "n1")
    return {
        "settings": {"app_id": app, "app_secret": "s", "token": token, "encoding_aes_key": key, "api_base": API},
        "first": first,
        "again": call(WORDS, "n2"),
        "changed": call(CHANGED, "n1", first["sign"]),
    }


def wecom():
    """The callback alone: what it is about is fetched from the platform, `qn_testkit::wecom`, whose names these are."""
    token, key, corp, account = "callback-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA", "ww0001", "wk0001"

    def call(hint, nonce, sign=None):
        told = xml(ToUserName=corp, CreateTime=NOW, MsgType="event", Event="kf_msg_or_event", Token=hint, OpenKfId=account)
        return wrapped(WorkCrypto(token, key, corp), corp, told, nonce, sign)

    first = call("H1", "n1")
    return {"first": first, "again": call("H1", "n2"), "changed": call("H2", "n1", first["sign"])}


def wrapped(crypto, receiver, text, nonce, sign, outer=None):
    """Sealed and signed by wechatpy, or under the signature of another call, which wechatpy refuses as well."""
    made = ElementTree.fromstring(crypto.encrypt_message(text, nonce, str(NOW)))
    encrypt, mac = made.find("Encrypt").text, sign or made.find("MsgSignature").text
    body = xml(ToUserName=receiver, Encrypt=encrypt)
    try:
        crypto.decrypt_message(body, mac, str(NOW), nonce)
        accepted = True
    except InvalidSignatureException:
        accepted = False
    if accepted != (sign is None):
        raise SystemExit("wechatpy judges its own call otherwise")
    query = {"msg_signature": mac, "timestamp": NOW, "nonce": nonce}
    if outer:
        query |= {"signature": outer, "encrypt_type": "aes"}
    return {"headers": [], "query": urlencode(query), "body": body, "sign": mac}


def signature(*parts):
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


def xml(**fields):
    return "<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()) + "</xml>"


calls = {"line": line(), "telegram": telegram(), "dingtalk": dingtalk(), "feishu": feishu()}
print(json.dumps(calls | {"wechat_official": wechat(), "wechat_mini_program": wechat(), "wecom_kf": wecom()}))
