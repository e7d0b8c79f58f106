#include "os/uv_err.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

/* libuv's statuses are negative errno numbers here; its own (EOF, EAI_*) have no errno. Unlisted: "io". */
static const struct { int status; const char *code; } WORDS[] = {
    { -ENOENT, "not_found" },       { -ESRCH, "not_found" },         { -ENXIO, "not_found" },
    { -EEXIST, "exists" },          { -ENOTEMPTY, "exists" },
    { -EACCES, "denied" },          { -EPERM, "denied" },            { -EROFS, "denied" },
    { -ETIMEDOUT, "timeout" },      { -ECANCELED, "cancelled" },
    { -EBUSY, "busy" },             { -EAGAIN, "busy" },             { -ETXTBSY, "busy" },
    { -EINVAL, "invalid" },         { -EISDIR, "invalid" },          { -ENOTDIR, "invalid" },
    { -ELOOP, "invalid" },          { -ENAMETOOLONG, "invalid" },    { -ENOEXEC, "invalid" },
    { -ENOSPC, "full" },            { -EDQUOT, "full" },             { -EFBIG, "too_big" },
    { -E2BIG, "too_big" },          { -EMFILE, "limit" },            { -ENFILE, "limit" },
    { -ENOMEM, "limit" },           { -EADDRINUSE, "taken" },
    { -ECONNREFUSED, "offline" },   { -EHOSTUNREACH, "offline" },    { -ENETUNREACH, "offline" },
    { -ENETDOWN, "offline" },       { UV_EAI_AGAIN, "offline" },     { UV_EAI_NONAME, "not_found" },
    { UV_EAI_NODATA, "not_found" }, { UV_EAI_FAIL, "offline" },
    { -EPIPE, "closed" },           { -ECONNRESET, "closed" },       { -ECONNABORTED, "closed" },
    { UV_EOF, "closed" },
};

static const char *word_of(int status) {
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (WORDS[i].status == status) return WORDS[i].code;
    return "io";
}

bool err_uv(Err *err, int status, const char *doing) {
    char reason[128];
    return err_set(err, word_of(status), "%s: %s", doing, uv_strerror_r(status, reason, sizeof reason));
}

bool err_errno(Err *err, int number, const char *fmt, ...) {
    char doing[400], reason[128];
    va_list args;
    va_start(args, fmt);
    vsnprintf(doing, sizeof doing, fmt, args);
    va_end(args);
    const char *text = strerror_r(number, reason, sizeof reason);    /* the GNU one: may return its own string */
    return err_set(err, word_of(-number), "%s: %s", doing, text);
}
