/* migrate.h - brings a database up to date by numbered steps, one transaction each.
 *
 *     DbOpen how = { .path = path, .mode = DB_CREATE, .version = migrate_count(STEPS), ... };
 *     if (!db_open(&DB_SQLITE, &db, &how, err) || !migrate_up(db, STEPS, err)) return false;
 *
 * Step N leads from version N-1 to N. Killed between two steps, the next start goes on.
 * Two processes may do it at once: each step is done by one of them.
 *
 * Floor:  db - may use base.   Memory: the steps are the caller's, ended by NULL.
 */
#pragma once
#include "db/db.h"

/* How many steps there are = the version they lead to. */
int  migrate_count(const char *const *steps);

/* Runs the steps that are missing. Fails with "newer" when the file is ahead of them. */
bool migrate_up(Db *db, const char *const *steps, Err *err);
