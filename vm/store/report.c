#include "store/report.h"
#include "db/migrate.h"
#include "store/schema.h"

/* words for the numbers of schema.h */
#define STATE_WORD \
    "CASE r.state WHEN 1 THEN 'queued' WHEN 2 THEN 'running' WHEN 3 THEN 'waiting' WHEN 4 THEN 'paused'" \
    " WHEN 5 THEN 'diverged' WHEN 6 THEN 'in_doubt' WHEN 7 THEN 'done' WHEN 8 THEN 'failed' WHEN 9 THEN 'cancelled'" \
    " WHEN 10 THEN 'continued' WHEN 11 THEN 'skipped' END"
#define KIND_WORD   "CASE j.kind WHEN 1 THEN 'result' WHEN 2 THEN 'intent' WHEN 3 THEN 'timer' WHEN 4 THEN 'clock' WHEN 5 THEN 'retry' WHEN 6 THEN 'cancel' WHEN 7 THEN 'letter' WHEN 8 THEN 'version' END"
#define STATUS_WORD "CASE j.status WHEN 0 THEN 'ok' WHEN 1 THEN 'error' WHEN 2 THEN 'open' END"

/* 0 and NULL both mean "none"; seconds of the tables that other programs write become ms */
#define AT(column, name)      "NULLIF(" column ", 0) AS " name "_at"
#define AT_SECONDS(column, name) "CAST(" column " * 1000 AS BIGINT) AS " name "_at"

/* a long value is told by its size only: a report must not carry megabytes */
#define VALUE(column) "CASE WHEN length(" column ") <= 16384 THEN " column " END"
#define BYTES(table, column) "coalesce(length(" table "." column "), (SELECT size FROM blob WHERE hash = " table "." column "_big))"

#define RUN_COLUMNS \
    "SELECT r.id AS id, r.uid AS run, r.name AS name, r.program AS program, " STATE_WORD " AS state," \
    " r.cause AS cause, r.reason AS reason, lower(hex(r.code)) AS version, r.attempt AS attempt, r.cost AS cost," \
    " " AT("r.created", "created") ", " AT("r.started", "started") ", " AT("r.finished", "finished") "," \
    " " AT("r.wake", "wake") ", r.wait_on AS wait_on, (SELECT p.uid FROM run p WHERE p.id = coalesce(b.caller, r.parent)) AS parent," \
    " coalesce(b.path, r.parent_path) AS parent_path, r.schedule AS schedule, " AT("r.nominal", "due") ", o.pid AS pid, o.host AS host," \
    " " VALUE("r.input") " AS input_json, " VALUE("r.output") " AS output_json, " "coalesce(r.error, (SELECT data FROM blob WHERE hash = r.error_big)) AS error_json," \
    " CASE r.undone WHEN 1 THEN 'all' WHEN 2 THEN 'partly' END AS undone," \
    " " BYTES("r", "input") " AS input_bytes, " BYTES("r", "output") " AS output_bytes, " BYTES("r", "error") " AS error_bytes," \
    " (SELECT f.uid FROM run f WHERE f.id = r.forked_from) AS forked_from, r.forked_seq AS forked_seq," \
    " CASE b.on_end WHEN 1 THEN 'wait' WHEN 2 THEN 'cancel' END AS on_end" \
    " FROM run r LEFT JOIN owner o ON o.program = r.program LEFT JOIN aios_bond b ON b.child = r.id "
#define RUN_TYPES "ittttttt" "ii" "iiii" "ttt" "tiit" "ttt" "t" "iii" "ti" "t"

#define AUDIT_COLUMNS \
    "SELECT a.id AS audit, " AT("a.t", "time") ", a.run AS run, a.program AS program, a.path AS path, a.tool AS tool," \
    " a.args AS args_json, a.need AS need, a.decision AS decision, a.reason AS reason, a.status AS status," \
    " a.dur / 1000 AS took_ms FROM audit a "
