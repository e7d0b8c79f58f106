#include "lua/branch.h"
#include "lua/bound.h"
#include "lua/group.h"
#include "lua/number.h"
#include "lua/run.h"
#include "lua/run_wait.h"
#include <lauxlib.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ whose turn it is */
bool branch_in_finalizer(lua_State *L) { return lua_gc(L, LUA_GCCOUNT) < 0; }    /* the collector answers to nobody meanwhile */

Branch *branch_of(lua_State *L) {
    if (branch_in_finalizer(L))
        luaL_error(L, "a finalizer (__gc) has no part in the run; what it does when memory is needed no replay would repeat");
    if (!vm_of(L)->current)
        luaL_error(L, "the run leaves memory: its variables are closed, and nothing is done that would have to be recorded");
    return vm_of(L)->current->context;
}

/* ------------------------------------------------------------------ chance: xoshiro256**, seeded by splitmix64 */
static uint64_t splitmix(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void branch_seed(Branch *branch, uint64_t seed) {
    for (int i = 0; i < 4; i++) branch->senses.random[i] = splitmix(&seed);
    branch_scope(branch)->has_chance = true;
}

static void derive(uint64_t random[4], const uint64_t from[4], Slice path) {
    unsigned char hash[HASH_LONG_SIZE];
    hash_long(slice_make((const char *)from, 4 * sizeof *from), path, hash);
    memcpy(random, hash, 4 * sizeof *random);
}

/* A scope's own chance follows from what it was around it when the scope was entered, and from its place. */
uint64_t *branch_chance(Branch *branch) {
    for (int depth = 1; depth <= branch->depth; depth++) {
        BranchScope *scope = &branch->scopes[depth];
        Senses *own = depth < branch->depth ? branch->scopes[depth + 1].outer : &branch->senses;
        if (scope->has_chance) continue;
        derive(own->random, scope->outer->random, slice_make(branch->path.ptr, scope->path_len));
        scope->has_chance = true;
    }
    return branch->senses.random;
}

/* ------------------------------------------------------------------ place */
Slice branch_path(const Branch *branch) { return buf_slice(&branch->path); }

void branch_end_path(Branch *branch) {
    branch->path.len = branch_scope(branch)->path_len;
    if (branch->path.ptr) branch->path.ptr[branch->path.len] = 0;
}

Slice branch_next_path(Branch *branch) {
    branch_end_path(branch);
    char text[NUMBER_SIZE];
    buf_add_byte(&branch->path, '/');
    buf_add(&branch->path, text, number_format_integer(++branch_scope(branch)->calls, text));
    return branch_path(branch);
}

BranchScope *branch_enter(Branch *branch, Effect effect, const unsigned char *ahash) {
    if (++branch->depth == branch->cap) {
        branch->cap *= 2;
        branch->scopes = mem_resize(branch->scopes, (size_t)branch->cap * sizeof *branch->scopes);
    }
    BranchScope *scope = branch_scope(branch);
    *scope = (BranchScope){ .path_len = branch->path.len, .effect = effect };
    if (ahash) memcpy(scope->ahash, ahash, HASH_SIZE);
    scope->outer = mem_new(sizeof *scope->outer);
    *scope->outer = branch->senses;
    branch->senses.clock_readings = 0;
    return scope;
}

void branch_leave(Branch *branch) {
    BranchScope *scope = &branch->scopes[branch->depth--];
    branch->senses = *scope->outer;
    free(scope->outer);
    scope->outer = NULL;
    if (scope->bound) bound_drop(scope->bound);
    scope->bound = NULL;
}

/* ------------------------------------------------------------------ making and freeing */
Branch *branch_new(Run *run, Branch *parent, Slice path, Slice number) {
    Branch *branch = mem_new(sizeof *branch);
    branch->run = run;
    branch->parent = parent;
    branch->cap = 4;
    branch->scopes = mem_new((size_t)branch->cap * sizeof *branch->scopes);
    branch->scopes[0].effect = EFFECT_ONCE;
    if (parent) {
        buf_add_slice(&branch->path, path);
        buf_add_slice(&branch->path, number);
        branch->scopes[0].path_len = branch->path.len;
        branch->scopes[0].effect = branch_scope(parent)->effect;
        branch->senses = parent->senses;
        branch->senses.clock_readings = 0;
        derive(branch->senses.random, branch_chance(parent), branch_path(branch));
    }
    branch->next = run->branches;
    branch->link = &run->branches;
    if (branch->next) branch->next->link = &branch->next;
    run->branches = branch;
    run->branch_count++;
    return branch;
}

static void branch_rested(Fiber *fiber, bool preempted) {
    Branch *branch = fiber->context;
    Run *run = branch->run;
    if (preempted) return;
    run->active = NULL;
    run->moved = run->moved || (run->attentive && !branch->looks);
    run_turn(run);
}

void branch_arm(Branch *branch, lua_State *L, int count, FiberDone done) {
    branch->fiber = fiber_new(&branch->run->program->vm, done, branch);
    branch->fiber->rested = branch_rested;
    if (!lua_checkstack(branch->fiber->co, count)) luaL_error(L, "too many values for a branch");
    lua_xmove(L, branch->fiber->co, count);
    branch->nargs = count - 1;
}

static void forget_ready(Branch *branch) {
    BranchQueue *queue = &branch->run->ready;
    Branch *before = NULL;
    for (Branch *b = queue->first; b != branch; b = b->next_ready) before = b;
    if (before) before->next_ready = branch->next_ready;
    else queue->first = branch->next_ready;
    if (queue->last == branch) queue->last = before;
}

void branch_free(Branch *branch) {
    Run *run = branch->run;
    if (branch->is_ready) forget_ready(branch);
    while (branch->depth > 0) branch_leave(branch);
    while (branch->groups) group_drop(branch->groups);
    *branch->link = branch->next;
    if (branch->next) branch->next->link = branch->link;
    run->branch_count--;
    buf_drop(&branch->path);
    free(branch->scopes);
    free(branch->cut);
    free(branch);
}

/* ------------------------------------------------------------------ turns */
void branch_ready(Branch *branch) {
    BranchQueue *queue = &branch->run->ready;
    branch->is_ready = true;
    branch->next_ready = NULL;
    if (queue->last) queue->last->next_ready = branch;
    else queue->first = branch;
    queue->last = branch;
}

Branch *branch_take_ready(Run *run) {
    Branch *branch = run->ready.first;
    run->ready.first = branch->next_ready;
    if (!run->ready.first) run->ready.last = NULL;
    branch->is_ready = false;
    return branch;
}

void branch_go(Branch *branch) {
    Run *run = branch->run;
    RunWait *wait = branch->wait;
    run->active = branch;
    branch->wait = NULL;
    if (wait) {
        await_wake(&wait->base, 0);
        return;
    }
    if (branch->cut && branch->group) {             /* before it began */
        run->active = NULL;
        fiber_drop(branch->fiber);
        group_ended(branch, NULL);
        return;
    }
    fiber_resume(branch->fiber, branch->nargs);
}
