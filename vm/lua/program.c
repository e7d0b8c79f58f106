#include "lua/program.h"
#include "lua/embed.h"
#include "lua/engine.h"
#include "lua/fiber.h"
#include "lua/lua_callback.h"
#include "lua/run.h"
#include "lua/session.h"
#include "lua/value.h"
#include "store/runs.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>

int luaopen_aios_run(lua_State *L);
int luaopen_aios_script(lua_State *L);
int luaopen_aios_xml(lua_State *L);
int luaopen_aios_zone(lua_State *L);

static int write_code(lua_State *L, const void *bytes, size_t size, void *out) {
    (void)L;
    buf_add(out, bytes, size);
    return 0;
}

static int l_open(lua_State *L) {
    luaL_openlibs(L);
    callback_install(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "aios.modules");
    embed_install(L);
    embed_add(L, "aios.run", luaopen_aios_run);
    embed_add(L, "aios.json", luaopen_aios_json);
    embed_add(L, "aios.script", luaopen_aios_script);
    embed_add(L, "aios.prompt", luaopen_aios_prompt);
    embed_add(L, "aios.xml", luaopen_aios_xml);
    embed_add(L, "aios.zone", luaopen_aios_zone);
    return 0;
}

static bool compile(Program *program, Slice lua, Err *err) {
    lua_State *L = program->vm.L;
    lua_pushfstring(L, "@%s", program->path);
    int status = luaL_loadbufferx(L, lua.ptr, lua.len, lua_tostring(L, -1), "t");
    if (status == LUA_OK) lua_dump(L, write_code, &program->code, 0);
    else err_set(err, status == LUA_ERRSYNTAX ? "syntax" : "limit", "%s", lua_tostring(L, -1));
    lua_pop(L, 2);
    return status == LUA_OK;
}

static void free_load(Load *load) {
    journal_free(load->journal);
    free(load->args);
    free(load);
}

void program_declare_anew(Program *program) {
    for (size_t i = 0; i < program->declared_count; i++) {
        free(program->declared[i].name);
        free(program->declared[i].json);
    }
    program->declared_count = 0;
}

bool program_undeclare(Program *program, const char *name) {
    for (size_t i = 0; i < program->declared_count; i++) {
        Declared gone = program->declared[i];
        if (strcmp(gone.name, name) != 0) continue;
        program->declared_count--;
        memmove(&program->declared[i], &program->declared[i + 1], (program->declared_count - i) * sizeof gone);
        free(gone.name);
        free(gone.json);
        return true;
    }
    return false;
}

void program_keep_load(Program *program, int64_t run) {
    Load *load = mem_new(sizeof *load);
    *load = (Load){ .run = run, .args = mem_copy(slice_of("[]")), .next = program->loads };
    program->loads = load;
}

static void closed(Vm *vm) {
    Program *program = (Program *)vm;
    for (Load *load = program->loads, *next; load; load = next) {
        next = load->next;
        free_load(load);
    }
    program_declare_anew(program);
    free(program->declared);
    free(program->path);
    free(program->name);
    buf_drop(&program->source);
    buf_drop(&program->code);
    free(program);
}

Program *program_open(Engine *engine, const char *path, Slice lua, Slice modules, Slice source, const unsigned char hash[HASH_SIZE],
                      size_t cap_bytes, Err *err) {
    Program *program = mem_new(sizeof *program);
    if (!vm_open(&program->vm, engine->loop, engine->seam, cap_bytes, err)) {
        free(program);
        return NULL;
    }
    program->engine = engine;
    lua_gc(program->vm.L, LUA_GCSTOP);
    program->vm.turn = engine->turn;
    program->vm.coverage = engine->coverage;
    program->vm.owner = program;
    program->permits = &engine->permits;
    program->path = mem_copy(slice_of(path));
    const char *slash = strrchr(path, '/');
    program->name = mem_copy(slice_of(slash ? slash + 1 : path));
    buf_add_slice(&program->source, source);
    memcpy(program->hash, hash, HASH_SIZE);
    hash_bytes(slice_of("null"), program->null_hash);
    lua_pushcfunction(program->vm.L, l_open);
    lua_pushlstring(program->vm.L, modules.ptr ? modules.ptr : "{}", modules.ptr ? modules.len : 2);
    if (lua_pcall(program->vm.L, 1, 0, 0) != LUA_OK) err_set(err, "limit", "%s", lua_tostring(program->vm.L, -1));
    else if (compile(program, lua, err)) {
        lua_gc(program->vm.L, LUA_GCRESTART);
        lua_gc(program->vm.L, LUA_GCGEN, 0, 0);         /* as the stock interpreter: programs cost the same */
        return program;
    }
    program_close(program);
    return NULL;
}

void program_close(Program *program) { vm_close(&program->vm, closed); }

static Load *find_load(const Program *program, int64_t run) {
    Load *load = program->loads;
    while (load && load->run != run) load = load->next;
    return load;
}

bool program_has_load(const Program *program, int64_t run) { return find_load(program, run) != NULL; }

Load *program_load_of(Program *program, int64_t run, Err *err) {
    Load *known = find_load(program, run);
    if (known) return known;
    Db *db = store_reader(program->engine->store);
    RunRow *row;
    JournalLoad *journal;
    if (!runs_find_id(db, run, &row, err)) return NULL;
    if (!journal_load(db, run, &journal, err)) {
        free(row);
        return NULL;
    }
    Load *load = mem_new(sizeof *load);
    *load = (Load){ .run = run, .seed = row->seed, .args = mem_copy(row->input.ptr ? row->input : slice_of("[]")),
                    .journal = journal, .rows = journal->rows, .count = journal->count, .next = program->loads };
    program->loads = load;
    free(row);
    return load;
}
