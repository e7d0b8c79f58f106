/* program.h - one loaded program: its Lua state, its text, what it declared, its runs.
 *
 * The text is loaded once and kept as compiled code in memory; every run calls it again with
 * globals of its own, so file-level variables are fresh, equal and private to each run.
 *
 *     Program *program = program_open(engine, path, text, source, err);
 *     run_start(program, &row, err);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: belongs to the engine; freed when its state has closed.
 */
#pragma once
#include "base/buf.h"
#include "base/hash.h"
#include "lua/vm.h"
#include "store/journal.h"
#include "work/permit.h"

typedef struct Engine Engine;
typedef struct Run Run;

/* What one execution of the top level recorded: runs of its workflows are activated with it. */
typedef struct Load {
    int64_t      run;
    JournalLoad *journal;               /* owns rows */
    JournalRow  *rows;
    size_t       count;
    int64_t      seed;
    char        *args;                  /* JSON list */
    struct Load *next;
} Load;

typedef struct {
    char *name, *json;                  /* what stdlib/flow.lua says of a workflow */
} Declared;

typedef struct Program {
    Vm        vm;                       /* first member */
    Engine   *engine;
    char     *path, *name;              /* absolute path; file name without ending */
    Buf       source;                   /* what is pinned: the text as written, with its modules */
    Buf       code;                     /* the chunk, dumped */
    unsigned char hash[HASH_SIZE];
    unsigned char null_hash[HASH_SIZE]; /* of "null", the arguments of a step */
    Permits  *permits;                  /* borrowed from the engine */
    Run      *runs;                     /* in memory */
    size_t    run_count;
    Load     *loads;
    Declared *declared;
    size_t    declared_count;
    struct Program *next;
} Program;

/* Opens a state for the program and compiles `lua` (text only) under its path. `modules` is JSON
 * { name = { path, lua } } of what it requires; `source` is what is pinned by `hash`. Errors: "syntax" with Lua's own message, "limit". */
Program *program_open(Engine *engine, const char *path, Slice lua, Slice modules, Slice source, const unsigned char hash[HASH_SIZE],
                      size_t cap_bytes, Err *err);

/* Forgets what was declared: the load run begins (again). */
void program_declare_anew(Program *program);

/* Forgets one workflow; false when there is none of that name. */
bool program_undeclare(Program *program, const char *name);

/* The record of a load run that did nothing, for runs that begin without one. */
void program_keep_load(Program *program, int64_t run);

/* Cancels what waits and frees it, maybe later. Its runs must be gone. */
void program_close(Program *program);

/* The Load of the load run with this id, from memory or the database. */
Load *program_load_of(Program *program, int64_t run, Err *err);

/* Has it been in memory? Then it is over: nothing begins with the record of a load run that is at work. */
bool program_has_load(const Program *program, int64_t run);

static inline Program *program_of(lua_State *L) { return (Program *)vm_of(L)->owner; }
