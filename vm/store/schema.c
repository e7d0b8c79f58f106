#include "store/schema.h"

/* All instants are Unix milliseconds, money is integer micro-dollars, unless a column says otherwise.
 * jobs, logs and triggers keep the columns (and epoch seconds) that other programs already write. */
static const char V1[] =
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;"
    "CREATE TABLE code(hash BLOB PRIMARY KEY, name TEXT NOT NULL, source BLOB NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;"
    /* program = absolute path of the file; uid = public id of the run and idempotency key of its start */
    "CREATE TABLE run(id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, program TEXT NOT NULL, name TEXT NOT NULL,"
    " code BLOB, engine INTEGER NOT NULL, state INTEGER NOT NULL, seed INTEGER NOT NULL,"
    " cause TEXT, reason TEXT, input BLOB, output BLOB, error BLOB,"
    " queue TEXT, qkey TEXT, prio INTEGER NOT NULL DEFAULT 0, wake INTEGER, deadline INTEGER, wait_on TEXT,"
    " parent INTEGER, parent_path TEXT, prev INTEGER, forked_from INTEGER, forked_seq INTEGER, schedule TEXT, nominal INTEGER,"
    " attempt INTEGER NOT NULL DEFAULT 1, cost INTEGER NOT NULL DEFAULT 0,"
    " owner TEXT, epoch INTEGER NOT NULL DEFAULT 0, lease INTEGER, cancel INTEGER NOT NULL DEFAULT 0,"
    " created INTEGER NOT NULL, started INTEGER, finished INTEGER, keep_until INTEGER);"
    "CREATE INDEX run_wake ON run(wake) WHERE wake IS NOT NULL;"
    "CREATE INDEX run_open ON run(program, state, id) WHERE state < 7;"
    "CREATE INDEX run_list ON run(name, state, created);"
    /* seq = delivery order in the run; kind, status: schema.h; ahash = 128 bits of the canonical arguments */
    "CREATE TABLE journal(run INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, path TEXT NOT NULL,"
    " name TEXT NOT NULL, ver INTEGER, ahash BLOB, line INTEGER, status INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 1,"
    " t INTEGER NOT NULL, dur INTEGER, epoch INTEGER NOT NULL, out BLOB, big BLOB, cost INTEGER,"
    " PRIMARY KEY(run, seq)) WITHOUT ROWID;"
    "CREATE TABLE blob(hash BLOB PRIMARY KEY, size INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE inbox(run INTEGER NOT NULL, mid TEXT NOT NULL, name TEXT NOT NULL, body BLOB, t INTEGER NOT NULL, seq INTEGER,"
    " PRIMARY KEY(run, mid)) WITHOUT ROWID;"
    "CREATE TABLE tag(k TEXT, v TEXT, run INTEGER, PRIMARY KEY(k, v, run)) WITHOUT ROWID;"
    "CREATE TABLE schedule(id TEXT PRIMARY KEY, name TEXT, program TEXT, spec TEXT, tz TEXT, overlap INTEGER, catchup INTEGER,"
    " dst INTEGER, jitter INTEGER, paused INTEGER, anchor INTEGER, next INTEGER, last INTEGER) WITHOUT ROWID;"
    "CREATE TABLE bucket(queue TEXT, k TEXT, tokens REAL, t INTEGER, running INTEGER, PRIMARY KEY(queue, k)) WITHOUT ROWID;"
    /* seed tables: epoch seconds as REAL */
    "CREATE TABLE jobs(job_name TEXT PRIMARY KEY, status TEXT, device TEXT, last_update REAL,"
    " program TEXT, title TEXT, kind TEXT, spec TEXT, line INTEGER, last_run TEXT, last_reason TEXT, enabled INTEGER NOT NULL DEFAULT 1);"
    "CREATE TABLE logs(id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp REAL, level TEXT, message TEXT, device TEXT,"
    " job TEXT, run TEXT, fields TEXT);"
    "CREATE INDEX logs_run ON logs(run) WHERE run IS NOT NULL;"
    "CREATE TABLE triggers(id INTEGER PRIMARY KEY AUTOINCREMENT, job_name TEXT, args TEXT, kwargs TEXT, created REAL,"
    " processed REAL, run TEXT, error TEXT, uid TEXT);"
    "CREATE UNIQUE INDEX triggers_uid ON triggers(uid) WHERE uid IS NOT NULL;"
    "CREATE INDEX triggers_pending ON triggers(id) WHERE processed IS NULL;"
    /* hash covers prev and every other column */
    "CREATE TABLE audit(id INTEGER PRIMARY KEY, t INTEGER NOT NULL, run TEXT, program TEXT, path TEXT, tool TEXT NOT NULL,"
    " args TEXT, need TEXT, decision TEXT NOT NULL, reason TEXT, status TEXT, dur INTEGER, prev BLOB, hash BLOB NOT NULL);"
    "CREATE INDEX audit_run ON audit(run);"
    "CREATE TABLE grants(id INTEGER PRIMARY KEY, program TEXT NOT NULL, need TEXT NOT NULL, resource TEXT NOT NULL,"
    " by TEXT NOT NULL, why TEXT, created INTEGER NOT NULL, until INTEGER, revoked INTEGER, UNIQUE(program, need, resource));"
    "CREATE TABLE spend(id INTEGER PRIMARY KEY, t INTEGER NOT NULL, run TEXT, path TEXT, tier TEXT NOT NULL, provider TEXT, model TEXT,"
    " tokens_in INTEGER, tokens_out INTEGER, tokens_cached INTEGER, cost INTEGER NOT NULL DEFAULT 0, ms INTEGER,"
    " outcome TEXT NOT NULL, class TEXT, why TEXT, detail TEXT);"
    "CREATE INDEX spend_run ON spend(run);"
    "CREATE TABLE kv(program TEXT NOT NULL, k TEXT NOT NULL, v BLOB NOT NULL, expires INTEGER, PRIMARY KEY(program, k)) WITHOUT ROWID;"
    "CREATE TABLE owner(program TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT, started INTEGER NOT NULL) WITHOUT ROWID;";

