/* links: lua store db base */
#include "db/migrate.h"
#include "lua/lua_report.h"
#include "store/schema.h"
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
/* needs the headers above */
#include <cmocka.h>

typedef struct {
    char       dir[64], path[96];
    lua_State *L;
} World;

static int setup(void **state) {
    World *world = calloc(1, sizeof *world);
    strcpy(world->dir, "/tmp/aios-report-XXXXXX");
    if (!mkdtemp(world->dir)) return 1;
    snprintf(world->path, sizeof world->path, "%s/a.db", world->dir);
    DbOpen how = { .path = world->path, .mode = DB_CREATE, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    Db *db = NULL;
    Err err = { 0 };
    bool good = db_open(&DB_SQLITE, &db, &how, &err) && migrate_up(db, SCHEMA_STEPS, &err) &&
                db_exec(db, "INSERT INTO run(id,uid,program,name,engine,state,seed,created,finished,cost)"
                            " VALUES(1,'u1','/p','first',1,7,0,1000,0,9007199254740993),(2,'u2','/p','second',1,1,0,2000,0,0)", &err);
    if (!good) print_error("%s\n", err.text);
    db_close(db);
    world->L = luaL_newstate();
    luaL_openlibs(world->L);
    lua_newtable(world->L);
    luaL_setfuncs(world->L, LUA_REPORT, 0);
    lua_setglobal(world->L, "store");
    lua_pushstring(world->L, world->path);
    lua_setglobal(world->L, "path");
    *state = world;
    return good ? 0 : 1;
}

static int teardown(void **state) {
    World *world = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", world->dir);
    int rc = system(command);
    lua_close(world->L);
    free(world);
    return rc;
}

/* A chunk that asserts what it claims. */
static void run(void **state, const char *chunk) {
    World *world = *state;
    if (luaL_dostring(world->L, chunk) != LUA_OK) fail_msg("%s", lua_tostring(world->L, -1));
    lua_settop(world->L, 0);
}

static void rows_are_tables_by_column_name_with_exact_integers(void **state) {
    run(state, "local rows = assert(store.read(path, 'runs', { limit = 10 }))\n"
               "assert(#rows == 2 and rows[1].run == 'u2' and rows[2].run == 'u1')\n"
               "assert(math.type(rows[2].cost) == 'integer' and rows[2].cost == 9007199254740993)\n"
               "assert(rows[2].state == 'done' and rows[2].created_at == 1000)");
}

static void null_is_an_absent_field(void **state) {
    run(state, "local rows = assert(store.read(path, 'runs', { limit = 10 }))\n"
               "assert(rows[1].cause == nil and rows[1].finished_at == nil)");
}

static void parameters_keep_their_type_and_missing_ones_are_null(void **state) {
    run(state, "assert(#store.read(path, 'runs', { limit = 1 }) == 1)\n"
               "assert(store.read(path, 'runs', { limit = 9, name = 'first' })[1].run == 'u1')\n"
               "assert(#store.read(path, 'run_last') == 1)");
}

static void an_unknown_query_is_the_callers_mistake(void **state) {
    run(state, "local good, why = pcall(store.read, path, 'nonsense')\n"
               "assert(not good and why:find 'no such query', why)");
}

static void a_missing_database_is_returned_as_an_error(void **state) {
    run(state, "local rows, err = store.read(path .. '.none', 'runs', {})\n"
               "assert(rows == nil and err.code == 'not_found' and err.message:find 'nothing has run yet')");
}

static void an_untouched_chain_verifies(void **state) {
    run(state, "assert(store.verify(path) == 0)");
}

static void a_forged_audit_row_is_told_as_corrupt(void **state) {
    World *world = *state;
    DbOpen how = { .path = world->path, .mode = DB_WRITE, .application_id = SCHEMA_APPLICATION_ID, .version = migrate_count(SCHEMA_STEPS) };
    Db *db = NULL;
    Err err = { 0 };
    assert_true(db_open(&DB_SQLITE, &db, &how, &err));
    assert_true(db_exec(db, "INSERT INTO audit(t,tool,decision,hash) VALUES(1,'fs.write','allow',x'00')", &err));
    db_close(db);
    run(state, "local rows, err = store.verify(path)\n"
               "assert(rows == nil and err.code == 'corrupt', err and err.code)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_tables_by_column_name_with_exact_integers),
        cmocka_unit_test(null_is_an_absent_field),
        cmocka_unit_test(parameters_keep_their_type_and_missing_ones_are_null),
        cmocka_unit_test(an_unknown_query_is_the_callers_mistake),
        cmocka_unit_test(a_missing_database_is_returned_as_an_error),
        cmocka_unit_test(an_untouched_chain_verifies),
        cmocka_unit_test(a_forged_audit_row_is_told_as_corrupt),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
