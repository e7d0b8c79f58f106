"""Starts aios with a program, sends it requests, kills it when asked, and prints what came back; one line a request.

usage: webhook_client.py AIOS PROGRAM talk <requests     a line is METHOD PATH JSON-OF-HEADERS JSON-OF-BODY; answers STATUS BODY
       webhook_client.py AIOS PROGRAM flood COUNT        COUNT requests by 8 clients, killed twice on the way; prints the ids acknowledged
"""
import http.client, json, re, subprocess, sys, threading

AIOS, PROGRAM, MODE = sys.argv[1:4]


def start():
    process = subprocess.Popen([AIOS, "run", "-v", "--yes", "--for", "60s", "--listen", "127.0.0.1:0", PROGRAM], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, int(found.group(1))
    raise SystemExit("aios did not listen")


def send(port, method, path, headers, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def talk():
    process, port = start()
    for line in sys.stdin:
        method, path, headers, body = line.split(" ", 3)
        status, text = send(port, method, path, json.loads(headers), json.loads(body))
        print(status, text.strip())
    process.kill()


def flood(count):
    acknowledged, lock, ids = [], threading.Lock(), iter(range(count))
    state = {"server": start()}

    def client():
        while True:
            with lock:
                n = next(ids, None)
                if n is None:
                    return
                port = state["server"][1]
            try:
                if send(port, "POST", "/in", {}, str(n))[0] == 202:
                    with lock:
                        acknowledged.append(n)
                        if len(acknowledged) in (count // 4, count // 2):
                            state["server"][0].kill()
                            state["server"][0].wait()
                            state["server"] = start()
            except OSError:
                pass
            except http.client.HTTPException:
                pass

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state["server"][0].kill()
    state["server"][0].wait()
    print(*acknowledged)


talk() if MODE == "talk" else flood(int(sys.argv[4]))
