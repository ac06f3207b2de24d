"""What a customer's switch of channels needs beside a browser, one JSON line in, one out: WeChat's side of a mini-program, with wechatpy
sealing what it pushes, and the customers' mail programs, with Python's own SMTP and IMAP. Started by switch.test.mjs with the server's
address and the path where the platform calls."""

import email
import email.policy
import imaplib
import json
import smtplib
import sys
import time
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

sys.path.insert(0, str(Path(__file__).parent / "../../channel/tests/oracle"))
from common import Platform

APP, TOKEN, KEY = "wx0123456789abcdef", "tok", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
platform = Platform()
platform.answers["/cgi-bin/stable_token"] = {"access_token": "AT", "expires_in": 7200}
platform.answers["/cgi-bin/message/custom/send"] = {"errcode": 0, "errmsg": "ok"}


def settings(_):
    return {"app_id": APP, "app_secret": "s", "token": TOKEN, "encoding_aes_key": KEY, "api_base": platform.url}


def post(url, body, kind):
    request = urllib.request.Request(url, body.encode(), {"content-type": kind})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, answer.read().decode()


def login(wish):
    """The program of `openid` brings its codes to the server."""
    watermark = {"timestamp": int(time.time()), "appid": APP}
    info = {"phoneNumber": wish["phone"], "purePhoneNumber": wish["phone"], "countryCode": "86", "watermark": watermark}
    platform.answers["/sns/jscode2session"] = {"openid": wish["openid"], "session_key": "k"}
    platform.answers["/wxa/business/getuserphonenumber"] = {"errcode": 0, "phone_info": info}
    return post(wish["url"] + "/login", json.dumps({"login_code": "l1", "phone_code": "p1"}), "application/json")[0]


def push(wish):
    """A message of `openid`, sealed and signed as the platform does."""
    now = str(int(time.time()))
    text = f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{wish['openid']}</FromUserName><CreateTime>{now}</CreateTime><MsgType>text</MsgType><Content><![CDATA[{wish['text']}]]></Content><MsgId>{wish['id']}</MsgId></xml>"
    made = ElementTree.fromstring(WeChatCrypto(TOKEN, KEY, APP).encrypt_message(text, "n1", now))
    signer = WeChatSigner()
    signer.add_data(TOKEN, now, "n1")
    query = f"signature={signer.signature}&msg_signature={made.find('MsgSignature').text}&timestamp={now}&nonce=n1&encrypt_type=aes"
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{made.find('Encrypt').text}</Encrypt></xml>"
    return post(f"{wish['url']}?{query}", body, "text/xml")


def sent(wish):
    """Texts that the platform was asked to bring to `openid`."""
    bodies = [seen.json for seen in platform.seen if seen.path == "/cgi-bin/message/custom/send"]
    return [body["text"]["content"] for body in bodies if body["touser"] == wish["openid"]]


def mail(wish):
    """`user` signs in and hands in a letter with the headers of `heads`, whatever they say."""
    heads = "".join(f"{name}: {value}\r\n" for name, value in wish["heads"])
    raw = f"{heads}To: support@shop.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{wish['text']}\r\n"
    with smtplib.SMTP("127.0.0.1", wish["smtp"], timeout=20) as server:
        server.login(wish["user"], wish["password"])
        server.sendmail(f"{wish['user']}@customer.example", ["support@shop.example"], raw.encode(), ["BODY=8BITMIME"])
    return "handed in"


def letters(wish):
    """What lies in the mailbox of `user`, oldest first."""
    with imaplib.IMAP4("127.0.0.1", wish["imap"], timeout=20) as server:
        server.login(wish["user"], wish["password"])
        server.select("INBOX", readonly=True)
        raws = [server.fetch(n, "(RFC822)")[1][0][1] for n in server.search(None, "ALL")[1][0].split()]
    read = [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]
    return [{"id": one["Message-ID"], "subject": one["Subject"], "to": one["To"], "text": one.get_body(("plain",)).get_content()} for one in read]


for line in sys.stdin:
    wish = json.loads(line)
    print(json.dumps(globals()[wish["do"]](wish)), flush=True)
