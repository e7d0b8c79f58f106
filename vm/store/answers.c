#include "store/answers.h"
#include "store/store_parts.h"

typedef struct {
    DbJob   base;
    Answer  answer;
    int64_t now;
} Put;

static bool run_put(Db *db, void *ctx, Err *err) {
    const Put *job = ctx;
    DbStmt *s;
    if (!db_prepare(db, "INSERT INTO aios_answer(run, key, good, body, t) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", &s, err)) return false;
    db_bind_int(s, 1, job->answer.run);
    db_bind_text(s, 2, job->answer.key);
    db_bind_int(s, 3, job->answer.good);
    db_bind_text(s, 4, job->answer.body);
    db_bind_int(s, 5, job->now);
    return db_finish(s, err);
}

void answers_put(Store *store, const Answer *answer) {
    Put  *job = store_job(sizeof *job, answer->key.len + answer->body.len, run_put);
    char *at = (char *)(job + 1);
    job->answer = (Answer){ answer->run, slice_keep(&at, answer->key), answer->good, slice_keep(&at, answer->body) };
    job->now = seam_wall_ms(store->seam);
    store_submit(store, &job->base);
}