/* What people and other programs say to a run. events.uid, inbox.mid: the same one again adds nothing. inbox.n: order of
 * arrival; seq: of the journal row that delivered it. approvals.state: approvals.h; digest: of what was shown.
 * run.undo: how often a person asked for the undoing of a run that was over; undone: runs.h. */
static const char V2[] =
    "ALTER TABLE run ADD COLUMN undo INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX run_cancel ON run(program, id) WHERE cancel = 1 AND state < 7;"
    "ALTER TABLE inbox ADD COLUMN n INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX inbox_waiting ON inbox(run, n) WHERE seq IS NULL;"
    "CREATE TABLE events(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, payload BLOB, t INTEGER NOT NULL, source TEXT, uid TEXT);"
    "CREATE UNIQUE INDEX events_uid ON events(uid) WHERE uid IS NOT NULL;"
    "CREATE TABLE approvals(id TEXT PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL, question TEXT NOT NULL, detail BLOB, who TEXT,"
    " digest TEXT NOT NULL, state INTEGER NOT NULL, created INTEGER NOT NULL, until INTEGER, answered INTEGER, answered_by TEXT, why TEXT)"
    " WITHOUT ROWID;"
    "CREATE INDEX approvals_open ON approvals(created) WHERE state = 1;";

/* triggers.event: what the source delivers, as JSON (NULL: a row that a stranger wrote); source: the word behind `on`; program: whose
 * job is meant, NULL = any. aios_watch: tables of users whose changes become rows of triggers, by SQL triggers (watches.h). aios_seen: files
 * that were told of. aios_done: results of statements whose step may not be recorded yet (tables.h). */
static const char V3[] =
    "ALTER TABLE triggers ADD COLUMN event TEXT;"
    "ALTER TABLE triggers ADD COLUMN source TEXT;"
    "ALTER TABLE triggers ADD COLUMN program TEXT;"
    "CREATE TABLE aios_watch(program TEXT NOT NULL, job_name TEXT NOT NULL, op TEXT NOT NULL, tbl TEXT NOT NULL,"
    " PRIMARY KEY(program, job_name, op, tbl)) WITHOUT ROWID;"
    "CREATE TABLE aios_seen(watch TEXT NOT NULL, path TEXT NOT NULL, ino INTEGER NOT NULL, mtime INTEGER NOT NULL, size INTEGER NOT NULL,"
    " PRIMARY KEY(watch, path)) WITHOUT ROWID;"
    "CREATE TABLE aios_done(key TEXT PRIMARY KEY, out BLOB NOT NULL, t INTEGER NOT NULL) WITHOUT ROWID;";

