/* branch_cut.c - how a branch is told to end: its waits raise, except behind a shield. */
#include "lua/bound.h"
#include "lua/run.h"
#include "lua/run_wait.h"

/* The outermost reason counts: what it ends includes the others. */
const char *branch_cut_by(const Branch *branch) {
    const char *error = NULL;
    if (!branch->cut && !branch->expired) return NULL;
    for (int depth = branch->depth; depth > 0; depth--) {
        const BranchScope *scope = &branch->scopes[depth];
        const char *passed = scope->bound ? bound_error(scope->bound) : NULL;
        if (passed) error = passed;
        if (scope->is_shield) return error;
    }
    return branch->cut ? branch->cut : error;
}

void branch_interrupt(Branch *branch) {
    const char *error = branch_cut_by(branch);
    if (error && branch->wait) run_wait_cut(branch->wait, error);
}

void branch_cut(Branch *branch, const char *error) {
    if (branch->cut) return;
    branch->cut = mem_copy(slice_of(error));
    branch_interrupt(branch);
}

void branch_hasten_attentive(Run *run) {
    run->moved = false;
    for (Branch *branch = run->branches; branch && run->attentive; branch = branch->next)
        if (branch->wait && branch->wait->listens) run_wait_hasten(branch->wait);
}
