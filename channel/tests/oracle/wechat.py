"""WeChat service accounts and mini-programs, and WeCom, with wechatpy: it seals what we open, and its client sends what ours must equal."""

import base64
import json
from xml.etree import ElementTree

from wechatpy import WeChatClient, create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WorkCrypto
from wechatpy.utils import WeChatSigner

from common import BUTTONS, MESSAGE, NOW, PICTURE, Platform, call, check, done, inbox, message_of, refused, send, steer

TOKEN, KEY, APP, CORP = "tok", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef", "ww0123456789abcdef"
platform = Platform()


def signature(*parts):
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


def plain_query(token=TOKEN, at=NOW, nonce="n1"):
    return [("signature", signature(token, str(at), nonce)), ("timestamp", at), ("nonce", nonce)]


def xml(**fields):
    return "<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()) + "</xml>"


def sealed(text, crypto=WeChatCrypto, token=TOKEN, key=KEY, receiver=APP, at=NOW, nonce="n1"):
    made = ElementTree.fromstring(crypto(token, key, receiver).encrypt_message(text, nonce, str(at)))
    encrypt, sign = made.find("Encrypt").text, made.find("MsgSignature").text
    query = [("msg_signature", sign), ("timestamp", at), ("nonce", nonce)]
    if crypto is WeChatCrypto:
        query += [("signature", signature(token, str(at), nonce)), ("encrypt_type", "aes")]
    return xml(ToUserName="gh_1", Encrypt=encrypt), query, encrypt


BASE = dict(ToUserName="gh_1", FromUserName="openid-1", CreateTime=NOW)
MESSAGES = [
    xml(**BASE, MsgType="text", Content="你好 <b>&amp; 😀", MsgId=23456789012345678),
    xml(**BASE, MsgType="image", PicUrl="https://p.example/1", MediaId="M1", MsgId=2),
    xml(**BASE, MsgType="voice", MediaId="M2", Format="amr", Recognition="什么时候发货", MsgId=3),
    xml(**BASE, MsgType="link", Title="t", Description="d", Url="https://x.example/", MsgId=4),
]


def receives(channel, settings):
    inbox(channel, **settings)
    check("echo", call(channel, query=plain_query() + [("echostr", "e-1")], method="GET")[:2], (200, b"e-1"))
    for text in MESSAGES:
        theirs = parse_message(text)
        status, answer, events = call(channel, text, query=plain_query())
        check("answered at once", (status, answer), (200, b"success"))
        ours = message_of(events[0])
        check("id and sender", (ours["message_id"], ours["contact"]["external_id"]), (str(theirs.id), theirs.source))
        said = getattr(theirs, "content", None) or getattr(theirs, "recognition", None) or ""
        check("words", ours["content"]["text"].startswith(said))
        media = getattr(theirs, "media_id", None)
        check("media", [a["source"]["media"] for a in ours["attachments"]], [media] if media else [])
    again = [call(channel, MESSAGES[0], query=plain_query(nonce=n))[2][0]["key"] for n in ("a", "b", "c")]
    check("three attempts, one key", len(set(again)), 1)
    check("an event opens a window", call(channel, xml(**BASE, MsgType="event", Event="subscribe", EventKey="qrscene_7"), query=plain_query())[2][0]["what"]["opened"]["scene"], "7")
    refused(channel, "no signature fits", MESSAGES[0], query=plain_query(token="other"))
    for skew in (-4000, 4000):
        status, answer, _ = call(channel, MESSAGES[0], query=plain_query(at=NOW + skew))
        check("skewed clock", (status, b"seconds off" in answer), (401, True))

    inbox(channel, **settings, encoding_aes_key=KEY)
    for text in MESSAGES:
        body, query, encrypt = sealed(text)
        check("wechatpy opens its own", WeChatCrypto(TOKEN, KEY, APP).decrypt_message(body, dict(query)["msg_signature"], str(NOW), "n1") != "", True)
        status, answer, events = call(channel, body, query=query)
        check("opened", (status, message_of(events[0])["message_id"]), (200, str(parse_message(text).id)))
    as_json = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypt})
    check("sealed JSON", len(call(channel, as_json, query=query)[2]), 1)
    refused(channel, "no signature fits", body.replace(encrypt, encrypt[:-6] + "AAAAA="), query=query)
    other_body, other_query, _ = sealed(MESSAGES[0], receiver="wx-another")
    refused(channel, "the call is meant for another app", other_body, query=other_query)
    wrong_body, wrong_query, _ = sealed(MESSAGES[0], key=KEY[::-1])
    refused(channel, "the body cannot be decrypted", wrong_body, query=wrong_query)
    refused(channel, "the body is too large, or holds no sealed part", MESSAGES[0], query=query)
    refused(channel, "the parameter msg_signature is missing", body, query=plain_query())
    tampered(channel, sealed(MESSAGES[0])[2])


