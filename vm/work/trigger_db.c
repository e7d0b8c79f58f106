/* `on db.insert`, `db.update`, `db.delete`: the database itself writes the rows; here it is told which tables count. */
#include "store/tables.h"
#include "work/trigger.h"
#include <stdlib.h>

void changes_begin(Sched *sched) {
    TablesWatch *list = NULL;
    size_t count = 0;
    for (const Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count && !job->elsewhere; i++) {
            const Event *event = &job->events[i];
            if (event->source != SOURCE_DB) continue;
            if (tables_is_reserved(event->subject)) {
                sched_say(sched, "warn", job, "'%s' is a table of aios itself; its changes begin nothing", event->subject);
                continue;
            }
            list = mem_resize(list, (count + 1) * sizeof *list);
            list[count++] = (TablesWatch){ slice_of(job->name), slice_of(strchr(event->kind, '.') + 1), slice_of(event->subject) };
        }
    if (count > 0 || tables_has_watches(store_reader(sched->store), slice_of(sched->program)))
        tables_watch(sched->store, slice_of(sched->program), list, count);
    free(list);
}
