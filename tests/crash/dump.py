"""Reads database paths from standard input and prints, for each, a line of Lua: a table of its tables.

A path without a file or without tables yet gives nil, one that cannot be read an error that says why.
"""
import os, sqlite3, sys

TABLES = {
    "run": "SELECT id, uid, program, name, state, cast(input AS TEXT) AS input, cast(output AS TEXT) AS output,"
           " cast(error AS TEXT) AS error, reason, parent, schedule, nominal, attempt, cause FROM run ORDER BY id",
    "journal": "SELECT j.run, j.seq, j.kind, j.path, j.name, j.status, j.attempt, j.line, j.t, hex(j.ahash) AS ahash,"
               " cast(coalesce(j.out, b.data) AS TEXT) AS out FROM journal j LEFT JOIN blob b ON b.hash = j.big ORDER BY j.run, j.seq",
    "kv": "SELECT k, cast(v AS TEXT) AS v FROM kv ORDER BY k",
    "triggers": "SELECT id, job_name, run, error, processed IS NOT NULL AS processed FROM triggers ORDER BY id",
    "events": "SELECT id, name, cast(payload AS TEXT) AS payload FROM events ORDER BY id",
    "inbox": "SELECT run, mid, name, cast(body AS TEXT) AS body, seq FROM inbox ORDER BY run, n",
    "approvals": "SELECT id, run, path, question, state, why FROM approvals ORDER BY created, id",
    "audit": "SELECT id, run, path, tool, decision, args FROM audit ORDER BY id",
}


def lua(value):
    if value is None:
        return "nil"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"[{lua(k)}]={lua(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ",".join(map(lua, value)) + "}"
    return '"' + "".join(c if 32 <= ord(c) < 127 and c not in '"\\' else "".join(f"\\{b:03d}" for b in c.encode()) for c in value) + '"'


for path in sys.stdin.read().splitlines():
    home = path.split("/.local/")[0]
    if not os.path.isdir(home):
        print(f"error({lua(home + ': the directory was removed while the test ran')}, 0)")
        continue
    if not os.path.exists(path):
        print("return nil")
        continue
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            print("return nil")
            continue
        print("return " + lua({name: [dict(row) for row in db.execute(sql)] for name, sql in TABLES.items()}))
        db.close()
    except sqlite3.Error as why:
        print(f"error({lua(f'{path}: {why}; beside it: {sorted(os.listdir(os.path.dirname(path)))}')}, 0)")
