/* port.h - the one door between scripts and everything else: a request with a name
 * and the canonical JSON of its arguments, and a reply.
 *
 * The same bytes are checked, permitted, recorded and executed. `aios run` answers in
 * the same process; a supervisor can answer over a socket without a line changing
 * on the script's side.
 *
 *     port->request(port->context, program, &call, on_reply, op);
 *
 * Floor:  work.   Thread: loop thread only.
 * Memory: a call and its slices are borrowed until the reply; the reply's text until it returns.
 */
#pragma once
#include "base/hash.h"
#include "base/slice.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    EFFECT_READS,                       /* changes nothing: recorded lazily */
    EFFECT_TX,                          /* changes only our own database: ordered with its record, nothing waits */
    EFFECT_IDEMPOTENT,                  /* may be repeated with the same key: everything before it is durable first */
    EFFECT_ONCE                         /* must not be guessed: its intent is durable first */
} Effect;

typedef struct Ledger Ledger;           /* the durable side of the calling run (ledger.h) */

typedef struct {
    Ledger  *ledger;
    Slice    name;                      /* "fs.write" */
    Slice    path;                      /* "/3/1": where in the run */
    Slice    args;                      /* canonical JSON */
    unsigned char ahash[HASH_SIZE];     /* of args */
    Effect   effect;
    bool     repeatable;                /* called once by a tool that says it may be repeated as a whole */
    int      line;                      /* in the program; 0 = unknown */
    int      attempt;                   /* 1, 2, … */
} PortCall;

/* ok: `text` is the JSON of the result; else of an error { code, message, tool }. The
 * result is recorded before this is called. May come before request() returns. */
typedef void (*PortReply)(void *context, bool ok, Slice text);

typedef struct {
    void *context;
    void (*request)(void *context, void *program, const PortCall *call, PortReply reply, void *reply_context);
    /* The caller is going: the request with this reply_context is given up, and its reply never comes. */
    void (*cancel)(void *context, void *reply_context);
} Port;
