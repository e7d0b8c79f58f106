#include "store/events.h"
#include "store/store_parts.h"

typedef struct {
    DbJob    base;
    EventRow row;
} Add;

static bool run_add(Db *db, void *ctx, Err *err) {
    const EventRow *row = &((Add *)ctx)->row;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO events(name, payload, t, source, uid) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", &s, err))
        return false;
    db_bind_text(s, 1, row->name);
    db_bind_text(s, 2, row->payload);
    db_bind_int(s, 3, row->t);
    db_bind_text(s, 4, row->source);
    db_bind_text(s, 5, row->uid);
    return db_finish(s, err);
}

void events_add(Store *store, const EventRow *row) {
    Add *job = store_job(sizeof *job, row->name.len + row->payload.len + row->source.len + row->uid.len, run_add);
    char *at = (char *)(job + 1);
    job->row = (EventRow){ .t = row->t ? row->t : seam_wall_ms(store->seam), .name = slice_keep(&at, row->name),
                           .payload = slice_keep(&at, row->payload), .source = slice_keep(&at, row->source), .uid = slice_keep(&at, row->uid) };
    store_submit(store, &job->base);
}

bool events_after(Db *db, int64_t id, int64_t most, EventEach each, void *ctx, Err *err) {
    DbStmt *s;
    bool more, ok;
    if (!db_prepare(db, "SELECT id, name, payload, t, source, uid FROM events WHERE id > $1 ORDER BY id LIMIT $2", &s, err)) return false;
    db_bind_int(s, 1, id);
    db_bind_int(s, 2, most);
    while ((ok = db_step(s, &more, err)) && more) {
        EventRow row = { .id = db_int(s, 0), .name = db_text(s, 1), .payload = db_text(s, 2), .t = db_int(s, 3), .source = db_text(s, 4),
                         .uid = db_text(s, 5) };
        if (!each(ctx, &row)) break;
    }
    db_release(s);
    return ok;
}

bool events_place(Db *db, int64_t source_run, int64_t *out, Err *err) {
    DbStmt *s;
    bool row;
    if (!db_prepare(db, "SELECT coalesce((SELECT min(id) - 1 FROM events WHERE source = (SELECT uid FROM run WHERE id = $1)),"
                        " (SELECT max(id) FROM events), 0)", &s, err))
        return false;
    db_bind_int(s, 1, source_run);
    bool ok = db_step(s, &row, err);
    if (ok) *out = db_int(s, 0);
    db_release(s);
    return ok;
}