def tampered(channel, encrypt):
    """Whoever knows the token and not the key: changed cipher text under a signature that fits."""
    raw = base64.b64decode(encrypt)
    for what, bad in [("cut by a block", raw[:-16]), ("a bit of its length", bytes([raw[0] ^ 0x80]) + raw[1:]), ("half a block", raw[:-8])]:
        text = base64.b64encode(bad).decode()
        query = [("msg_signature", signature(TOKEN, str(NOW), "n1", text)), ("timestamp", NOW), ("nonce", "n1")]
        status, answer, events = call(channel, xml(ToUserName="gh_1", Encrypt=text), query=query)
        check(f"signed, but {what}", (status, answer, events), (401, b"the body cannot be decrypted", []))


def passive():
    """The answer to a push, as wechatpy reads the answers of its own users."""
    channel, words = "wechat_official", "您好 <a>& ]]> 再见"
    settings = dict(OFFICIAL, reply="passive")
    for key in (None, KEY):
        inbox(channel, **settings, **({"encoding_aes_key": key} if key else {}))
        asked = sealed(MESSAGES[0])[0] if key else MESSAGES[0]
        answer = steer(channel, "answer", call=asked, content={"text": words, "buttons": BUTTONS})
        if key:
            made = ElementTree.fromstring(answer)
            part = lambda name: made.find(name).text
            answer = WeChatCrypto(TOKEN, KEY, APP).decrypt_message(answer, part("MsgSignature"), part("TimeStamp"), part("Nonce"))
        fields = {field.tag: field.text for field in ElementTree.fromstring(answer)}
        check("to the follower, from the account", (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]), ("openid-1", "gh_1", "text"))
        check("the words, and the menu as text", (fields["Content"].startswith(words), "1. 退款" in fields["Content"] or "1、退款" in fields["Content"] or "退款" in fields["Content"]), (True, True))
        theirs = ElementTree.fromstring(create_reply("您好", parse_message(MESSAGES[0])).render())
        check("the fields of wechatpy's own reply", {field.tag for field in theirs}, set(fields))
        check("a picture does not fit", steer(channel, "answer", call=asked, content={"text": "", "attachments": [PICTURE]}), None)
        check("nor does a long text", steer(channel, "answer", call=asked, content={"text": "字" * 1000}), None)


