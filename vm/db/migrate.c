#include "db/migrate.h"

int migrate_count(const char *const *steps) {
    int count = 0;
    while (steps[count]) count++;
    return count;
}

/* The version is read again inside: another process may have been faster. */
static bool one_step(Db *db, const char *const *steps, int last, int *version, Err *err) {
    if (!db_begin(db, err)) return false;
    bool ok = db_version(db, version, err);
    if (ok && *version < last) {
        ok = db_exec(db, steps[*version], err) && db_set_version(db, *version + 1, err);
        if (ok) ++*version;
    }
    if (ok && db_commit(db, err)) return true;
    db_rollback(db);
    return false;
}

bool migrate_up(Db *db, const char *const *steps, Err *err) {
    int version, last = migrate_count(steps);
    if (!db_version(db, &version, err)) return false;
    while (version < last)
        if (!one_step(db, steps, last, &version, err)) return false;
    if (version > last)
        return err_set(err, "newer", "the database has schema version %d, this program knows %d; install a later aios", version, last);
    return true;
}
