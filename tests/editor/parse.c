/* parse.c - what tree-sitter makes of files.
 *
 *     parse errors FILE...      one line for each ERROR or MISSING node, then a count of files
 *     parse tree                the tree of standard input as an S-expression
 *     parse query QUERY FILE    one line a capture: line:column name text */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_aios(void);

typedef struct {
    char    *text;
    uint32_t len;
} Source;

static Source read_all(FILE *file) {
    Source s = { NULL, 0 };
    size_t got, cap = 0;
    do {
        s.text = realloc(s.text, cap += 65536);
        if (!s.text) exit(1);
        got = fread(s.text + s.len, 1, cap - s.len, file);
        s.len += (uint32_t)got;
    } while (got > 0);
    return s;
}

static Source read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    Source s = read_all(file);
    fclose(file);
    return s;
}

static int errors(TSNode node, const char *path) {
    int found = 0;
    if (!ts_node_has_error(node)) return 0;
    if (ts_node_is_missing(node) || !strcmp(ts_node_type(node), "ERROR")) {
        TSPoint at = ts_node_start_point(node);
        printf("%s:%u:%u\n", path, at.row + 1, at.column + 1);
        return 1;
    }
    for (uint32_t i = 0; i < ts_node_child_count(node); i++) found += errors(ts_node_child(node, i), path);
    return found;
}

static int check(TSParser *parser, int count, char **paths) {
    int bad = 0;
    size_t bytes = 0;
    for (int i = 0; i < count; i++) {
        Source s = read_file(paths[i]);
        TSTree *tree = ts_parser_parse_string(parser, NULL, s.text, s.len);
        if (errors(ts_tree_root_node(tree), paths[i])) bad++;
        bytes += s.len;
        ts_tree_delete(tree);
        free(s.text);
    }
    printf("%d files, %zu bytes, %d with errors\n", count, bytes, bad);
    return bad > 0;
}

static int show(TSParser *parser) {
    Source s = read_all(stdin);
    TSTree *tree = ts_parser_parse_string(parser, NULL, s.text, s.len);
    char *text = ts_node_string(ts_tree_root_node(tree));
    puts(text);
    free(text);
    ts_tree_delete(tree);
    free(s.text);
    return 0;
}

static int query(TSParser *parser, const char *query_path, const char *path) {
    Source q = read_file(query_path), s = read_file(path);
    uint32_t at, index;
    TSQueryError wrong;
    TSQuery *query = ts_query_new(tree_sitter_aios(), q.text, q.len, &at, &wrong);
    if (!query) return fprintf(stderr, "%s: error %d at byte %u\n", query_path, (int)wrong, at), 1;
    TSTree *tree = ts_parser_parse_string(parser, NULL, s.text, s.len);
    TSQueryCursor *cursor = ts_query_cursor_new();
    TSQueryMatch match;
    ts_query_cursor_exec(cursor, query, ts_tree_root_node(tree));
    while (ts_query_cursor_next_capture(cursor, &match, &index)) {
        TSQueryCapture capture = match.captures[index];
        uint32_t len, from = ts_node_start_byte(capture.node), to = ts_node_end_byte(capture.node);
        TSPoint p = ts_node_start_point(capture.node);
        printf("%u:%u %s %.*s\n", p.row + 1, p.column + 1, ts_query_capture_name_for_id(query, capture.index, &len), (int)(to - from), s.text + from);
    }
    ts_query_cursor_delete(cursor);
    ts_query_delete(query);
    ts_tree_delete(tree);
    free(q.text);
    free(s.text);
    return 0;
}

int main(int argc, char **argv) {
    TSParser *parser = ts_parser_new();
    int code = 2;
    if (!ts_parser_set_language(parser, tree_sitter_aios())) return fprintf(stderr, "the grammar's ABI does not fit\n"), 1;
    if (argc > 1 && !strcmp(argv[1], "errors")) code = check(parser, argc - 2, argv + 2);
    else if (argc == 2 && !strcmp(argv[1], "tree")) code = show(parser);
    else if (argc == 4 && !strcmp(argv[1], "query")) code = query(parser, argv[2], argv[3]);
    ts_parser_delete(parser);
    return code;
}
