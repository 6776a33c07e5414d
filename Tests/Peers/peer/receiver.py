"""A small HTTP server on loopback that takes webhooks, keeps each as it came, and lets a script wait for one."""

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Form(dict):
    """A form with repeated names, as web frameworks hand it to the validator: by `getlist`."""

    def __init__(self, text):
        self.pairs = parse_qsl(text, keep_blank_values=True)
        super().__init__(self.pairs)

    def getlist(self, name):
        return [value for key, value in self.pairs if key == name]


@dataclass(frozen=True)
class Hook:
    """A request as it came."""

    method: str
    # The whole URL, as the sender must have signed it.
    url: str
    headers: dict
    body: bytes

    @property
    def form(self):
        """The parameters: of the body of a POST, of the query of a GET."""
        return Form(self.body.decode("utf-8") if self.method == "POST" else urlsplit(self.url).query)

    @property
    def event(self):
        return self.form.get("EventType", "")

    @property
    def path(self):
        return urlsplit(self.url).path

    def __str__(self):
        return f"{self.method} {self.url} {self.headers} {self.body.decode('utf-8', 'replace')[:600]}"


class Receiver:
    """Answers everything with 200 and an empty object; use it in a `with`."""

    def __enter__(self):
        self.hooks = []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def take(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                hook = Hook(self.command, f"{receiver.origin}{self.path}", headers, body)
                with receiver.arrived:
                    receiver.hooks.append(hook)
                    receiver.arrived.notify_all()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = take

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, wanted, patience):
        """The first request that `wanted` says yes to, or None when none has come within `patience` seconds."""

        def found():
            return next((hook for hook in self.hooks if wanted(hook)), None)

        with self.arrived:
            self.arrived.wait_for(found, timeout=max(0, patience))
            return found()
