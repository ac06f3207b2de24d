"""What every platform of these scripts has: an API on loopback that records and answers, calls to us, and counted checks."""

import http.client
import json
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

US = sys.argv[1]
NOW = int(time.time())
MESSAGE = "msg_01k0000000000000000000000a-3"
COUNT = 0


def check(what, found, expected=True):
    global COUNT
    COUNT += 1
    if found != expected:
        raise AssertionError(f"{what}:\n  found    {found!r}\n  expected {expected!r}")


def done():
    print(f"{COUNT} checks")


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        self.path, _, query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))


class Platform:
    """`answers[path]` is a value for JSON, bytes, or (status, value); `seen` holds what came, in order."""

    def __init__(self):
        platform = self
        self.answers, self.seen = {}, []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                platform.seen.append(request)
                answer = platform.answers.get(request.path, (404, {}))
                status, value = answer if isinstance(answer, tuple) else (200, answer)
                is_file = isinstance(value, bytes)
                data = value if is_file else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-type", "application/octet-stream" if is_file else "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"

    def last(self):
        return self.seen[-1]


def exchange(method, target, headers, body):
    address = urllib.parse.urlparse(US)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.putheader("content-length", str(len(body)))
    connection.endheaders()
    connection.send(body)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    return response.status, answer


def call(channel, body=b"", headers=(), query=(), method="POST"):
    """A call of the platform: (status, answer, events)."""
    target = f"/hook/{channel}" + ("?" + urllib.parse.urlencode(list(query)) if query else "")
    status, answer = exchange(method, target, list(headers), body if isinstance(body, bytes) else body.encode())
    return status, answer, json.loads(exchange("GET", "/events", [], b"")[1])


def steer(channel, what, **body):
    status, answer = exchange("POST", f"/do/{channel}/{what}", [], json.dumps(body).encode())
    check(f"{what} is carried out", status, 200)
    return json.loads(answer)


def inbox(channel, **settings):
    _, answer = exchange("POST", f"/do/{channel}/inbox", [], json.dumps(settings).encode())
    check("settings fit", json.loads(answer), None)


def send(channel, contact, content, **context):
    return steer(channel, "send", contact=contact, content={"text": "", **content}, **context)


def refused(channel, reason, *args, **kwargs):
    status, answer, events = call(channel, *args, **kwargs)
    check(f"refused: {reason}", (status, answer.decode(), events), (401, reason, []))


def message_of(event):
    return event["what"]["message"]


BUTTONS = [
    {"label": "退款", "action": "reply", "text": "我要退款"},
    {"label": "官网", "action": "link", "url": "https://x.example/"},
    {"label": "转人工", "action": "handoff"},
]
PICTURE = {"id": "att_1", "name": "图 1.png", "media_type": "image/png", "size_bytes": 8}
