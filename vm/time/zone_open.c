/* zone_open: the part of zone.h that touches files. */
#include "base/buf.h"
#include "time/zone_build.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ZONE_DIR "/usr/share/zoneinfo/"
enum { FILE_MOST = 1 << 20, PATH_SIZE = 512 };

static bool unknown(const char *name, Err *err) {
    return err_set(err, "not_found", "unknown time zone '%.80s': write an IANA name like \"Europe/Berlin\", \"America/New_York\" or \"UTC\"", name);
}

/* A name cannot leave the directory: no leading slash, no "..", only the letters IANA uses. */
static bool name_is_plain(const char *name) {
    static const char GOOD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-";
    size_t len = strlen(name);
    return len > 0 && len < ZONE_NAME && name[0] != '/' && name[len - 1] != '/' && strspn(name, GOOD) == len;
}

static bool zone_read(const char *path, const char *name, Zone **out, Err *err) {
    Buf   bytes;
    bool  good = false;
    FILE *file = fopen(path, "rbe");
    if (!file) return errno == ENOENT || errno == ENOTDIR ? unknown(name, err) : err_set(err, "io", "time zone %s: cannot open %s", name, path);
    buf_init(&bytes);
    size_t got = 1;
    while (got > 0 && bytes.len <= FILE_MOST) {
        got = fread(buf_reserve(&bytes, 4096), 1, 4096, file);
        bytes.len += got;
    }
    /* a directory of zones opens but does not read, and lists of zones lie beside them */
    if (ferror(file) || bytes.len < 4 || memcmp(bytes.ptr, "TZif", 4) != 0) unknown(name, err);
    else good = zone_load(buf_slice(&bytes), out, err);
    if (good) zone_set_name(*out, name);
    buf_drop(&bytes);
    fclose(file);
    return good;
}

static bool zone_named(const char *name, Zone **out, Err *err) {
    char path[PATH_SIZE];
    if (!name_is_plain(name)) return unknown(name, err);
    snprintf(path, sizeof path, ZONE_DIR "%s", name);
    return zone_read(path, name, out, err);
}

static Zone *zone_utc(void) {
    Zone *zone = zone_from_rule(&(ZoneRule){ .standard_s = 0 });
    zone_set_name(zone, "UTC");
    return zone;
}

/* The IANA name inside a path below the zone directory, or "". */
static const char *name_in_path(const char *path) {
    const char *at = strstr(path, "/zoneinfo/");
    return at ? at + strlen("/zoneinfo/") : "";
}

/* TZ is [:]NAME, [:]/absolute/path or a POSIX rule; empty means UTC. */
static bool zone_of_tz(const char *tz, Zone **out, Err *err) {
    ZoneRule rule;
    Err      no_rule;
    if (*tz == ':') tz++;
    if (*tz == '\0') {
        *out = zone_utc();
        return true;
    }
    if (*tz == '/') return zone_read(tz, *name_in_path(tz) ? name_in_path(tz) : "of TZ", out, err);
    if (zone_named(tz, out, err)) return true;
    if (!zone_rule_parse(slice_of(tz), &rule, &no_rule)) return false;
    *out = zone_from_rule(&rule);
    zone_set_name(*out, tz);
    return true;
}

static bool zone_local(Zone **out, Err *err) {
    const char *tz = getenv("TZ");
    if (tz) return zone_of_tz(tz, out, err);
    if (access("/etc/localtime", F_OK) != 0) {
        *out = zone_utc();
        return true;
    }
    char    target[PATH_SIZE];
    ssize_t len = readlink("/etc/localtime", target, sizeof target - 1);
    target[len > 0 ? len : 0] = '\0';
    const char *name = name_in_path(target);
    if (!zone_read("/etc/localtime", *name ? name : "local", out, err)) return false;
    if (!*name) zone_set_name(*out, "");                /* a copied file does not tell its name */
    return true;
}

bool zone_open(const char *iana_name, Zone **out, Err *err) {
    if (strcmp(iana_name, "local") == 0) return zone_local(out, err);
    if (strcmp(iana_name, "UTC") == 0) {                /* works without tzdata */
        *out = zone_utc();
        return true;
    }
    return zone_named(iana_name, out, err);
}
