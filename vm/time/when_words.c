#include "time/when_words.h"
#include <stdio.h>

enum { NEAR_MOST = 12, SHOWN_MOST = 40 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Blanks, and comments to the end of the line, for schedules cut out of a program. */
static size_t skip_blank(Slice t, size_t i) {
    for (;;) {
        while (i < t.len && is_blank(t.ptr[i])) i++;
        if (i + 1 >= t.len || t.ptr[i] != '-' || t.ptr[i + 1] != '-') return i;
        while (i < t.len && t.ptr[i] != '\n') i++;
    }
}

/* A number with all that may hang on it: 5m, 08:30, 9am, 2026-03-02. */
static size_t number_end(Slice t, size_t i) {
    while (i < t.len && (is_digit(t.ptr[i]) || is_letter(t.ptr[i]) || t.ptr[i] == ':' || t.ptr[i] == '.' ||
                         (t.ptr[i] == '-' && i + 1 < t.len && is_digit(t.ptr[i + 1])))) i++;
    return i;
}

void words_skip(Words *w) {
    Slice  t = w->text;
    size_t start = skip_blank(t, w->next), end = start;
    Word   word = { WORD_OTHER, { NULL, 0 }, start };
    if (start >= t.len) word.kind = WORD_END;
    else if (is_digit(t.ptr[start])) {
        word.kind = WORD_NUMBER;
        end = number_end(t, start);
    } else if (is_letter(t.ptr[start])) {
        word.kind = WORD_NAME;
        while (end < t.len && (is_letter(t.ptr[end]) || is_digit(t.ptr[end]))) end++;
    } else if (t.ptr[start] == '"' || t.ptr[start] == '\'') {
        const char *close = memchr(t.ptr + start + 1, t.ptr[start], t.len - start - 1);
        if (close) {
            word.kind = WORD_STRING;
            word.text = slice_make(t.ptr + start + 1, (size_t)(close - t.ptr) - start - 1);
            end = (size_t)(close - t.ptr) + 1;
        } else end = t.len;
    } else {
        word.kind = t.ptr[start] == ',' ? WORD_COMMA : WORD_OTHER;
        end = start + 1;
    }
    if (word.kind != WORD_STRING) word.text = slice_make(t.ptr + start, end - start);
    w->word = word;
    w->next = end;
}

void words_init(Words *w, Slice text, Err *err) {
    *w = (Words){ .text = text, .err = err };
    words_skip(w);
}

bool words_is(const Words *w, const char *name) { return w->word.kind == WORD_NAME && slice_is(w->word.text, name); }

bool words_take(Words *w, const char *name) {
    if (!words_is(w, name)) return false;
    words_skip(w);
    return true;
}

bool words_take_separator(Words *w) {
    if (w->word.kind != WORD_COMMA) return words_take(w, "and");
    words_skip(w);
    words_take(w, "and");                               /* "1, 15, and last" */
    return true;
}

static void shown(const Words *w, char *out, size_t size) {
    Slice t = w->word.text;
    bool  cut = t.len > SHOWN_MOST;
    if (w->word.kind == WORD_END) snprintf(out, size, "the schedule ends too early");
    else snprintf(out, size, "'%.*s%s'", cut ? SHOWN_MOST : (int)t.len, t.ptr, cut ? "..." : "");
}

bool words_wrong(const Words *w, const char *expected, const char *try_this) {
    char word[SHOWN_MOST + 16];
    shown(w, word, sizeof word);
    return err_set(w->err, "invalid", "%s: expected %s; try: %s", word, expected, try_this);
}

static char lower(Slice t, size_t i) { return (char)(t.ptr[i] | 32); }

static int least_of(int a, int b) { return a < b ? a : b; }

/* How many slips make a of b: a letter added, missing, changed, or two swapped. */
static int distance(Slice a, Slice b) {
    int d[NEAR_MOST + 1][NEAR_MOST + 1];
    if (a.len > NEAR_MOST || b.len > NEAR_MOST) return NEAR_MOST;
    for (size_t i = 0; i <= a.len; i++)
        for (size_t k = 0; k <= b.len; k++) {
            d[i][k] = (int)(i + k);
            if (i == 0 || k == 0) continue;
            d[i][k] = d[i - 1][k - 1] + (lower(a, i - 1) != lower(b, k - 1));
            d[i][k] = least_of(d[i][k], least_of(d[i - 1][k], d[i][k - 1]) + 1);
            bool swapped = i > 1 && k > 1 && lower(a, i - 1) == lower(b, k - 2) && lower(a, i - 2) == lower(b, k - 1);
            if (swapped) d[i][k] = least_of(d[i][k], d[i - 2][k - 2] + 1);
        }
    return d[a.len][b.len];
}

bool words_unknown(const Words *w, const char *const *names, const char *expected, const char *try_this) {
    const char *best = NULL;
    int         least = w->word.text.len > 4 ? 3 : 2;   /* fewer than this many slips */
    for (; w->word.kind == WORD_NAME && *names; names++) {
        int slips = distance(w->word.text, slice_of(*names));
        if (slips >= least) continue;
        least = slips;
        best = *names;
    }
    if (!best) return words_wrong(w, expected, try_this);
    return err_set(w->err, "invalid", "'%.*s': expected %s; did you mean '%s'?", (int)w->word.text.len, w->word.text.ptr, expected, best);
}
