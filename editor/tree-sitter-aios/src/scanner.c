/* scanner.c - what a table-driven lexer cannot see: long strings and comments, the text of templates, and whether a
 * word begins a sentence. The lists are those of grammar.js, in the same order. */
#include <string.h>
#include <tree_sitter/parser.h>

enum { COMMENT, LONG_STRING, FIRST_HEAD };

typedef enum {
    FOLLOW_ANY,                         /* a name, a number, `$` or a keyword */
    FOLLOW_VALUE,                       /* or a length: expect #list == 1 */
    FOLLOW_NAME, FOLLOW_DIGIT, FOLLOW_MONEY, FOLLOW_TEXT, FOLLOW_DO, FOLLOW_DO_OR_FOR, FOLLOW_THAT
} Follow;

typedef struct {
    const char *text;
    Follow      follow;
} Word;

static const Word WORDS[] = {
    { "workflow", FOLLOW_NAME }, { "tool", FOLLOW_NAME }, { "decision", FOLLOW_NAME }, { "agent", FOLLOW_NAME },
    { "every", FOLLOW_ANY }, { "at", FOLLOW_ANY }, { "on", FOLLOW_ANY }, { "when", FOLLOW_ANY }, { "always", FOLLOW_NAME },
    { "once", FOLLOW_NAME }, { "tier", FOLLOW_ANY }, { "budget", FOLLOW_ANY }, { "type", FOLLOW_ANY }, { "needs", FOLLOW_ANY },
    { "step", FOLLOW_NAME }, { "parallel", FOLLOW_DO_OR_FOR }, { "wait", FOLLOW_ANY }, { "within", FOLLOW_ANY },
    { "isolate", FOLLOW_DO }, { "test", FOLLOW_THAT }, { "advance", FOLLOW_ANY }, { "expect", FOLLOW_VALUE },
    /* after a sentence without a body */
    { "retry", FOLLOW_DIGIT }, { "timeout", FOLLOW_DIGIT }, { "undo", FOLLOW_NAME }, { "about", FOLLOW_TEXT },
    { "budget", FOLLOW_MONEY }, { "timeout", FOLLOW_DIGIT }, { "retry", FOLLOW_DIGIT }, { "limit", FOLLOW_DIGIT },
};
enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS, TEMPLATE_TEXT = FIRST_HEAD + WORD_COUNT, IN_ERROR, LONGEST = 16 };

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }
static bool is_alpha(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_space(int32_t c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xFEFF; }

static void take(TSLexer *lexer) { lexer->advance(lexer, false); }

/* `[`, any number of `=`, `[` ... up to the same close. False when it does not begin or never ends. */
static bool long_bracket(TSLexer *lexer) {
    unsigned level = 0;
    if (lexer->lookahead != '[') return false;
    take(lexer);
    for (; lexer->lookahead == '='; level++) take(lexer);
    if (lexer->lookahead != '[') return false;
    take(lexer);
    while (!lexer->eof(lexer)) {
        if (lexer->lookahead != ']') {
            take(lexer);
            continue;
        }
        take(lexer);
        unsigned found = 0;
        for (; lexer->lookahead == '='; found++) take(lexer);
        if (found == level && lexer->lookahead == ']') return take(lexer), true;
    }
    return false;
}

static void rest_of_line(TSLexer *lexer) {
    while (!lexer->eof(lexer) && lexer->lookahead != '\n' && lexer->lookahead != '\r') take(lexer);
}

/* The second `-` comes next. */
static bool comment(TSLexer *lexer) {
    if (lexer->lookahead != '-') return false;
    take(lexer);
    if (lexer->lookahead != '[' || !long_bracket(lexer)) rest_of_line(lexer);
    return true;
}

static void skip_gap(TSLexer *lexer) {
    for (;;) {
        while (is_space(lexer->lookahead)) take(lexer);
        if (lexer->lookahead != '-') return;
        take(lexer);
        if (!comment(lexer)) return;
    }
}

static size_t read_word(TSLexer *lexer, char word[LONGEST]) {
    size_t len = 0;
    while (is_alpha(lexer->lookahead) || is_digit(lexer->lookahead)) {
        if (len + 1 < LONGEST) word[len++] = (char)lexer->lookahead;
        else word[0] = '\0';            /* longer than any word that is looked for */
        take(lexer);
    }
    word[len] = '\0';
    return len;
}

static bool follows(TSLexer *lexer, Follow follow) {
    int32_t c = lexer->lookahead;
    char next[LONGEST];
    switch (follow) {
    case FOLLOW_ANY: return is_alpha(c) || is_digit(c) || c == '$';
    case FOLLOW_VALUE: return is_alpha(c) || is_digit(c) || c == '$' || c == '#';
    case FOLLOW_NAME: return is_alpha(c);
    case FOLLOW_DIGIT: return is_digit(c);
    case FOLLOW_MONEY: return c == '$';
    case FOLLOW_TEXT: return c == '"' || c == '\'' || c == '[';
    default: break;
    }
    read_word(lexer, next);
    if (follow == FOLLOW_THAT) return !strcmp(next, "that");
    return !strcmp(next, "do") || (follow == FOLLOW_DO_OR_FOR && !strcmp(next, "for"));
}

static bool sentence(TSLexer *lexer, const bool *valid) {
    char word[LONGEST];
    read_word(lexer, word);
    for (int i = 0; i < WORD_COUNT; i++) {
        if (!valid[FIRST_HEAD + i] || strcmp(WORDS[i].text, word) != 0) continue;
        lexer->mark_end(lexer);
        skip_gap(lexer);
        if (!follows(lexer, WORDS[i].follow)) return false;
        lexer->result_symbol = (TSSymbol)(FIRST_HEAD + i);
        return true;
    }
    return false;
}

/* Up to the closing backtick or `${`. */
static bool template_text(TSLexer *lexer) {
    bool any = false;
    lexer->result_symbol = TEMPLATE_TEXT;
    for (; !lexer->eof(lexer) && lexer->lookahead != '`'; any = true) {
        lexer->mark_end(lexer);
        int32_t c = lexer->lookahead;
        take(lexer);
        if (c == '\\' && !lexer->eof(lexer)) take(lexer);
        if (c == '$' && lexer->lookahead == '{') return any;
    }
    lexer->mark_end(lexer);
    return any;
}

void *tree_sitter_aios_external_scanner_create(void);
void tree_sitter_aios_external_scanner_destroy(void *state);
unsigned tree_sitter_aios_external_scanner_serialize(void *state, char *buffer);
void tree_sitter_aios_external_scanner_deserialize(void *state, const char *buffer, unsigned length);
bool tree_sitter_aios_external_scanner_scan(void *state, TSLexer *lexer, const bool *valid);

void *tree_sitter_aios_external_scanner_create(void) { return NULL; }
void tree_sitter_aios_external_scanner_destroy(void *state) { (void)state; }
unsigned tree_sitter_aios_external_scanner_serialize(void *state, char *buffer) { return (void)state, (void)buffer, 0; }
void tree_sitter_aios_external_scanner_deserialize(void *state, const char *buffer, unsigned length) {
    (void)state, (void)buffer, (void)length;
}

bool tree_sitter_aios_external_scanner_scan(void *state, TSLexer *lexer, const bool *valid) {
    (void)state;
    bool lost = valid[IN_ERROR];        /* every token is said to be valid then */
    if (valid[TEMPLATE_TEXT] && !lost) return template_text(lexer);
    while (is_space(lexer->lookahead)) lexer->advance(lexer, true);
    if (lexer->lookahead == '-') {
        take(lexer);
        lexer->result_symbol = COMMENT;
        return comment(lexer) && (lexer->mark_end(lexer), true);
    }
    if (lexer->lookahead == '[' && valid[LONG_STRING]) {
        lexer->result_symbol = LONG_STRING;
        return long_bracket(lexer) && (lexer->mark_end(lexer), true);
    }
    return is_alpha(lexer->lookahead) && sentence(lexer, valid);
}
