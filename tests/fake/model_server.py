"""A loopback server that speaks Chat Completions, Messages and Ollama's chat, from recorded public shapes.

Prints "PORT REFUSED" like http_server.py and ends with its standard input. What it does is
chosen by the model's name: "ok" or anything answers; "say-TEXT" answers TEXT (base64 with
"say64-"); "plan64-JSON" follows a list of steps { text, calls: [{ name, args }], tokens: [[text, p, p2]] },
one for each assistant message so far, the last one for good; the words below misbehave. A name "first-X-then-Y" does X once and Y afterwards.
Every request body is kept; GET /requests gives them as a JSON list, GET /count their number.
"""
import base64, json, math, socket, struct, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEEN, ASKED, LOCK = [], {}, threading.Lock()

ERRORS = {  # name: status, headers, OpenAI body, Anthropic body, Ollama body
    "busy": (503, {}, {"error": {"message": "overloaded", "type": "server_error", "code": None}},
             {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
             {"error": "server busy, please try again.  maximum pending requests exceeded"}),
    "throttled": (429, {"retry-after": "0"}, {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}},
                  {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}, {"error": "too many requests"}),
    "broke": (429, {}, {"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}},
              {"type": "error", "error": {"type": "billing_error", "message": "no credit"}}, {"error": "insufficient_quota"}),
    "locked": (401, {}, {"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid_api_key"}},
               {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}, {"error": "unauthorized"}),
    "missing": (404, {}, {"error": {"message": "no such model", "type": "invalid_request_error", "code": "model_not_found"}},
                {"type": "error", "error": {"type": "not_found_error", "message": "model"}}, {"error": "model 'missing' not found"}),
}


def openai_events(text, calls=(), tokens=()):
    yield {"id": "c", "object": "chat.completion.chunk", "model": "fake-1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}], "usage": None}
    for i in range(0, len(text), 7):
        yield {"id": "c", "choices": [{"index": 0, "delta": {"content": text[i:i + 7]}, "finish_reason": None}], "usage": None}
    if tokens:
        yield {"id": "c", "choices": [{"index": 0, "delta": {}, "logprobs": {"content": logprobs(tokens)}, "finish_reason": None}], "usage": None}
    for n, call in enumerate(calls):
        args = json.dumps(call["args"])
        yield {"id": "c", "choices": [{"index": 0, "delta": {"tool_calls": [{"index": n, "id": "call_%d" % n, "type": "function", "function": {"name": call["name"], "arguments": ""}}]}, "finish_reason": None}]}
        for i in range(0, len(args), 9):
            yield {"id": "c", "choices": [{"index": 0, "delta": {"tool_calls": [{"index": n, "function": {"arguments": args[i:i + 9]}}]}, "finish_reason": None}]}
    yield {"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"}], "usage": None}
    yield {"id": "c", "choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30, "prompt_tokens_details": {"cached_tokens": 0}}}


def logprobs(tokens):
    return [{"token": t, "logprob": math.log(p), "top_logprobs": [{"token": t, "logprob": math.log(p)}, {"token": "?", "logprob": math.log(q)}]} for t, p, q in tokens]


def anthropic_events(text, calls=(), tokens=()):
    yield {"type": "message_start", "message": {"id": "m", "model": "fake-1", "role": "assistant", "content": [], "usage": {"input_tokens": 20, "output_tokens": 1}}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    yield {"type": "ping"}
    for i in range(0, len(text), 7):
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text[i:i + 7]}}
    yield {"type": "content_block_stop", "index": 0}
    for n, call in enumerate(calls, 1):
        yield {"type": "content_block_start", "index": n, "content_block": {"type": "tool_use", "id": "toolu_%d" % n, "name": call["name"], "input": {}}}
        args = json.dumps(call["args"]) if call["args"] else ""
        for i in range(0, len(args), 9) or [0]:
            yield {"type": "content_block_delta", "index": n, "delta": {"type": "input_json_delta", "partial_json": args[i:i + 9]}}
        yield {"type": "content_block_stop", "index": n}
    yield {"type": "message_delta", "delta": {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 10}}
    yield {"type": "message_stop"}


