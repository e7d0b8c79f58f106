/* lua_group.c - aios.run: branches of a run. */
#include "lua/group.h"
#include "lua/run.h"
#include "lua/run_wait.h"
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

struct Group {
    Branch  *parent;
    Group   *next;                      /* the one around it, of the same branch */
    Buf      path;
    Branch  *first, **last;             /* at work, in the order they began */
    size_t   live, spawned;
    RunWait *waiting;                   /* the parent, for room or for the end */
    size_t   room;                      /* at most so many at work; 0: waits for the end */
    char    *failed;
};

void group_drop(Group *group) {
    Group **at = &group->parent->groups;
    while (*at != group) at = &(*at)->next;
    *at = group->next;
    buf_drop(&group->path);
    free(group->failed);
    free(group);
}

static Group *check_group(lua_State *L) {
    Group *group = lua_touserdata(L, 1);
    luaL_argcheck(L, group && group->parent == branch_of(L), 1, "a block of this branch");
    return group;
}

/* fork() -> a block of branches, which must be joined */
int run_l_fork(lua_State *L) {
    Branch *branch = branch_of(L);
    Group *group = mem_new(sizeof *group);
    group->parent = branch;
    group->last = &group->first;
    buf_add_slice(&group->path, branch_next_path(branch));
    branch_end_path(branch);
    group->next = branch->groups;
    branch->groups = group;
    lua_pushlightuserdata(L, group);
    return 1;
}

/* ------------------------------------------------------------------ their end */
static void cut_all(Group *group, const char *error) {
    for (Branch *branch = group->first, *next; branch; branch = next) {
        next = branch->next_mate;
        branch_cut(branch, error);
    }
}

static bool is_enough(const Group *group) { return group->live == 0 || (group->room && (group->live < group->room || group->failed)); }

/* What the parent gets: its own end comes before that of its branches. */
static const char *outcome(const Group *group) {
    const char *cut = branch_cut_by(group->parent);
    return cut ? cut : group->failed;
}

static void unlink_mate(Group *group, Branch *branch) {
    *branch->mate_link = branch->next_mate;
    if (branch->next_mate) branch->next_mate->mate_link = branch->mate_link;
    else group->last = branch->mate_link;
    group->live--;
}

/* Its parent goes on when it has waited long enough. */
static void answer(Group *group) {
    if (!group->waiting || !is_enough(group)) return;
    const char *error = outcome(group);
    run_wait_over(group->waiting, !error, error);
}

void group_ended(Branch *branch, const char *failed) {
    Group *group = branch->group;
    Run *run = branch->run;
    unlink_mate(group, branch);
    branch_free(branch);
    run->moved = run->moved || run->attentive;
    if (failed && !group->failed) {
        group->failed = mem_copy(slice_of(failed));
        cut_all(group, failed);
    }
    answer(group);
}

/* ------------------------------------------------------------------ the parent waits */
typedef struct {
    RunWait wait;
    Group  *group;
} GroupOp;

/* The block is over when its parent has taken what came of it. */
static void group_release(RunWait *wait) {
    GroupOp *op = (GroupOp *)wait;
    if (op->group && !op->group->live && !op->group->room) group_drop(op->group);
}

static void group_stop(RunWait *wait) { ((GroupOp *)wait)->group->waiting = NULL; }

/* The end of the block is waited for whatever happens: its branches are told to end. */
static bool group_outlasts(RunWait *wait, const char *error) {
    Group *group = ((GroupOp *)wait)->group;
    if (group->room) return false;
    cut_all(group, error);
    return true;
}

static const RunWaitKind GROUP = { .await = RUN_WAIT_AWAIT("parallel"), .arrival = { .deliver = run_wait_delivered },
                                   .stop = group_stop, .outlasts = group_outlasts, .release = group_release };

static int wait_for(lua_State *L, Group *group, size_t room) {
    branch_end_path(group->parent);
    GroupOp *op = run_wait_new(L, group->parent, &GROUP, sizeof *op, NULL);
    op->group = group;
    op->wait.arrival.state = ARRIVAL_LIVE;
    group->room = room;
    group->waiting = &op->wait;
    return run_wait_yield(L, &op->wait);
}

/* room(block, most) -> true | false, json: when fewer than so many are at work, or one has failed */
int run_l_room(lua_State *L) {
    Group *group = check_group(L);
    lua_Integer most = luaL_checkinteger(L, 2);
    int cut = run_push_cut(L, group->parent);
    if (cut >= 0) return cut;
    group->room = (size_t)most;
    if (is_enough(group)) {
        const char *error = outcome(group);
        lua_pushboolean(L, !error);
        lua_pushstring(L, error);
        return 2;
    }
    return wait_for(L, group, group->room);
}

/* join(block) -> true | false, json: waits until all have ended. What cuts the branch cuts them; they end first */
int run_l_join(lua_State *L) {
    Group *group = check_group(L);
    const char *cut = branch_cut_by(group->parent);
    if (cut) cut_all(group, cut);
    if (group->live) return wait_for(L, group, 0);
    const char *error = outcome(group);
    lua_pushboolean(L, !error);
    lua_pushstring(L, error);
    group_drop(group);
    return 2;
}

/* abort(block, json): those at work are to end with this error */
int run_l_abort(lua_State *L) {
    Group *group = lua_touserdata(L, 1);
    luaL_argcheck(L, group, 1, "a block");
    const char *error = luaL_checkstring(L, 2);
    if (!group->failed) group->failed = mem_copy(slice_of(error));
    cut_all(group, error);
    answer(group);
    return 0;
}

/* ------------------------------------------------------------------ beginning */
/* spawn(block, fn, ...): fn(...) as a branch; it begins when the running branch waits */
int run_l_spawn(lua_State *L) {
    Group *group = check_group(L);
    Run *run = group->parent->run;
    luaL_checktype(L, 2, LUA_TFUNCTION);
    if (run->branch_count > GROUP_BRANCHES_MAX)
        return luaL_error(L, "more than %d branches at once; give the block a limit: parallel for … limit 100", GROUP_BRANCHES_MAX);
    char number[32];
    int len = snprintf(number, sizeof number, ".%zu", group->spawned + 1);
    Slice path = buf_slice(&group->path);
    Branch *branch = branch_new(run, group->parent, path, slice_make(number, (size_t)len));
    group->spawned++;
    branch->group = group;
    branch->mate_link = group->last;
    *group->last = branch;
    group->last = &branch->next_mate;
    group->live++;
    branch_arm(branch, L, lua_gettop(L) - 1, run_branch_done);
    branch_ready(branch);
    return 0;
}
