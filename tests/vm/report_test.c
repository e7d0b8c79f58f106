/* links: store db base */
#include "base/buf.h"
#include "db/migrate.h"
#include "store/report.h"
#include "store/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
/* needs the headers above */
#include <cmocka.h>

static const char *const NAMES[] = {
    "runs", "open_runs", "run_find", "run_last", "steps", "spend", "audit_of_run", "audit_by_id",
    "trigger_of_run", "jobs", "logs", "db_info", "db_integrity", "db_tables",
};

static const char SAMPLE[] =
    "INSERT INTO run(id,uid,program,name,code,engine,state,seed,cause,created,started,finished,output,parent,parent_path)"
    " VALUES(1,'01ARZ3NDEKTSV4RRFFQ69G5FAV','/p.aios','first',x'0a0b',1,7,0,'command line',1000,1000,3000,'{\"n\":1}',NULL,NULL),"
    " (2,'01ARZ3NDEKTSV4RRFFQ69G5FBB','/p.aios','second',x'0a0b',1,2,0,'start by step',2000,2000,0,NULL,1,'/3');"
    "INSERT INTO journal(run,seq,kind,path,name,status,t,dur,epoch,out,big) VALUES(1,1,1,'/1','fs.read',0,1500,2000,1,'\"x\"',NULL),"
    " (1,2,1,'/2','fs.list',0,1600,2000,1,NULL,x'aa'),"
    " (2,1,2,'/1','mail.send',2,2100,0,1,NULL,NULL),(2,2,1,'/1','mail.send',0,2200,2000,1,'1',NULL);"
    "INSERT INTO blob(hash,size,data) VALUES(x'aa',20000,zeroblob(20000));"
    "INSERT INTO owner(program,pid,host,started) VALUES('/p.aios',42,'here',1);"
    "INSERT INTO jobs(job_name,program,last_update) VALUES('second','/p.aios',1.5);"
    "INSERT INTO schedule(id,name,program,next,paused) VALUES('a','second','/p.aios',900,1),('b','second','/p.aios',800,0),('c','other','/p.aios',5,0);"
    "INSERT INTO logs(timestamp,level,message,run) VALUES(1,'INFO','one',NULL),(2,'warning','two','r'),(3,'ERROR','three','r'),(4,'odd','four','r');"
    "INSERT INTO audit(id,t,run,tool,decision,dur,hash) VALUES(12,5,'01ARZ3NDEKTSV4RRFFQ69G5FAV','fs.read','allow',7000,x'00');"
    "INSERT INTO triggers(job_name,args,kwargs,created,run) VALUES('second','[]','{}',1.5,'01ARZ3NDEKTSV4RRFFQ69G5FAV');";

typedef struct {
    char dir[64], path[96];
} World;

static void open_here(World *world, Db **db) {
    Err err = { 0 };
    if (!report_open(world->path, db, &err)) fail_msg("%s", err.text);
}

static int setup(void **state) {
    World *world = calloc(1, sizeof *world);
    strcpy(world->dir, "/tmp/aios-report-XXXXXX");
    if (!mkdtemp(world->dir)) return 1;
    snprintf(world->path, sizeof world->path, "%s/a.db", world->dir);
    DbOpen how = { .path = world->path, .mode = DB_CREATE, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    Db *db = NULL;
    Err err = { 0 };
    bool good = db_open(&DB_SQLITE, &db, &how, &err) && migrate_up(db, SCHEMA_STEPS, &err) && db_exec(db, SAMPLE, &err);
    if (!good) print_error("%s\n", err.text);
    db_close(db);
    *state = world;
    return good ? 0 : 1;
}

static int teardown(void **state) {
    World *world = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", world->dir);
    int rc = system(command);
    free(world);
    return rc;
}

/* The rows of a query as text, "a|b;c|d", only the named column. */
static void ask(World *world, const char *name, const char *column, const char *const *params, Buf *out) {
    Db *db = NULL;
    DbStmt *stmt = NULL;
    Err err = { 0 };
    open_here(world, &db);
    const ReportQuery *query = report_query(name);
    if (!db_prepare(db, query->sql, &stmt, &err)) fail_msg("%s: %s", name, err.text);
    for (int n = 0; n < REPORT_PARAMS_MAX && query->params[n]; n++) {
        if (!params || !params[n]) db_bind_null(stmt, n + 1);
        else if (params[n][0] == '#') db_bind_int(stmt, n + 1, atoll(params[n] + 1));
        else db_bind_text(stmt, n + 1, slice_of(params[n]));
    }
    buf_clear(out);
    for (bool row; db_step(stmt, &row, &err) && row;) {
        for (int c = 0; c < db_columns(stmt); c++) {
            if (strcmp(db_column_name(stmt, c), column) != 0) continue;
            if (db_is_null(stmt, c)) buf_add_text(out, "NULL");
            else buf_add_slice(out, db_text(stmt, c));
        }
        buf_add_text(out, ";");
    }
    db_release(stmt);
    db_close(db);
}

static void every_query_fits_the_schema_and_names_a_type_for_each_column(void **state) {
    Db *db = NULL;
    open_here(*state, &db);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const ReportQuery *query = report_query(NAMES[i]);
        DbStmt *stmt = NULL;
        Err err = { 0 };
        bool row;
        assert_non_null(query);
        if (!db_prepare(db, query->sql, &stmt, &err)) fail_msg("%s: %s", NAMES[i], err.text);
        if ((size_t)db_columns(stmt) != strlen(query->types)) fail_msg("%s: %d columns", NAMES[i], db_columns(stmt));
        for (int n = 0; n < REPORT_PARAMS_MAX && query->params[n]; n++) db_bind_int(stmt, n + 1, 1);
        if (!db_step(stmt, &row, &err)) fail_msg("%s: %s", NAMES[i], err.text);
        db_release(stmt);
    }
    assert_null(report_query("no such query"));
    db_close(db);
}

