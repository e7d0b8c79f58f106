# cut: copies of a database in which the journal of its only run ends early, as if the process had died there.
# usage: cut.py DB FIRST LAST STRIDE DIRECTORY [cancel]   makes DIRECTORY/N/.local/state/aios/aios.db for each N, prints N and the time of its last row
# in milliseconds, and in the end how many rows there are; cancel: somebody has asked for the end of the run
import os, shutil, sqlite3, sys

source, first, last, stride, place = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
with sqlite3.connect(source) as db:
    rows = db.execute("SELECT count(*) FROM journal").fetchone()[0]
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
for n in range(first, min(last, rows) + 1, stride):
    state = os.path.join(place, str(n), ".local/state/aios")
    os.makedirs(state, exist_ok=True)
    path = os.path.join(state, "aios.db")
    shutil.copyfile(source, path)
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("PRAGMA synchronous=OFF")
        last_ms = db.execute("SELECT coalesce(max(t), 0) FROM journal WHERE seq <= ? AND kind <> 3", (n,)).fetchone()[0]
        print(n, last_ms)
        db.execute("DELETE FROM journal WHERE seq > ?", (n,))
        if sys.argv[6:] == ["cancel"]:
            db.execute("UPDATE run SET cancel = 1")
        db.execute("UPDATE run SET state = 2, output = NULL, error = NULL, reason = NULL, finished = NULL, wake = NULL")
    db.close()
print(rows)
