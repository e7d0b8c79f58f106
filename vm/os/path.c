#include "os/path.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>

/* Adds the pieces of `text` to the absolute path in out; false when there is no room. */
static bool add_pieces(char out[PATH_SIZE], const char *text) {
    size_t len = strlen(out);
    while (*text) {
        size_t piece = strcspn(text, "/");
        if (piece == 2 && text[0] == '.' && text[1] == '.') {
            while (len > 0 && out[--len] != '/') {}
        } else if (piece > 0 && !(piece == 1 && text[0] == '.')) {
            if (len + 1 + piece >= PATH_SIZE) return false;
            out[len++] = '/';
            memcpy(out + len, text, piece);
            len += piece;
        }
        out[len] = 0;
        text += piece;
        if (*text) text++;
    }
    return true;
}

bool path_absolute(const char *cwd, const char *home, const char *path, char out[PATH_SIZE], Err *err) {
    bool tilde = path[0] == '~' && (path[1] == 0 || path[1] == '/');
    if (!*path) return err_set(err, "invalid", "a path is empty");
    if (tilde && !home) return err_set(err, "invalid", "%s: the home directory is not known; set HOME", path);
    out[0] = 0;
    bool fits = true;
    if (tilde) fits = add_pieces(out, home);
    else if (path[0] != '/') fits = add_pieces(out, cwd);
    fits = fits && add_pieces(out, tilde ? path + 1 : path);
    if (!fits) return err_set(err, "invalid", "%.60s...: a path of more than %d bytes", path, PATH_SIZE - 1);
    if (!*out) memcpy(out, "/", sizeof "/");
    return true;
}

/* The pattern as a machine: state i means "the first i bytes of the pattern are used up".
 * Every byte of the path moves all live states at once, so nothing is ever tried twice. */
typedef struct {
    const char *pattern;
    size_t      len;
    bool       *live, *next;
} Glob;

static bool is_deep(const Glob *g, size_t i) { return i + 1 < g->len && g->pattern[i] == '*' && g->pattern[i + 1] == '*'; }

/* Makes state i live, with every state reached from it without reading a byte. */
static void reach(const Glob *g, bool *states, size_t i) {
    while (i <= g->len && !states[i]) {
        states[i] = true;
        if (i == g->len) return;
        if (g->pattern[i] == '/' && is_deep(g, i + 1)) {
            if (i + 3 == g->len) states[g->len] = true;                 /* the end: the directory itself */
            if (g->pattern[i + 3] != '/') return;
            i += 3;                                                     /* the middle: no directory at all */
        } else if (is_deep(g, i)) i += 2;
        else if (g->pattern[i] == '*') i += 1;
        else return;
    }
}

static void read_byte(Glob *g, char c) {
    memset(g->next, 0, (g->len + 1) * sizeof *g->next);
    for (size_t i = 0; i < g->len; i++) {
        if (!g->live[i]) continue;
        char p = g->pattern[i];
        if (is_deep(g, i)) reach(g, g->next, i);
        else if (p == '*') { if (c != '/') reach(g, g->next, i); }
        else if (p == '?' ? c != '/' : p == c) reach(g, g->next, i + 1);
    }
    bool *swap = g->live;
    g->live = g->next;
    g->next = swap;
}

bool path_matches(const char *pattern, const char *path) {
    Glob g = { .pattern = pattern, .len = strlen(pattern) };
    g.live = mem_new(g.len + 1);
    g.next = mem_new(g.len + 1);
    reach(&g, g.live, 0);
    for (; *path; path++) read_byte(&g, *path);
    bool matches = g.live[g.len];
    free(g.live);
    free(g.next);
    return matches;
}

const char *path_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