def sends(channel, settings, own_menu):
    """What the client of wechatpy posts, ours must post."""
    inbox(channel, **settings)
    client = WeChatClient(APP, "s", access_token="AT")
    client.API_BASE_URL = platform.url + "/cgi-bin/"
    path = "/cgi-bin/message/custom/send"
    platform.answers[path] = {"errcode": 0, "errmsg": "ok"}

    def same(theirs, content, **context):
        theirs()
        expected = platform.last()
        check("sent", send(channel, "openid-1", content, token="AT", **context)[-1], {"sent": None})
        found = platform.last()
        check("same request", (found.method, found.path, found.query["access_token"], found.json), (expected.method, expected.path, "AT", expected.json))

    same(lambda: client.message.send_text("openid-1", "您好 <a>&"), {"text": "您好 <a>&"})
    same(lambda: client.message.send_image("openid-1", "MEDIA"), {"attachments": [PICTURE]}, uploads=[["att_1", "MEDIA"]])
    if own_menu:
        menu = {"head_content": "选择\n\n官网：https://x.example/", "list": [{"id": "1", "content": "退款"}, {"id": "2", "content": "转人工"}], "tail_content": ""}
        same(lambda: client.message.send_msg_menu("openid-1", menu), {"text": "选择", "buttons": BUTTONS})
    long = "字" * 1500
    before = len(platform.seen)
    check("long texts are cut", send(channel, "openid-1", {"text": long}, token="AT"), [{"sent": None}] * 3)
    check("and nothing is lost", "".join(r.json["text"]["content"] for r in platform.seen[before:]), long)
    for code, kind, reason in [(45015, "window", "reply_window_closed"), (45047, "window", "reply_quota_used"), (40001, "token", "token_refused"), (42001, "token", "token_refused"), (-1, "retry", "platform_busy"), (45009, "retry", "rate_limited"), (48001, "failed", "no_permission"), (99999, "failed", "platform_error:99999")]:
        platform.answers[path] = {"errcode": code, "errmsg": "x"}
        outcome = send(channel, "openid-1", {"text": "x"}, token="AT")[0]
        check(f"errcode {code}", (outcome["refused"], outcome["reason"]), (kind, reason))


def media(channel, settings):
    inbox(channel, **settings)
    platform.answers["/cgi-bin/media/upload"] = {"type": "image", "media_id": "UP1", "created_at": 1}
    client = WeChatClient(APP, "s", access_token="AT")
    client.API_BASE_URL = platform.url + "/cgi-bin/"
    client.media.upload("image", ("图 1.png", b"\x89PNG\r\n\x1a\n", "image/png"))
    theirs = platform.last()
    check("uploaded", steer(channel, "upload", attachment=PICTURE, bytes=base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(), token="AT"), {"id": "UP1"})
    ours = platform.last()
    check("same upload", (ours.path, ours.query), (theirs.path, theirs.query))
    check("same file", b"\x89PNG\r\n\x1a\n" in ours.body and b'name="media"' in ours.body)
    platform.answers["/cgi-bin/media/get"] = b"bytes of a file"
    check("fetched", steer(channel, "media", id="M1", token="AT"), {"bytes": base64.b64encode(b"bytes of a file").decode()})
    check("by its id", platform.last().query, {"access_token": "AT", "media_id": "M1"})
    platform.answers["/cgi-bin/media/get"] = {"errcode": 40007, "errmsg": "invalid media_id"}
    check("gone", steer(channel, "media", id="M1", token="AT")["reason"], "media_gone")
    platform.answers["/cgi-bin/media/get"] = {"errcode": 42001, "errmsg": "expired"}
    check("token over", steer(channel, "media", id="M1", token="AT")["refused"], "token")
    platform.answers["/cgi-bin/stable_token"] = {"access_token": "AT2", "expires_in": 7200}
    check("token", steer(channel, "token", refused=True), {"value": "AT2", "expires_in_ms": 7200000})
    check("token request", platform.last().json, {"grant_type": "client_credential", "appid": APP, "secret": "s", "force_refresh": True})
    platform.answers["/cgi-bin/stable_token"] = {"errcode": 40125, "errmsg": "invalid appsecret"}
    check("wrong secret", steer(channel, "token")["reason"], "bad_credentials")