static void answers_are_as_the_rows_say(void **state) {
    static const struct { const char *query, *column, *params[REPORT_PARAMS_MAX], *want; } CASES[] = {
        { "runs", "name", { NULL, NULL, "#10" }, "second;first;" },
        { "runs", "name", { "first", NULL, "#10" }, "first;" },
        { "runs", "name", { NULL, "running", "#10" }, "second;" },
        { "runs", "finished_at", { NULL, NULL, "#10" }, "NULL;3000;" },
        { "runs", "name", { NULL, NULL, "#1" }, "second;" },
        { "open_runs", "pid", { NULL }, "42;" },
        { "open_runs", "steps", { NULL }, "1;" },           /* an intent and its result are one step */
        { "run_find", "name", { "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "first;" },
        { "run_find", "name", { "01ARZ3NDEKTSV4RRFFQ69G5FA" }, "first;" },
        { "run_find", "name", { "01ARZ3" }, "first;second;" },
        { "run_find", "name", { "01ARZ" }, "" },
        { "run_find", "version", { "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "0a0b;" },
        { "run_last", "name", { NULL }, "second;" },
        { "run_last", "parent_path", { NULL }, "/3;" },
        { "run_last", "parent", { NULL }, "01ARZ3NDEKTSV4RRFFQ69G5FAV;" },
        { "steps", "name", { "#1" }, "fs.read;fs.list;" },
        { "steps", "value_json", { "#1" }, "\"x\";NULL;" },
        { "steps", "bytes", { "#1" }, "3;20000;" },
        { "audit_by_id", "took_ms", { "#12" }, "7;" },
        { "audit_of_run", "audit", { "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "12;" },
        { "trigger_of_run", "created_at", { "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "1500;" },
        { "jobs", "next_at", { NULL }, "800;" },
        { "jobs", "changed_at", { NULL }, "1500;" },
        { "logs", "message", { "#0", NULL, NULL, NULL, "#10" }, "one;two;three;four;" },
        { "logs", "message", { "#0", NULL, NULL, NULL, "#2" }, "three;four;" },
        { "logs", "message", { "#1", NULL, NULL, NULL, "#2" }, "two;three;" },
        { "logs", "message", { "#0", NULL, NULL, "#2", "#10" }, "two;three;" },
        { "logs", "message", { "#0", NULL, "r", NULL, "#10" }, "two;three;four;" },
        { "db_info", "journal_mode", { NULL }, "wal;" },
        { "db_info", "schema", { NULL }, NULL },
        { "db_integrity", "result", { NULL }, "ok;" },
    };
    Buf got;
    buf_init(&got);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char newest[24];
        snprintf(newest, sizeof newest, "%d;", migrate_count(SCHEMA_STEPS));
        const char *want = CASES[i].want ? CASES[i].want : newest;
        ask(*state, CASES[i].query, CASES[i].column, CASES[i].params, &got);
        if (strcmp(buf_text(&got), want) != 0) fail_msg("case %zu, %s.%s: got %s, want %s", i, CASES[i].query, CASES[i].column, buf_text(&got), want);
    }
    buf_drop(&got);
}

static void reading_leaves_one_file(void **state) {
    World *world = *state;
    Buf got;
    buf_init(&got);
    ask(world, "runs", "name", (const char *const[]){ NULL, NULL, "#10" }, &got);
    buf_drop(&got);
    char beside[128];
    snprintf(beside, sizeof beside, "%s-wal", world->path);
    assert_int_not_equal(access(beside, F_OK), 0);
    snprintf(beside, sizeof beside, "%s-shm", world->path);
    assert_int_not_equal(access(beside, F_OK), 0);
}

static void a_report_cannot_write(void **state) {
    Db *db = NULL;
    Err err = { 0 };
    open_here(*state, &db);
    assert_false(db_exec(db, "DELETE FROM run", &err));
    db_close(db);
}

static void no_database_yet_is_said_in_plain_words_and_makes_no_file(void **state) {
    World *world = *state;
    Db *db = NULL;
    Err err = { 0 };
    char path[128];
    snprintf(path, sizeof path, "%s/none.db", world->dir);
    assert_false(report_open(path, &db, &err));
    assert_string_equal(err.code, "not_found");
    assert_non_null(strstr(err.text, "nothing has run yet"));
    assert_non_null(strstr(err.text, path));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_foreign_file_is_refused(void **state) {
    World *world = *state;
    Db *db = NULL;
    Err err = { 0 };
    char path[128];
    snprintf(path, sizeof path, "%s/text.db", world->dir);
    FILE *file = fopen(path, "w");
    fputs("this is a shopping list, and not a database at all", file);
    fclose(file);
    assert_false(report_open(path, &db, &err));
    assert_string_equal(err.code, "not_ours");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_fits_the_schema_and_names_a_type_for_each_column),
        cmocka_unit_test(answers_are_as_the_rows_say),
        cmocka_unit_test(reading_leaves_one_file),
        cmocka_unit_test(a_report_cannot_write),
        cmocka_unit_test(no_database_yet_is_said_in_plain_words_and_makes_no_file),
        cmocka_unit_test(a_foreign_file_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
