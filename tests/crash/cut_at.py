"""Makes of a finished run the database that it had after row N of its journal: cut_at.py DATABASE N.

Rows and what was written with them (events, small values) beyond N are taken away; the run is interrupted. Prints how
many calls of fs.append the record still holds as done.
"""
import sqlite3, sys

path, n = sys.argv[1], int(sys.argv[2])
db = sqlite3.connect(path)
run = db.execute("SELECT id FROM run").fetchone()[0]


def done(name):
    sql = "SELECT count(*) FROM journal WHERE run = ? AND name = ? AND kind = 1 AND status = 0 AND seq <= ?"
    return db.execute(sql, (run, name, n)).fetchone()[0]


db.execute("DELETE FROM events WHERE id > ?", (done("emit"),))
if done("kv.set") == 1 and done("kv.delete") == 0:
    db.execute("INSERT OR REPLACE INTO kv(program, k, v) SELECT program, 'seat', '1' FROM run")
appended = done("fs.append")
db.execute("DELETE FROM journal WHERE seq > ?", (n,))
db.execute("UPDATE run SET state = 2, error = NULL, reason = NULL, finished = NULL, undone = 0")
db.commit()
print(appended)