def codes(channel, settings):
    inbox(channel, **settings)
    client = WeChatClient(APP, "s", access_token="AT")
    client.API_BASE_URL = client.wxa.API_BASE_URL = platform.url + "/"
    platform.answers["/sns/jscode2session"] = {"openid": "openid-1", "session_key": "k", "unionid": "un1"}
    theirs = client.wxa.code_to_session("code+1/=")
    expected = platform.last()
    ours = steer(channel, "login", code="code+1/=")
    found = platform.last()
    check("asked alike", (found.method, found.path, found.query), (expected.method, expected.path, {k: v for k, v in expected.query.items() if k != "access_token"}))
    fact = {"kind": "union_id", "scope": "wechat", "value": theirs["unionid"], "evidence": "channel"}
    check("who it is", (ours["external_id"], ours["facts"]), (theirs["openid"], [fact]))
    check("the session key is not kept", "k" in json.dumps(list(ours.values())).split('"'), False)
    path = "/wxa/business/getuserphonenumber"
    info = {"phoneNumber": "13910862253", "purePhoneNumber": "13910862253", "countryCode": "86", "watermark": {"timestamp": NOW, "appid": APP}}
    platform.answers[path] = {"errcode": 0, "errmsg": "ok", "phone_info": info}
    check("the phone", steer(channel, "phone", code="p1", token="AT"), {"kind": "phone", "scope": "", "value": "+86 13910862253", "evidence": "channel"})
    check("by its code", (platform.last().query, platform.last().json), ({"access_token": "AT"}, {"code": "p1"}))
    platform.answers[path] = {"errcode": 0, "phone_info": {**info, "watermark": {"timestamp": NOW, "appid": "wx-another"}}}
    check("of another app", steer(channel, "phone", code="p1", token="AT")["reason"], "wrong_receiver")
    for code, kind, reason in [(40029, "failed", "bad_code"), (40163, "failed", "bad_code"), (45011, "retry", "rate_limited"), (-1, "retry", "platform_busy")]:
        platform.answers["/sns/jscode2session"] = platform.answers[path] = {"errcode": code, "errmsg": "x"}
        for asked in ("login", "phone"):
            outcome = steer(channel, asked, code="c", token="AT")
            check(f"errcode {code}", (outcome["refused"], outcome["reason"]), (kind, reason))
    platform.answers["/sns/jscode2session"] = {"session_key": "k"}
    check("nobody", steer(channel, "login", code="c")["refused"], "retry")


