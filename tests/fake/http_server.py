"""A loopback server that misbehaves on request, for the tests of the HTTP client.

Prints "PORT REFUSED": its own port, and one where nobody listens. Ends when its
standard input closes. Where it must be silent it waits for the client to hang up.
"""
import gzip, select, socket, struct, sys, threading, urllib.parse


def hang(c):
    """Waits until the client is gone."""
    try:
        while c.recv(65536):
            pass
    except OSError:
        pass


def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(c, body, status="200 OK", extra="", kind="text/plain"):
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    c.sendall(head.encode("latin-1") + body)


def drip(c, query):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        if select.select([c], [], [], 0.02)[0]:      # paced by the client's silence
            return
        c.sendall(b".")


def redirect(c, query):
    status = query.get("status", ["302"])[0] + " Found"
    answer(c, b"moved", status, "Location: " + query["to"][0] + "\r\n")


def serve(c, method, target, headers, body):
    url = urllib.parse.urlsplit(target)
    query = urllib.parse.parse_qs(url.query)
    path = url.path
    if path == "/ok":
        answer(c, b"hello", extra="X-One: 1\r\nX-TWO:  two \r\n")
    elif path == "/echo":
        lines = [f"{method} {target}"] + [f"{k}: {v}" for k, v in sorted(headers.items())]
        answer(c, "\n".join(lines).encode("latin-1") + b"\n\n" + body)
    elif path == "/status":
        answer(c, b'{"error":"no"}', query["is"][0] + " X")
    elif path == "/reset-before":
        reset(c)
        return False
    elif path == "/close-before":
        return False
    elif path == "/hang":
        hang(c)
        return False
    elif path == "/head-only":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        hang(c)
        return False
    elif path == "/stall":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nsome")
        hang(c)
        return False
    elif path == "/short":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nsome")
        return False
    elif path == "/reset-middle":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nsome")
        select.select([c], [], [], 0.05)             # let the bytes arrive before the reset overtakes them
        reset(c)
        return False
    elif path in ("/chunked", "/chunked-cut"):
        c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n")
        if path == "/chunked-cut":
            return False
        c.sendall(b"0\r\nX-Trailer: x\r\n\r\n")
    elif path == "/redirect":
        redirect(c, query)
    elif path == "/loop":
        answer(c, b"", "302 Found", "Location: /loop\r\n")
    elif path == "/big":
        answer(c, b"x" * int(query["n"][0]))
    elif path == "/bomb":
        answer(c, gzip.compress(b"\0" * int(query["n"][0])), extra="Content-Encoding: gzip\r\n")
    elif path == "/gzip":
        answer(c, gzip.compress(b"unpacked"), extra="Content-Encoding: gzip\r\n")
    elif path == "/drip":
        drip(c, query)
        return False
    elif path == "/garbage":
        c.sendall(b"220 smtp.example ESMTP ready\r\n")
        return False
    elif path == "/bighead":
        answer(c, b"", extra="".join(f"X-{i}: {'y' * 1000}\r\n" for i in range(290)))
    elif path == "/continue":
        c.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        answer(c, b"after")
    elif path == "/until-close":
        c.sendall(b"HTTP/1.0 200 OK\r\n\r\nall of it")
        return False
    elif path == "/none":
        c.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    else:
        answer(c, b"no such path", "404 Not Found")
    return True


def connection(c):
    data = b""
    with c:
        while True:
            while b"\r\n\r\n" not in data:
                more = c.recv(65536)
                if not more:
                    return
                data += more
            head, data = data.split(b"\r\n\r\n", 1)
            first, *rest = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in rest)}
            need = int(headers.get("content-length", 0))
            while len(data) < need:
                data += c.recv(65536)
            body, data = data[:need], data[need:]
            if not serve(c, method, target, headers, body):
                return


def guarded(c):
    try:
        connection(c)
    except OSError:
        pass


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))                    # bound, not listening: refused, and nobody else gets it
    print(listener.getsockname()[1], closed.getsockname()[1], flush=True)

    def accept():
        while True:
            c, _ = listener.accept()
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=guarded, args=(c,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.buffer.read()


main()
