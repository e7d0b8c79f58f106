/* The names that a row may carry, of this program and of all others in table `jobs`. */
#include "base/near.h"
#include "store/jobs.h"
#include "work/trigger.h"
#include <stdlib.h>

struct Names {
    char **list;
    size_t own, count, cap;             /* the program's own come first */
};

static void add(Names *names, Slice name) {
    if (names->count == names->cap) {
        names->cap = names->cap ? names->cap * 2 : 64;
        names->list = mem_resize(names->list, names->cap * sizeof *names->list);
    }
    names->list[names->count++] = mem_copy(name);
}

/* The names behind "on trigger." in a text like "every 5m; on trigger.deploy". */
static void add_triggers(Names *names, Slice spec) {
    static const char MARK[] = "on trigger.";
    size_t mark = sizeof MARK - 1;
    while (spec.len > 0) {
        const char *stop = memmem(spec.ptr, spec.len, "; ", 2);
        size_t len = stop ? (size_t)(stop - spec.ptr) : spec.len;
        if (len > mark && memcmp(spec.ptr, MARK, mark) == 0) add(names, slice_make(spec.ptr + mark, len - mark));
        size_t step = stop ? len + 2 : len;
        spec = slice_make(spec.ptr + step, spec.len - step);
    }
}

typedef struct {
    Names *names;
    Slice  program;
} Seen;

/* What this program declared once and does no longer is nobody's. */
static bool see(void *context, const JobRow *row) {
    Seen *seen = context;
    if (slice_eq(row->program, seen->program)) return true;
    add(seen->names, row->job_name);
    if (row->spec.ptr) add_triggers(seen->names, row->spec);
    return true;
}

static Names *collect(Sched *sched) {
    Names *names = mem_new(sizeof *names);
    Seen   seen = { names, slice_of(sched->program) };
    Err    err;
    for (const Job *job = sched->jobs; job; job = job->next) {
        add(names, slice_of(job->name));
        for (size_t i = 0; i < job->trigger_count; i++) add(names, slice_of(job->triggers[i]));
    }
    names->own = names->count;
    if (!jobs_each(store_reader(sched->store), (Slice){ 0 }, see, &seen, &err)) sched_say(sched, "error", NULL, "cannot read table jobs: %s", err.text);
    return names;
}

bool names_know(Names **names, Sched *sched, Slice name) {
    if (!*names) *names = collect(sched);
    for (size_t i = (*names)->own; i < (*names)->count; i++)
        if (slice_is(name, (*names)->list[i])) return true;
    return false;
}

Slice names_near(const Names *names, Slice name) {
    Slice best = slice_of("");
    int   least = near_limit(name);
    for (size_t i = 0; i < names->count; i++) {
        int slips = near_slips(name, slice_of(names->list[i]));
        if (slips >= least) continue;
        least = slips;
        best = slice_of(names->list[i]);
    }
    return best;
}

void names_free(Names *names) {
    if (!names) return;
    for (size_t i = 0; i < names->count; i++) free(names->list[i]);
    free(names->list);
    free(names);
}
