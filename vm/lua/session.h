/* session.h - a person at a prompt: what is typed, what is said, and the entries that are run.
 *
 * The prompt itself is a fiber of the trusted state (stdlib/host/repl): it waits for events (bytes of
 * the terminal, the end of an entry, something to ask the person) and draws the line being typed.
 * An entry is a run of the session's program whose input is the text; all entries share one table of globals.
 * What programs write goes above the line: the streams of C are led through the session.
 *
 *     Session *session = session_open(vm, err);        engine->session is set
 *     session_mode(session, true);                     // then engine_execute(), whose loop brings the events
 *     session_close(session);
 *
 * Floor:  lua.   Thread: loop thread only.
 * Memory: lives as long as the process; after session_close the loop must run once more.
 */
#pragma once
#include "lua/engine.h"
#include "lua/screen.h"
#include "os/tty.h"

typedef struct Session {
    Engine     *engine;
    Screen      screen;
    Tty         tty;
    bool        on_terminal, at_end;    /* at_end: nothing more can be read */
    bool        reading;                /* bytes are wanted */
    bool        hurry;                  /* Ctrl-C came before the entry that it was meant for */
    uv_poll_t   keys;
    uv_idle_t   file;                   /* in the place of keys, when what is read is a file */
    uv_idle_t   deliver;                /* wakes who waits for an event: never from within another fiber */
    uv_async_t  interrupt;
    uv_signal_t resize, hangup;
    void       *waiter;                 /* the operation of the prompt's fiber */
    int         events;                 /* how many are queued in the registry */
    char       *entry;                  /* uid of the run under way; NULL: none */
    int64_t     began_us;
    int         insists;                /* how often it was told to end */
    struct Plea *plea;                  /* questions that wait for an answer */
    int         asked;                  /* how many there were */
    EngineHooks before;
} Session;

/* Standard input is a terminal or not; the terminal is made raw by session_mode(). */
Session *session_open(Vm *host, Err *err);
void session_close(Session *session);

/* Begins an event for the prompt, { kind = KIND }, on top of the host's stack; session_event_end() queues it. */
void session_event(Session *session, const char *kind);
void session_event_end(Session *session);

/* Raw: keys are events. Otherwise the terminal is the entry's, and Ctrl-C interrupts that. */
void session_mode(Session *session, bool keys);

/* Begins an entry; `args` is JSON. It may be over when this returns. */
bool session_enter(Session *session, Slice args, Err *err);
Run *session_run(const Session *session);       /* the entry under way, or NULL */
/* Its wait fails, or its loop; told again, it is ended without a word. */
void session_interrupt(Session *session);

/* A run asks a person: the row is being written. */
void session_question(Session *session, const char *id);

/* Waits until the person has answered (a function of any state): pushes a boolean. */
int session_ask(lua_State *L, Session *session, const char *need, const char *resource);
void session_answer(Session *session, int id, bool allowed);

/* aios.prompt, for the program of a session. */
int luaopen_aios_prompt(lua_State *L);