def ollama_events(text, calls=(), tokens=()):
    for i in range(0, len(text), 7):
        yield {"model": "fake-1", "message": {"role": "assistant", "content": text[i:i + 7]}, "done": False}
    for call in calls:
        yield {"model": "fake-1", "message": {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": call["name"], "arguments": call["args"]}}]}, "done": False}
    if tokens:
        yield {"model": "fake-1", "message": {"role": "assistant", "content": ""}, "logprobs": logprobs(tokens), "done": False}
    yield {"model": "fake-1", "done": True, "done_reason": "stop", "prompt_eval_count": 20, "eval_count": 10}


FORMATS = {
    "/v1/chat/completions": (2, openai_events, "text/event-stream", lambda e: f": ping\r\ndata: {json.dumps(e)}\r\n\r\n", "data: [DONE]\n\n"),
    "/v1/messages": (3, anthropic_events, "text/event-stream", lambda e: f"event: {e['type']}\ndata: {json.dumps(e)}\n\n", ""),
    "/api/chat": (4, ollama_events, "application/x-ndjson", lambda e: json.dumps(e) + "\n", ""),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, kind, body, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for k, v in dict(headers).items():
            self.send_header(k, v)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with LOCK:
            self.reply(200, "application/json", json.dumps(len(SEEN) if self.path == "/count" else SEEN).encode())

    def chunk(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def stream(self, form, text, stop=None, how="end", calls=(), tokens=()):
        _, events, kind, line, last = form
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for n, event in enumerate(events(text, calls, tokens)):
            if n == stop:
                break
            self.chunk(line(event))
        else:
            self.chunk(last) if last else None
        if how == "hang":
            self.rfile.read(1)                       # until the client hangs up
        elif how == "error":
            message = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            self.chunk(line(message) if kind != "application/x-ndjson" else '{"error":"llama runner process has terminated"}\n')
        if how in ("end", "error"):
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def act(self, form, name, body):
        if name.startswith("plan64-"):
            steps = json.loads(base64.urlsafe_b64decode(name[7:] + "=="))
            step = steps[min(sum(m["role"] == "assistant" for m in body["messages"]), len(steps) - 1)]
            if step.get("hang"):
                return self.rfile.read(1)
            return self.stream(form, step.get("text", ""), calls=step.get("calls", ()), tokens=step.get("tokens", ()))
        text = "Hello from the fake model."
        if name.startswith("say64-"):
            text = base64.urlsafe_b64decode(name[6:]).decode()
        elif name.startswith("say-"):
            text = name[4:]
        if name in ERRORS:
            status, headers, *bodies = ERRORS[name]
            self.reply(status, "application/json", json.dumps(bodies[form[0] - 2]).encode(), headers)
        elif name == "cut":                          # ends in good order, without the finish
            self.stream(form, text, stop=3)
        elif name == "torn":                         # ends in the middle of the chunks
            self.stream(form, text, stop=3, how="tear")
        elif name == "stall":
            self.stream(form, text, stop=2, how="hang")
        elif name == "inband":
            self.stream(form, text, stop=2, how="error")
        elif name == "html":
            self.reply(200, "text/html", b"<html>please log in</html>")
        elif name == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        else:
            self.stream(form, text)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        form = FORMATS.get(self.path)
        if not form:
            return self.reply(404, "application/json", b'{"error":"no such path"}')
        name = body["model"]
        with LOCK:
            SEEN.append({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body})
            before = ASKED.get(name, 0)
            ASKED[name] = before + 1
        if name.startswith("first-") and "-then-" in name:
            name = name[6:].split("-then-", 1)[1 if before else 0]
        self.act(form, name, body)


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that hangs up is what several tests are about."""


def main():
    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    print(server.server_port, closed.getsockname()[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()


main()