/* Money: a budget counts a scope (a run, a day, ...); a hold is what one call may still cost. Decisions: who decided, and how it turned out. */
static const char V4[] =
    "CREATE TABLE budget(scope TEXT PRIMARY KEY, label TEXT NOT NULL, cap INTEGER NOT NULL, spent INTEGER NOT NULL DEFAULT 0,"
    " held INTEGER NOT NULL DEFAULT 0, t INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE hold(id INTEGER PRIMARY KEY AUTOINCREMENT, t INTEGER NOT NULL, key TEXT NOT NULL, amount INTEGER NOT NULL);"
    "CREATE INDEX hold_key ON hold(key);"
    "CREATE TABLE hold_scope(hold INTEGER NOT NULL, scope TEXT NOT NULL, PRIMARY KEY(hold, scope)) WITHOUT ROWID;"
    "CREATE TABLE decision(id INTEGER PRIMARY KEY AUTOINCREMENT, t INTEGER NOT NULL, run TEXT NOT NULL, path TEXT NOT NULL,"
    " program TEXT, name TEXT NOT NULL, line INTEGER, tier TEXT, model TEXT, chosen TEXT, why TEXT, attempts TEXT,"
    " cost INTEGER NOT NULL DEFAULT 0, ms INTEGER, outcome TEXT, outcome_t INTEGER, UNIQUE(run, path));"
    "CREATE INDEX spend_t ON spend(t);";

/* *_big, big: the value is in `blob`, by its hash (blob.h). The indexes answer "who still names it?" for prune.h; a run that is being
 * removed is gone from `run`, and a tag 'pruned' stands for it until the last row of its journal is gone too. */
static const char V5[] =
    "ALTER TABLE run ADD COLUMN input_big BLOB;"
    "ALTER TABLE run ADD COLUMN output_big BLOB;"
    "ALTER TABLE run ADD COLUMN error_big BLOB;"
    "ALTER TABLE inbox ADD COLUMN big BLOB;"
    "CREATE INDEX run_input_big ON run(input_big) WHERE input_big IS NOT NULL;"
    "CREATE INDEX run_output_big ON run(output_big) WHERE output_big IS NOT NULL;"
    "CREATE INDEX run_error_big ON run(error_big) WHERE error_big IS NOT NULL;"
    "CREATE INDEX inbox_big ON inbox(big) WHERE big IS NOT NULL;"
    "CREATE INDEX journal_big ON journal(big) WHERE big IS NOT NULL;"
    "CREATE INDEX run_parent ON run(parent) WHERE parent IS NOT NULL;"
    "CREATE INDEX run_code ON run(code);"
    "CREATE INDEX approvals_run ON approvals(run);";

/* Runs that runs began: bonds.h. aios_answer: what runs replied to updates, by run and key. */
static const char V6[] =
    "CREATE TABLE aios_bond(child INTEGER PRIMARY KEY, caller INTEGER NOT NULL, path TEXT NOT NULL, on_end INTEGER NOT NULL);"
    "CREATE INDEX aios_bond_caller ON aios_bond(caller, on_end);"
    "CREATE TABLE aios_answer(run INTEGER NOT NULL, key TEXT NOT NULL, good INTEGER NOT NULL, body BLOB, t INTEGER NOT NULL,"
    " PRIMARY KEY(run, key)) WITHOUT ROWID;";

/* jobs.enabled: slots and events of a job that is not become rows that are skipped; paused: they wait. */
static const char V7[] = "ALTER TABLE jobs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;";
/* How many runs of a job at once, how often: limits.h; NULL = nothing is said. */
static const char V8[] =
    "CREATE TABLE aios_limit(program TEXT NOT NULL, job TEXT NOT NULL, is_set INTEGER NOT NULL, at_once INTEGER, per_key INTEGER, settle_ms INTEGER,"
    " start_ms INTEGER, key TEXT, rates TEXT, throttles TEXT, PRIMARY KEY(program, job, is_set)) WITHOUT ROWID;";

const char *const SCHEMA_STEPS[] = { V1, V2, V3, V4, V5, V6, V7, V8, 0 };
