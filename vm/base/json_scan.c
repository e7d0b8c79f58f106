#include "base/json_scan.h"
#include "base/utf8.h"

typedef struct {
    const char *at, *end, *problem;
} Scan;

static bool wrong(Scan *s, const char *problem) {
    s->problem = problem;
    return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
static bool here(const Scan *s, char c) { return s->at < s->end && *s->at == c; }

static void blanks(Scan *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) s->at++;
}

static bool word(Scan *s, const char *text) {
    size_t len = strlen(text);
    if ((size_t)(s->end - s->at) < len || memcmp(s->at, text, len) != 0) return wrong(s, "a value was expected");
    s->at += len;
    return true;
}

static bool digits(Scan *s) {
    if (s->at == s->end || !is_digit(*s->at)) return wrong(s, "a digit was expected");
    while (s->at < s->end && is_digit(*s->at)) s->at++;
    return true;
}

static bool number(Scan *s) {
    if (here(s, '-')) s->at++;
    if (here(s, '0')) s->at++;
    else if (!digits(s)) return false;
    if (here(s, '.') && (s->at++, !digits(s))) return false;
    if (!here(s, 'e') && !here(s, 'E')) return true;
    s->at++;
    if (here(s, '+') || here(s, '-')) s->at++;
    return digits(s);
}

static bool escape(Scan *s) {
    s->at++;
    if (s->at == s->end || !strchr("\"\\/bfnrtu", *s->at) || !*s->at) return wrong(s, "no such escape");
    if (*s->at++ != 'u') return true;
    for (int i = 0; i < 4; i++, s->at++)
        if (s->at == s->end || !is_hex(*s->at)) return wrong(s, "four hexadecimal digits were expected");
    return true;
}

static bool string(Scan *s) {
    s->at++;
    while (s->at < s->end && *s->at != '"') {
        if ((unsigned char)*s->at < 0x20) return wrong(s, "a control character inside a string");
        if (*s->at == '\\') {
            if (!escape(s)) return false;
            continue;
        }
        size_t step = utf8_step(s->at, s->end);
        if (step == 0) return wrong(s, "not UTF-8");
        s->at += step;
    }
    if (s->at == s->end) return wrong(s, "a string that does not end");
    s->at++;
    return true;
}

static bool simple(Scan *s) {
    if (s->at == s->end) return wrong(s, "it ends where a value was expected");
    switch (*s->at) {
    case '"': return string(s);
    case 't': return word(s, "true");
    case 'f': return word(s, "false");
    case 'n': return word(s, "null");
    default: return here(s, '-') || is_digit(*s->at) ? number(s) : wrong(s, "a value was expected");
    }
}

static bool key(Scan *s) {
    blanks(s);
    if (!here(s, '"')) return wrong(s, "a key in double quotes was expected");
    if (!string(s)) return false;
    blanks(s);
    if (!here(s, ':')) return wrong(s, "a colon was expected");
    s->at++;
    return true;
}

/* Behind a value: closes what ends here. *more: another value of the innermost list or map follows. */
static bool follow(Scan *s, const char *open, size_t *depth, bool *more) {
    for (*more = false; *depth > 0; --*depth) {
        char close = open[*depth - 1] == '[' ? ']' : '}';
        blanks(s);
        if (here(s, ',')) {
            s->at++;
            *more = true;
            return open[*depth - 1] == '[' || key(s);
        }
        if (!here(s, close)) return wrong(s, close == ']' ? "a comma or ] was expected" : "a comma or } was expected");
        s->at++;
    }
    return true;
}

/* One value with all that is inside. The opening brackets are kept in a list, not on the C stack. */
static bool value(Scan *s) {
    char   open[JSON_SCAN_DEPTH];
    size_t depth = 0;
    for (bool more = true; more;) {
        blanks(s);
        if (here(s, '[') || here(s, '{')) {
            if (depth == JSON_SCAN_DEPTH) return wrong(s, "nested too deeply");
            open[depth++] = *s->at++;
            blanks(s);
            bool list = open[depth - 1] == '[';
            if (!here(s, list ? ']' : '}')) {
                if (!list && !key(s)) return false;
                continue;
            }
            depth--;
            s->at++;
        } else if (!simple(s)) return false;
        if (!follow(s, open, &depth, &more)) return false;
    }
    return true;
}

static JsonKind kind_of(char first) {
    switch (first) {
    case '[': return JSON_LIST;
    case '{': return JSON_MAP;
    case '"': return JSON_STRING;
    case 't':
    case 'f': return JSON_BOOLEAN;
    case 'n': return JSON_NULL;
    default: return JSON_NUMBER;
    }
}

JsonScan json_scan(Slice text) {
    const char *start = text.ptr ? text.ptr : "";
    Scan s = { start, start + text.len, NULL };
    blanks(&s);
    char first = s.at < s.end ? *s.at : '\0';
    if (value(&s)) {
        blanks(&s);
        if (s.at == s.end) return (JsonScan){ .kind = kind_of(first) };
        wrong(&s, "something follows the value");
    }
    return (JsonScan){ .problem = s.problem, .at = (size_t)(s.at - start) };
}