#define AUDIT_TYPES "iitttttttt" "ti"

#define COSTS_OF " count(*) AS calls, sum(s.tokens_in) AS tokens_in, sum(s.tokens_out) AS tokens_out, sum(s.tokens_cached) AS tokens_cached, sum(s.cost) AS cost"
#define COSTS_FROM " FROM spend s WHERE s.t >= coalesce($1, 0) "
#define COSTS COSTS_OF COSTS_FROM
#define ROWS(table) "SELECT '" table "' AS name, count(*) AS rows FROM " table " "

static const ReportQuery QUERIES[] = {
    { "runs", { "name", "state", "limit" }, "ittttiiiititit",
      "SELECT r.id AS id, r.uid AS run, r.name AS name, " STATE_WORD " AS state, r.program AS program,"
      " " AT("r.created", "created") ", " AT("r.started", "started") ", " AT("r.finished", "finished") ", r.cost AS cost,"
      " r.cause AS cause, r.attempt AS attempt, " "coalesce(r.error, (SELECT data FROM blob WHERE hash = r.error_big)) AS error_json, o.pid AS pid, o.host AS host"
      " FROM run r LEFT JOIN owner o ON o.program = r.program WHERE ($1 IS NULL OR r.name = $1) AND ($2 IS NULL OR " STATE_WORD " = $2)"
      " ORDER BY r.id DESC LIMIT $3" },

    { "open_runs", { 0 }, "itttiiiitt" "ittt",
      "SELECT r.id AS id, r.uid AS run, r.name AS name, " STATE_WORD " AS state,"
      " " AT("r.created", "created") ", " AT("r.started", "started") ", " AT("r.wake", "wake") ","
      " (SELECT count(*) FROM journal j WHERE j.run = r.id AND j.kind = 1) AS steps, r.wait_on AS wait_on, r.program AS program,"
      " o.pid AS pid, o.host AS host, (SELECT p.uid FROM run p WHERE p.id = b.caller) AS parent, b.path AS parent_path"
      " FROM run r LEFT JOIN owner o ON o.program = r.program LEFT JOIN aios_bond b ON b.child = r.id WHERE r.state < 7 ORDER BY r.id" },

    /* itself, or the ids that begin with it ('~' is behind every character of an id) */
    { "run_find", { "text" }, RUN_TYPES,
      RUN_COLUMNS "WHERE r.uid = $1 OR (length($1) >= 6 AND r.uid > $1 AND r.uid < $1 || '~')"
      " ORDER BY CASE WHEN r.uid = $1 THEN 0 ELSE 1 END, r.id LIMIT 3" },
    { "run_last", { 0 }, RUN_TYPES, RUN_COLUMNS "ORDER BY r.id DESC LIMIT 1" },

    { "steps", { "id" }, "ittttitiiiiti",
      "SELECT j.seq AS seq, " KIND_WORD " AS kind, j.path AS path, j.name AS name, " STATUS_WORD " AS status,"
      " j.line AS line, NULLIF(lower(hex(j.ahash)), '') AS args_hash, j.attempt AS attempt, " AT("j.t", "time") ","
      " j.dur AS took_us, j.cost AS cost, " VALUE("coalesce(j.out, b.data)") " AS value_json,"
      " coalesce(length(j.out), b.size) AS bytes"
      " FROM journal j LEFT JOIN blob b ON b.hash = j.big WHERE j.run = $1 ORDER BY j.seq" },

    /* whole, however long */
    { "step_value", { "id", "seq" }, "t",
      "SELECT coalesce(j.out, b.data) AS value_json FROM journal j LEFT JOIN blob b ON b.hash = j.big WHERE j.run = $1 AND j.seq = $2" },

    { "spend", { "run" }, "ittttiiiiittt" "t",
      "SELECT " AT("s.t", "time") ", s.path AS path, s.tier AS tier, s.provider AS provider, s.model AS model,"
      " s.tokens_in AS tokens_in, s.tokens_out AS tokens_out, s.tokens_cached AS tokens_cached, s.cost AS cost,"
      " s.ms AS took_ms, s.outcome AS outcome, s.class AS class, s.why AS why, s.detail AS detail"
      " FROM spend s WHERE s.run = $1 ORDER BY s.id" },

    { "decisions", { "run" }, "iitttttttitit",
      "SELECT d.id AS decision, " AT("d.t", "time") ", d.path AS path, d.name AS name, d.tier AS tier, d.model AS model, d.chosen AS chosen_json,"
      " d.why AS why, d.attempts AS attempts_json, d.cost AS cost, d.outcome AS outcome, d.line AS line, d.program AS program"
      " FROM decision d WHERE d.run = $1 ORDER BY d.id" },

    { "cost_by_tier", { "since" }, "tiiiii", "SELECT s.tier AS tier," COSTS "GROUP BY s.tier ORDER BY s.tier" },
    { "cost_by_model", { "since" }, "tiiiii",
      "SELECT coalesce(s.provider || ':' || s.model, s.provider, '') AS model," COSTS "GROUP BY 1 ORDER BY 1" },
    { "cost_by_day", { "since" }, "tiiiii",
      "SELECT strftime('%Y-%m-%d', s.t / 1000, 'unixepoch', 'localtime') AS day," COSTS "GROUP BY 1 ORDER BY 1" },
    { "cost_by_run", { "since" }, "tiiiiit",
      "SELECT s.run AS run," COSTS_OF ", (SELECT r.name FROM run r WHERE r.uid = s.run) AS name" COSTS_FROM "GROUP BY s.run ORDER BY s.run" },

    { "budgets", { NULL }, "ttiiiii",
      "SELECT b.scope AS scope, b.label AS budget, b.cap AS cap, b.spent AS spent, b.held AS held, b.cap - b.spent - b.held AS left,"
      " " AT("b.t", "used") " FROM budget b ORDER BY b.t DESC, b.scope" },

    { "audit_of_run", { "run" }, AUDIT_TYPES, AUDIT_COLUMNS "WHERE a.run = $1 ORDER BY a.id" },
    { "audit_by_id", { "id" }, AUDIT_TYPES, AUDIT_COLUMNS "WHERE a.id = $1" },

    { "approvals", { 0 }, "ttttttiit" "t",
      "SELECT a.id AS approval, r.uid AS run, r.name AS name, a.question AS question, a.detail AS detail_json, a.who AS by,"
      " " AT("a.created", "asked") ", " AT("a.until", "until") ", a.digest AS digest, r.program AS program"
      " FROM approvals a JOIN run r ON r.id = a.run WHERE a.state = 1 AND r.state < 7 ORDER BY a.created, a.id" },
    { "approval", { "id" }, "ttttttiit" "titt",
      "SELECT a.id AS approval, r.uid AS run, r.name AS name, a.question AS question, a.detail AS detail_json, a.who AS by,"
      " " AT("a.created", "asked") ", " AT("a.until", "until") ", a.digest AS digest,"
      " CASE a.state WHEN 1 THEN 'open' WHEN 2 THEN 'approved' WHEN 3 THEN 'denied' WHEN 4 THEN 'expired' END AS state,"
      " " AT("a.answered", "answered") ", a.answered_by AS answered_by, a.why AS why"
      " FROM approvals a JOIN run r ON r.id = a.run WHERE a.id = $1 OR (length($1) >= 4 AND a.id > $1 AND a.id < $1 || '~') ORDER BY a.id LIMIT 2" },
    { "approvals_of_run", { "id" }, "tttititt",
      "SELECT a.id AS approval, a.path AS path, a.question AS question, " AT("a.created", "asked") ","
      " CASE a.state WHEN 1 THEN 'open' WHEN 2 THEN 'approved' WHEN 3 THEN 'denied' WHEN 4 THEN 'expired' END AS state,"
      " " AT("a.answered", "answered") ", a.answered_by AS answered_by, a.why AS why FROM approvals a WHERE a.run = $1 ORDER BY a.created, a.id" },

    { "limits", { 0 }, "ttiiiii" "ttt",
      "SELECT l.program AS program, l.job AS job, l.is_set AS is_set, l.at_once AS at_once, l.per_key AS per_key, l.settle_ms AS settle,"
      " l.start_ms AS start, l.key AS key, l.rates AS rates, l.throttles AS throttles FROM aios_limit l ORDER BY l.job, l.program, l.is_set" },
    { "active", { 0 }, "tttii",
      "SELECT r.program AS program, r.name AS job, r.qkey AS key, count(*) AS runs, o.pid AS pid FROM run r LEFT JOIN owner o ON o.program = r.program"
      " WHERE r.state IN (1, 2, 3) AND r.state < 7 GROUP BY r.program, r.name, r.qkey" },
    { "begun", { "program", "job", "limit" }, "i",
      "SELECT r.created AS begun_at FROM run r WHERE r.name = $2 AND r.program = $1 AND r.state <> 11 ORDER BY r.created DESC LIMIT $3" },
    { "queue_rows", { 0 }, "ittittttt",
      "SELECT t.id AS row, t.job_name AS job, t.program AS program, " AT_SECONDS("t.created", "since") ", " VALUE("t.args") " AS args_json,"
      " " VALUE("t.kwargs") " AS kwargs_json, " VALUE("t.event") " AS event_json, t.source AS source, t.uid AS uid"
      " FROM triggers t WHERE t.processed IS NULL ORDER BY t.id LIMIT 1000" },
    { "owners", { 0 }, "tit", "SELECT o.program AS program, o.pid AS pid, o.host AS host FROM owner o" },
    { "queue_slots", { 0 }, "ttti",
      "SELECT s.name AS job, s.program AS program, s.spec AS spec, s.next AS due_at FROM schedule s WHERE s.next > 0 AND coalesce(s.paused, 0) = 0 ORDER BY s.next" },

    { "answer", { "run", "key" }, "ti", "SELECT w.body AS answer_json, w.good AS good FROM aios_answer w WHERE w.run = (SELECT r.id FROM run r WHERE r.uid = $1) AND w.key = $2" },

    { "trigger_of_run", { "run" }, "itttii",
      "SELECT t.id AS row, t.job_name AS job, t.args AS args_json, t.kwargs AS kwargs_json,"
      " " AT_SECONDS("t.created", "created") ", " AT_SECONDS("t.processed", "processed")
      " FROM triggers t WHERE t.run = $1 ORDER BY t.id LIMIT 1" },

    /* of one job: its schedules, and what became of the slots due between two instants */
    { "schedules_of_job", { "name" }, "tttiii",
      "SELECT s.id AS schedule, s.spec AS spec, s.tz AS tz, s.anchor AS anchor, s.next AS next_ms, s.last AS last_ms"
      " FROM schedule s WHERE s.name = $1 ORDER BY s.id" },
    { "slots_of_job", { "schedule", "from", "to" }, "itittt",
      "SELECT r.nominal AS due_ms, " STATE_WORD " AS state, " AT("r.finished", "finished") ", r.reason AS reason, r.uid AS run, r.cause AS cause"
      " FROM run r WHERE r.schedule = $1 AND r.nominal BETWEEN $2 AND $3 ORDER BY r.nominal, r.id" },
    { "last_of_job", { "name", "before" }, "titiitt",
      "SELECT r.uid AS run, r.nominal AS due_ms, " STATE_WORD " AS state, " AT("r.created", "created") ", " AT("r.finished", "finished") ","
      " r.reason AS reason, r.cause AS cause FROM run r JOIN jobs b ON b.program = r.program AND b.job_name = r.name"
      " WHERE r.name = $1 AND r.created <= coalesce($2, r.created) ORDER BY r.id DESC LIMIT 1" },

    { "jobs", { 0 }, "tttttt" "ittii" "tii" "it",
      "SELECT b.job_name AS name, b.title AS title, b.status AS status, b.device AS device, b.kind AS kind, b.spec AS spec,"
      " b.line AS line, b.program AS program, b.last_run AS last_run, b.enabled AS enabled, b.paused AS paused,"
      " b.last_reason AS last_reason,"
      " " AT_SECONDS("b.last_update", "changed") ","
      " (SELECT min(NULLIF(s.next, 0)) FROM schedule s WHERE s.name = b.job_name AND s.program = b.program"
      "   AND coalesce(s.paused, 0) = 0) AS next_at, o.pid AS pid, o.host AS host"
      " FROM jobs b LEFT JOIN owner o ON o.program = b.program ORDER BY b.job_name" },

    /* the newest `limit` lines behind line `after`, oldest first; with `after` > 0 the oldest of them */
    { "logs", { "after", "job", "run", "level", "limit" }, "iittttt" "t",
      "SELECT * FROM (SELECT l.id AS id, " AT_SECONDS("l.timestamp", "time") ", l.level AS level, l.job AS job, l.run AS run,"
      " l.device AS device, l.message AS message, l.fields AS fields_json FROM logs l WHERE l.id > $1"
      " AND ($2 IS NULL OR l.job = $2) AND ($3 IS NULL OR l.run = $3) AND ($4 IS NULL OR $4 <="
      "   CASE upper(l.level) WHEN 'DEBUG' THEN 0 WHEN 'WARN' THEN 2 WHEN 'WARNING' THEN 2 WHEN 'ERROR' THEN 3"
      "   WHEN 'CRITICAL' THEN 3 WHEN 'FATAL' THEN 3 ELSE 1 END)"
      " ORDER BY CASE WHEN $1 > 0 THEN l.id ELSE -l.id END LIMIT $5) AS x ORDER BY id" },

    { "db_info", { 0 }, "iit",
      "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS bytes,"
      " (SELECT user_version FROM pragma_user_version) AS schema, (SELECT journal_mode FROM pragma_journal_mode) AS journal_mode" },
    { "db_integrity", { 0 }, "t", "SELECT integrity_check AS result FROM pragma_integrity_check" },
    { "db_tables", { 0 }, "ti",
      ROWS("run") "UNION ALL " ROWS("aios_bond") "UNION ALL " ROWS("aios_limit") "UNION ALL " ROWS("aios_answer") "UNION ALL " ROWS("journal") "UNION ALL " ROWS("blob") "UNION ALL " ROWS("code") "UNION ALL "
      ROWS("schedule") "UNION ALL " ROWS("jobs") "UNION ALL " ROWS("triggers") "UNION ALL " ROWS("logs") "UNION ALL "
      ROWS("audit") "UNION ALL " ROWS("grants") "UNION ALL " ROWS("spend") "UNION ALL " ROWS("budget") "UNION ALL " ROWS("decision") "UNION ALL "
      ROWS("kv") "UNION ALL " ROWS("inbox") "UNION ALL " ROWS("owner") "UNION ALL " ROWS("events") "UNION ALL " ROWS("approvals") "ORDER BY 1" },
};

const ReportQuery *report_query(const char *name) {
    for (size_t i = 0; i < sizeof QUERIES / sizeof QUERIES[0]; i++) {
        if (strcmp(QUERIES[i].name, name) == 0) return &QUERIES[i];
    }
    return NULL;
}

bool report_open(const char *path, Db **out, Err *err) {
    DbOpen how = { .path = path, .mode = DB_READ, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    if (db_open(&DB_SQLITE, out, &how, err)) return true;
    if (strcmp(err->code, "not_found") != 0) return false;
    return err_set(err, "not_found", "nothing has run yet; no database at %s", path);
}
