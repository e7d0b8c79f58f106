/* blob.h - values over 32 KiB, kept once by their hash; the rows that hold them have the hash only.
 *
 *     unsigned char hash[HASH_SIZE];
 *     if (!blob_bind(db, stmt, 14, 15, value, hash, err)) ...     // $14 the value itself, or $15 its hash
 *     "SELECT coalesce(out, (SELECT data FROM blob WHERE hash = big)) ..."
 *
 * The value is written before the row that names it, in the same commit. Columns that name one: journal.big,
 * inbox.big, run.input_big, run.output_big, run.error_big. What nobody names any more is removed by prune.h.
 *
 * Floor:  store.   Thread: the writer thread.
 */
#pragma once
#include "base/hash.h"
#include "db/db.h"

enum { BLOB_INLINE_MAX = 32 * 1024 };

/* Binds `value` as $inline, or puts it into `blob` and binds its hash as $big; the other one is NULL. `hash` is
 * filled, and must live until the statement has run. On failure the statement is given back. */
bool blob_bind(Db *db, DbStmt *stmt, int in_line, int big, Slice value, unsigned char hash[HASH_SIZE], Err *err);
