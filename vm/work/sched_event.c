/* Events: from what the world tells to a row for each job that waits for it. */
#include "base/hash.h"
#include "os/path.h"
#include "store/triggers.h"
#include "work/trigger.h"
#include <stdlib.h>
#include <unistd.h>

static bool absolute(const Event *event, Slice subject, char out[PATH_SIZE], Err *err) {
    char cwd[PATH_SIZE];
    char *text = mem_copy(subject);
    bool good = getcwd(cwd, sizeof cwd) && path_absolute(cwd, getenv("HOME"), text, out, err);
    free(text);
    return good || err_set(err, "invalid", "workflow '%s' (line %d): on %s: the path '%.*s' cannot be made absolute", event->job->name, event->job->line,
                           event->kind, (int)subject.len, subject.ptr);
}

static bool add(Event *event, Job *job, const JobEvent *from, Err *err) {
    char path[PATH_SIZE];
    *event = (Event){ .job = job, .source = event_source(from->kind), .kind = mem_copy(from->kind), .lasting_ms = from->lasting_ms,
                      .checked_ms = from->checked_ms, .rearms = from->rearms };
    job->event_count++;
    for (size_t i = 0; i < job->event_count; i++) event->nth += job->events[i].source == event->source;
    if (event->source == SOURCE_NONE)
        return err_set(err, "invalid", "workflow '%s' (line %d): there is no event '%s'", job->name, job->line, event->kind);
    bool is_path = event->source == SOURCE_FILE || event->source == SOURCE_LINE;
    if (is_path && !absolute(event, from->subject, path, err)) return false;
    event->subject = mem_copy(is_path ? slice_of(path) : from->subject);
    event->detail = from->detail.ptr ? mem_copy(from->detail) : NULL;
    if (event->source == SOURCE_LINE && (!event->detail || strpbrk(event->subject, "*?[{")))
        return err_set(err, "invalid", "workflow '%s' (line %d): on line.matching takes the path of one file and what the line holds", job->name, job->line);
    return true;
}

bool job_add_events(Job *job, const JobSpec *spec, Err *err) {
    job->events = mem_new((spec->event_count + 1) * sizeof *job->events);
    for (size_t i = 0; i < spec->event_count; i++)
        if (!add(&job->events[i], job, &spec->events[i], err)) return false;
    return true;
}

void job_drop_events(Job *job) {
    for (size_t i = 0; i < job->event_count; i++) {
        free(job->events[i].kind);
        free(job->events[i].subject);
        free(job->events[i].detail);
    }
    free(job->events);
}

typedef struct {
    Sched     *sched;
    Job       *job;
    SchedFired done;
    void      *context;
} Firing;

static void added(void *context, int64_t row, bool fresh, const Err *err) {
    Firing *firing = context;
    Sched  *sched = firing->sched;
    sched->pending--;
    if (firing->done && !sched->closing) firing->done(firing->context, firing->job->name, row, fresh, err);
    if (!sched->closing) {
        if (err) sched_say(sched, "error", firing->job, "an event could not be written: %s", err->text);
        else if (fresh) row_watch_poke(sched->watch);
        sched_tell(sched);
    }
    free(firing);
    sched_let_go(sched);
}

/* The run's name, by which the same event never begins a second one. */
void event_uid(const Event *event, Slice key, Buf *out) {
    unsigned char hash[HASH_SIZE];
    char hex[HASH_TEXT];
    const Job *job = event->job;
    Buf both;
    if (job->first_only) {
        buf_printf(out, "%s/%s!once", job->sched->scope, job->name);
        return;
    }
    buf_init(&both);
    buf_printf(&both, "%s\n", event->kind);
    buf_add_slice(&both, key);
    hash_bytes(buf_slice(&both), hash);
    hash_text(hash, hex);
    buf_drop(&both);
    buf_printf(out, "%s/%s!%s", job->sched->scope, job->name, hex);
}

void event_fire(Event *event, Slice payload, Slice key, SchedFired done, void *context) {
    Job    *job = event->job;
    Sched  *sched = job->sched;
    Firing *firing = mem_new(sizeof *firing);
    Buf     uid;
    *firing = (Firing){ sched, job, done, context };
    buf_init(&uid);
    if (key.ptr || job->first_only) event_uid(event, key, &uid);
    sched->pending++;
    triggers_add(sched->store, &(TriggerRow){
        .job_name = slice_of(job->name), .uid = uid.len ? buf_slice(&uid) : slice_make(NULL, 0), .event = payload,
        .source = slice_of(event->kind), .program = slice_of(sched->program) }, added, firing);
    buf_drop(&uid);
}

size_t sched_fire(Sched *sched, Slice kind, const char *subject, Slice payload, Slice key, SchedFired done, void *context) {
    size_t count = 0;
    for (Job *job = sched->jobs; job && !sched->closing; job = job->next)
        for (size_t i = 0; i < job->event_count && !job->elsewhere; i++) {
            Event *event = &job->events[i];
            if (!event_matches(slice_of(event->kind), event->subject, kind, subject)) continue;
            event_fire(event, payload, key, done, context);
            count++;
        }
    return count;
}

/* With a simulated clock and AIOS_SOURCES=none events come from tests alone. */
static bool is_listening(const Sched *sched) {
    const char *sources = getenv("AIOS_SOURCES");
    return !sched->closing && !sched->alone && !(sources && strcmp(sources, "none") == 0);
}

static void begin_source(Event *event) {
    if (event->source == SOURCE_WHEN) when_begin(event);
    if (!is_listening(event->job->sched)) return;
    if (event->source == SOURCE_FILE) files_begin(event);
    else if (event->source == SOURCE_LINE) tails_begin(event);
    else if (event->source == SOURCE_PROCESS) processes_begin(event);
}

static void end_source(Event *event) {
    if (event->source == SOURCE_WHEN) when_end(event);
    else if (event->source == SOURCE_FILE) files_end(event);
    else if (event->source == SOURCE_LINE) tails_end(event);
    else if (event->source == SOURCE_PROCESS) processes_end(event);
}

static bool waits_for_web(const Sched *sched) {
    for (const Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count && !job->elsewhere; i++)
            if (job->events[i].source == SOURCE_WEBHOOK) return true;
    return false;
}

void sources_begin(Sched *sched) {
    Err err;
    emits_begin(sched);
    changes_begin(sched);
    if (waits_for_web(sched) && is_listening(sched) && !webs_begin(sched, &err)) {
        sched_say(sched, "error", NULL, "%s", err.text);
        sched->hooks.failed(sched->hooks.context);
        if (sched->closing) return;
    }
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count && !job->elsewhere && !sched->closing; i++) begin_source(&job->events[i]);
    if (!sched->closing) idle_begin(sched);
}

void sources_end(Sched *sched) {
    webs_end(sched);
    idle_end(sched);
    for (Job *job = sched->jobs; job; job = job->next)
        for (size_t i = 0; i < job->event_count; i++) end_source(&job->events[i]);
}
