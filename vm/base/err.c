#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>

bool err_set(Err *err, const char *code, const char *fmt, ...) {
    va_list args;
    err->code = code;
    va_start(args, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    return false;
}