def wecom():
    channel = "wecom_kf"
    inbox(channel, corp_id=CORP, secret="s", token=TOKEN, encoding_aes_key=KEY, open_kfid="wk1", api_base=platform.url)
    _, query, encrypt = sealed("echo-1", crypto=WorkCrypto, receiver=CORP)
    check("echo is opened", call(channel, query=query + [("echostr", encrypt)], method="GET")[:2], (200, b"echo-1"))
    told = xml(ToUserName=CORP, CreateTime=NOW, MsgType="event", Event="kf_msg_or_event", Token="H1", OpenKfId="wk1")
    body, query, encrypt = sealed(told, crypto=WorkCrypto, receiver=CORP)
    status, answer, events = call(channel, body, query=query)
    check("asked to pull", (status, answer, events[0]["what"]["pull"]), (200, b"success", {"stream": "wk1", "hint": "H1"}))
    refused(channel, "no signature fits", body.replace(encrypt, encrypt[:-8] + "AAAAAAA="), query=query)
    body, query, _ = sealed(told, crypto=WorkCrypto, receiver="ww-another")
    refused(channel, "the call is meant for another app", body, query=query)
    body, query, _ = sealed(told, crypto=WorkCrypto, receiver=CORP, at=NOW - 4000)
    check("replayed", call(channel, body, query=query)[0], 401)
    body, query, encrypt = sealed(told, crypto=WorkCrypto, receiver=CORP, at=NOW + 4000)
    check("ahead of time", call(channel, body, query=query)[0], 401)
    tampered(channel, sealed(told, crypto=WorkCrypto, receiver=CORP)[2])
    body, query, _ = sealed(told, crypto=WorkCrypto, receiver=CORP)
    check("called twice, one pull", len({call(channel, body, query=query)[2][0]["key"] for _ in range(3)}), 1)

    message = lambda n, **more: {"msgid": f"m{n}", "open_kfid": "wk1", "external_userid": "wm1", "send_time": NOW, "origin": 3, "msgtype": "text", "text": {"content": f"第 {n} 条"}, **more}
    platform.answers["/cgi-bin/kf/sync_msg"] = {"errcode": 0, "next_cursor": "c2", "has_more": 1, "msg_list": [message(n) for n in range(500)]}
    pulled = steer(channel, "pull", stream="wk1", cursor="c1", hint="H1", token="AT")
    check("the pull", platform.last().json, {"limit": 1000, "voice_format": 0, "open_kfid": "wk1", "cursor": "c1", "token": "H1"})
    check("a batch of many", (len(pulled["events"]), pulled["cursor"], pulled["has_more"]), (500, "c2", True))
    happened = lambda n, **event: {"msgid": f"e{n}", "open_kfid": "wk1", "send_time": NOW, "origin": 4, "msgtype": "event", "event": {"open_kfid": "wk1", "external_userid": "wm1", **event}}
    fate = lambda n, code: happened(n, event_type="msg_send_fail", fail_msgid="echoed", fail_type=code)
    page = [message(1), message(1), fate(1, 6), fate(1, 6), fate(2, 10), happened(3, event_type="session_status_change", change_type=1), happened(4, event_type="session_status_change", change_type=3)]
    platform.answers["/cgi-bin/kf/sync_msg"] = {"errcode": 0, "next_cursor": "c2", "has_more": 0, "msg_list": page}
    events = steer(channel, "pull", stream="wk1", cursor="c1", token="AT")["events"]
    check("the same msgid twice in a page is one message", events[0]["key"], events[1]["key"])
    reports = [event["what"]["report"] for event in events[2:5]]
    check("a message that failed later", (reports[0]["of"], reports[0]["state"], reports[0]["reason"]), ({"external": "echoed"}, "failed", "reply_quota_used"))
    check("told twice, one report", events[2]["key"], events[3]["key"])
    check("another reason", reports[2]["reason"], "recipient_blocked_us")
    check("who has the session", [event["what"]["session"]["state"] for event in events[5:]], ["held", "ended"])
    platform.answers["/cgi-bin/kf/sync_msg"] = {"errcode": 42001, "errmsg": "x"}
    check("token over", steer(channel, "pull", stream="wk1", token="AT")["refused"], "token")

    platform.answers["/cgi-bin/kf/send_msg"] = {"errcode": 0, "errmsg": "ok", "msgid": "echoed"}
    check("sent with the platform's id", send(channel, "wm1", {"text": "好的"}, token="AT"), [{"sent": "echoed"}])
    first = platform.last().json
    send(channel, "wm1", {"text": "好的"}, token="AT")
    check("a repetition has the same msgid", platform.last().json["msgid"], first["msgid"])
    check("of at most 32 characters", len(first["msgid"]) <= 32 and first["msgid"].isalnum())
    send(channel, "wm1", {"text": "选择", "buttons": BUTTONS}, token="AT")
    ids = [item["click"]["id"] for item in platform.last().json["msgmenu"]["list"]]
    check("menu ids name message and button", ids, [f"{MESSAGE}:1", f"{MESSAGE}:2"])
    platform.answers["/cgi-bin/kf/sync_msg"] = {"errcode": 0, "next_cursor": "c3", "has_more": 0, "msg_list": [message(1, text={"content": "转人工", "menu_id": ids[1]})]}
    pressed = message_of(steer(channel, "pull", stream="wk1", token="AT")["events"][0])["pressed"]
    check("and come back", pressed, {"message_id": MESSAGE, "number": 2})
    for code, kind in [(95018, "window"), (95001, "window"), (40014, "token"), (-1, "retry")]:
        platform.answers["/cgi-bin/kf/send_msg"] = {"errcode": code, "errmsg": "x"}
        check(f"errcode {code}", send(channel, "wm1", {"text": "x"}, token="AT")[0]["refused"], kind)
    platform.answers["/cgi-bin/kf/customer/batchget"] = {"errcode": 0, "customer_list": [{"external_userid": "wm1", "nickname": "小王", "unionid": "un1"}]}
    profile = steer(channel, "profile", external_id="wm1", token="AT")
    check("profile", (profile["name"], profile["facts"][0]["value"]), ("小王", "un1"))


OFFICIAL = dict(app_id=APP, app_secret="s", token=TOKEN, api_base=platform.url)
for channel, own_menu in [("wechat_official", True), ("wechat_mini_program", False)]:
    receives(channel, OFFICIAL)
    sends(channel, OFFICIAL, own_menu)
    media(channel, OFFICIAL)
passive()
codes("wechat_mini_program", OFFICIAL)
wecom()
done()
