#include "work/permit.h"
#include "base/buf.h"
#include "os/path.h"
#include <stdint.h>
#include <stdlib.h>

void permits_add(Permits *permits, const char *need, const char *pattern) {
    permits->list = mem_resize(permits->list, (permits->count + 1) * sizeof *permits->list);
    permits->list[permits->count++] = (Permit){ mem_copy(slice_of(need)), mem_copy(slice_of(pattern)) };
}

void permits_drop(Permits *permits) {
    for (size_t i = 0; i < permits->count; i++) {
        free(permits->list[i].need);
        free(permits->list[i].pattern);
    }
    free(permits->list);
    *permits = (Permits){ 0 };
}

static bool covers_need(Slice have, Slice want) {
    if (have.len > want.len || (have.len && memcmp(have.ptr, want.ptr, have.len) != 0)) return false;
    return have.len == want.len || want.ptr[have.len] == '.';
}

/* `*` stands for anything; linear by remembering only the last star. */
static bool glob(Slice p, Slice t) {
    size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;
    while (j < t.len) {
        if (i < p.len && p.ptr[i] == '*') {
            star = i++;
            mark = j;
        } else if (i < p.len && p.ptr[i] == t.ptr[j]) {
            i++;
            j++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            j = ++mark;
        } else return false;
    }
    while (i < p.len && p.ptr[i] == '*') i++;
    return i == p.len;
}

static Slice host_of(Slice endpoint) {
    size_t len = endpoint.len;
    while (len > 0 && endpoint.ptr[len - 1] != ':' && endpoint.ptr[len - 1] != ']') len--;
    if (len > 0 && endpoint.ptr[len - 1] == ':') return slice_make(endpoint.ptr, len - 1);
    return endpoint;
}

static bool has_port(Slice endpoint) { return host_of(endpoint).len != endpoint.len; }

/* "*.example.org" means one or more labels before it, never example.org itself. */
static bool covers_net(Slice pattern, Slice endpoint) {
    Slice name = has_port(pattern) ? endpoint : host_of(endpoint);
    return glob(pattern, name);
}

static bool covers_program(Slice pattern, Slice program) {
    if (glob(pattern, program)) return true;
    if (memchr(pattern.ptr, '/', pattern.len)) return false;
    size_t at = program.len;
    while (at > 0 && program.ptr[at - 1] != '/') at--;
    return glob(pattern, slice_make(program.ptr + at, program.len - at));
}

bool permit_matches(const char *need_had, const char *pattern, const char *need, const char *resource) {
    Slice want = slice_of(need);
    if (!covers_need(slice_of(need_had), want)) return false;
    if (!*pattern) return true;
    if (covers_need(slice_of("fs"), want)) return path_matches(pattern, resource);
    if (covers_need(slice_of("net"), want)) return covers_net(slice_of(pattern), slice_of(resource));
    if (covers_need(slice_of("process"), want)) return covers_program(slice_of(pattern), slice_of(resource));
    return glob(slice_of(pattern), slice_of(resource));
}

bool permits_cover(const Permits *permits, const char *need, const char *resource) {
    if (permits->everything) return true;
    for (size_t i = 0; i < permits->count; i++)
        if (permit_matches(permits->list[i].need, permits->list[i].pattern, need, resource)) return true;
    return false;
}
