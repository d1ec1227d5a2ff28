"""A small server on loopback that speaks enough of S3 to be read from: lists, heads and ranges."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Handler(BaseHTTPRequestHandler):
    """Answers for the objects of the server, whose keys are ``bucket/key``."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a list or an object."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Answer what an object is."""
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        parts = urlsplit(self.path)
        name = unquote(parts.path).strip("/")
        query = parse_qs(parts.query, keep_blank_values=True)
        if "/" not in name:
            return self._list(name, query.get("prefix", [""])[0], query.get("delimiter", [""])[0], body)
        if name not in self.objects:
            return self._send(404, b"<Error><Code>NoSuchKey</Code></Error>", body)
        content = self.objects[name]
        wanted = self.headers.get("Range", "")
        status, extra = 200, {}
        if wanted.startswith("bytes="):
            first, _, last = wanted[6:].partition("-")
            size = len(content)
            start = int(first) if first else max(0, size - int(last))
            stop = min(int(last), size - 1) if first and last else size - 1
            extra["Content-Range"] = f"bytes {start}-{stop}/{size}"
            status, content = 206, content[start : stop + 1]
        return self._send(status, content, body, {**extra, "ETag": f'"{md5(self.objects[name]).hexdigest()}"'})

    def _list(self, bucket: str, prefix: str, delimiter: str, body: bool) -> None:
        keys = sorted(k.partition("/")[2] for k in self.objects if k.startswith(f"{bucket}/"))
        if not keys:
            return self._send(404, b"<Error><Code>NoSuchBucket</Code></Error>", body)
        files, folders = [], []
        for key in (k for k in keys if k.startswith(prefix)):
            head, mark, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            (folders if mark else files).append(prefix + head + mark if mark else key)
        shown = "".join(
            f"<Contents><Key>{escape(k)}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;"
            f"{md5(self.objects[f'{bucket}/{k}']).hexdigest()}&quot;</ETag>"
            f"<Size>{len(self.objects[f'{bucket}/{k}'])}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for k in files
        ) + "".join(
            f"<CommonPrefixes><Prefix>{escape(f)}</Prefix></CommonPrefixes>" for f in dict.fromkeys(folders)
        )
        count = len(files) + len(set(folders))
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{bucket}</Name><Prefix>{escape(prefix)}</Prefix><KeyCount>{count}</KeyCount><MaxKeys>1000</MaxKeys>"
            f"<IsTruncated>false</IsTruncated>{shown}</ListBucketResult>"
        )
        return self._send(200, text.encode(), body, {"Content-Type": "application/xml"})

    def _send(self, status: int, content: bytes, body: bool, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Last-Modified": formatdate(0, usegmt=True), **(headers or {})}.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)


@contextmanager
def serving(objects: dict[str, bytes]) -> Iterator[str]:
    """Serve the objects, and yield the endpoint."""
    handler = type("Serving", (Handler,), {"objects": objects})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
