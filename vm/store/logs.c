#include "store/logs.h"
#include "store/store_parts.h"

typedef struct {
    DbJob   base;
    LogLine line;
} Append;

static bool run_append(Db *db, void *ctx, Err *err) {
    const LogLine *line = &((Append *)ctx)->line;
    DbStmt *stmt;
    if (!db_prepare(db, "INSERT INTO logs(timestamp, level, message, device, job, run, fields)"
                        " VALUES($1, $2, $3, $4, $5, $6, $7)", &stmt, err))
        return false;
    db_bind_real(stmt, 1, (double)line->t / 1000.0);
    db_bind_text(stmt, 2, line->level);
    db_bind_text(stmt, 3, line->message);
    db_bind_text(stmt, 4, line->device);
    db_bind_text(stmt, 5, line->job);
    db_bind_text(stmt, 6, line->run);
    db_bind_text(stmt, 7, line->fields);
    return db_finish(stmt, err);
}

void logs_append(Store *store, const LogLine *line) {
    size_t text = line->level.len + line->message.len + line->device.len + line->job.len + line->run.len + line->fields.len;
    Append *job = store_job(sizeof *job, text, run_append);
    char *at = (char *)(job + 1);
    job->line = (LogLine){
        .t = line->t ? line->t : seam_wall_ms(store->seam),
        .level = slice_keep(&at, line->level), .message = slice_keep(&at, line->message),
        .device = slice_keep(&at, line->device), .job = slice_keep(&at, line->job),
        .run = slice_keep(&at, line->run), .fields = slice_keep(&at, line->fields),
    };
    store_submit(store, &job->base);
}
