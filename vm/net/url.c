#include "net/url.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

static bool is_scheme_end(Slice text, size_t *len) {
    size_t i = 0;
    while (i < text.len && (isalnum((unsigned char)text.ptr[i]) || strchr("+-.", text.ptr[i]))) i++;
    *len = i;
    return i > 0 && isalpha((unsigned char)text.ptr[0]) && i < text.len && text.ptr[i] == ':';
}

static bool same_word(Slice a, const char *lower) {
    if (a.len != strlen(lower)) return false;
    for (size_t i = 0; i < a.len; i++)
        if (tolower((unsigned char)a.ptr[i]) != lower[i]) return false;
    return true;
}

static size_t find_any(Slice text, const char *set) {
    size_t i = 0;
    while (i < text.len && !(text.ptr[i] && strchr(set, text.ptr[i]))) i++;
    return i;
}

static Slice rest(Slice text, size_t from) { return slice_make(text.ptr + from, text.len - from); }

/* Spaces, control characters and backslashes are read differently by different programs, so nobody gets to read them. */
static bool check_bytes(Slice text, Err *err) {
    if (text.len > URL_MAX) return err_set(err, "invalid", "the address has %zu bytes; the limit is %d", text.len, URL_MAX);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == ' ') return err_set(err, "invalid", "the address has a space at byte %zu; write %%20", i + 1);
        if (c < 0x20 || c == 0x7f) return err_set(err, "invalid", "the address has a control character at byte %zu", i + 1);
        if (c == '\\') return err_set(err, "invalid", "the address has a backslash at byte %zu; write / or %%5C", i + 1);
    }
    return true;
}

static bool read_port(Slice digits, int *port, Err *err) {
    int value = 0;
    if (digits.len == 0) return true;                   /* "host:" means the scheme's own port (RFC 3986) */
    for (size_t i = 0; i < digits.len; i++) {
        if (!isdigit((unsigned char)digits.ptr[i]) || i > 4)
            return err_set(err, "invalid", "the port '%.*s' is not a number from 1 to 65535", (int)digits.len, digits.ptr);
        value = value * 10 + (digits.ptr[i] - '0');
    }
    if (value < 1 || value > 65535) return err_set(err, "invalid", "the port %d is not a number from 1 to 65535", value);
    *port = value;
    return true;
}

/* A host whose last label is a number is an IPv4 address to some resolvers ("0x7f.1", "2130706433"): only the plain form passes. */
static bool is_odd_ipv4(const char *host) {
    const char *end = host + strlen(host), *last = end;
    struct in_addr ip;
    if (end > host && end[-1] == '.') last = --end;
    while (last > host && last[-1] != '.') last--;
    if (last == end || !isdigit((unsigned char)*last)) return false;
    bool hex = last[0] == '0' && (last[1] == 'x');
    for (const char *p = hex ? last + 2 : last; p < end; p++)
        if (!(hex ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p))) return false;
    return inet_pton(AF_INET, host, &ip) != 1;
}

static bool read_host(Url *url, Slice host, Err *err) {
    struct in6_addr ip6;
    if (host.len == 0) return err_set(err, "invalid", "the address has no host");
    if (host.len >= URL_HOST_SIZE) return err_set(err, "invalid", "the host has %zu bytes; the limit is %d", host.len, URL_HOST_SIZE - 1);
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.ptr[i];
        if (c >= 0x80) return err_set(err, "invalid", "the host has letters outside ASCII; write its xn-- form");
        if (!isalnum(c) && !strchr(url->ipv6 ? ":." : "-._", c))
            return err_set(err, "invalid", "a host cannot hold '%c'", c);
        url->host[i] = (char)tolower(c);
    }
    url->host[host.len] = 0;
    if (url->ipv6) {
        if (inet_pton(AF_INET6, url->host, &ip6) != 1) return err_set(err, "invalid", "[%s] is not an IPv6 address", url->host);
        inet_ntop(AF_INET6, &ip6, url->host, URL_HOST_SIZE);           /* one spelling for one address */
        return true;
    }
    if (url->host[0] == '.' || strstr(url->host, "..")) return err_set(err, "invalid", "the host '%s' has an empty part", url->host);
    if (is_odd_ipv4(url->host)) return err_set(err, "invalid", "the host '%s' is not an IPv4 address; write four numbers like 127.0.0.1", url->host);
    return true;
}

static bool read_authority(Url *url, Slice authority, Err *err) {
    size_t at = authority.len;
    while (at > 0 && authority.ptr[at - 1] != '@') at--;
    if (at > 0) {
        url->has_user = true;
        url->user = slice_make(authority.ptr, at - 1);
        if (find_any(url->user, "@[]") < url->user.len) return err_set(err, "invalid", "the address has more than one @ before its host");
        authority = rest(authority, at);
    }
    size_t host_end;
    Slice host;
    if (authority.len && authority.ptr[0] == '[') {
        size_t close = find_any(authority, "]");
        if (close == authority.len) return err_set(err, "invalid", "the address has [ without ]");
        url->ipv6 = true;
        host = slice_make(authority.ptr + 1, close - 1);
        host_end = close + 1;
    } else {
        host_end = find_any(authority, ":");
        host = slice_make(authority.ptr, host_end);
    }
    if (!read_host(url, host, err)) return false;
    if (host_end == authority.len) return true;
    if (authority.ptr[host_end] != ':') return err_set(err, "invalid", "only :port may follow the host");
    return read_port(rest(authority, host_end + 1), &url->port, err);
}

bool url_parse(Url *url, Slice text, Err *err) {
    size_t scheme;
    if (!check_bytes(text, err)) return false;
    if (!is_scheme_end(text, &scheme))
        return err_set(err, "invalid", "the address must begin with http:// or https://");
    memset(url, 0, sizeof *url);
    url->tls = same_word(slice_make(text.ptr, scheme), "https");
    if (!url->tls && !same_word(slice_make(text.ptr, scheme), "http"))
        return err_set(err, "invalid", "'%.*s:' is not allowed here, only http: and https:", (int)(scheme < 40 ? scheme : 40), text.ptr);
    text = rest(text, scheme + 1);
    if (text.len < 2 || text.ptr[0] != '/' || text.ptr[1] != '/') return err_set(err, "invalid", "two slashes must follow http: or https:");
    text = rest(text, 2);
    text.len = find_any(text, "#");
    url->port = url->tls ? 443 : 80;
    size_t end = find_any(text, "/?");
    if (!read_authority(url, slice_make(text.ptr, end), err)) return false;
    text = rest(text, end);
    end = find_any(text, "?");
    url->path = slice_make(text.ptr, end);
    url->query = rest(text, end);
    return true;
}

/* Percent-encodes what a request line cannot carry. */
static void write_encoded(Buf *out, Slice text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x80 || c <= 0x20 || c == 0x7f) buf_printf(out, "%%%02X", c);
        else buf_add_byte(out, (char)c);
    }
}

static void write_origin(const Url *url, Buf *out, bool user) {
    buf_add_text(out, url->tls ? "https://" : "http://");
    if (user && url->has_user) {
        write_encoded(out, url->user);
        buf_add_byte(out, '@');
    }
    buf_printf(out, url->ipv6 ? "[%s]" : "%s", url->host);
    if (url->port != (url->tls ? 443 : 80)) buf_printf(out, ":%d", url->port);
}

void url_write(const Url *url, Buf *out) {
    write_origin(url, out, true);
    if (url->path.len == 0) buf_add_byte(out, '/');
    write_encoded(out, url->path);
    write_encoded(out, url->query);
}

void url_write_host(const Url *url, Buf *out) {
    buf_printf(out, url->ipv6 ? "[%s]:%d" : "%s:%d", url->host, url->port);
}

/* RFC 3986 section 5.2.4, on a path that begins with "/". */
static void write_without_dots(Buf *out, Slice path) {
    size_t floor = out->len;
    while (path.len) {
        size_t end = 1 + find_any(rest(path, 1), "/");
        Slice segment = slice_make(path.ptr, end);
        bool last = end == path.len;
        if (slice_is(segment, "/.") || slice_is(segment, "/..")) {
            if (segment.len == 3)
                while (out->len > floor && out->ptr[--out->len] != '/') {}
            if (last) buf_add_byte(out, '/');
        } else write_encoded(out, segment);
        path = rest(path, end);
    }
}

bool url_resolve(const Url *base, Slice location, Buf *out, Err *err) {
    size_t scheme;
    location.len = find_any(location, "#");
    if (location.len > URL_MAX) return err_set(err, "invalid", "the new address has %zu bytes; the limit is %d", location.len, URL_MAX);
    if (is_scheme_end(location, &scheme)) {
        write_encoded(out, location);
        return true;
    }
    if (location.len > 1 && location.ptr[0] == '/' && location.ptr[1] == '/') {
        buf_add_text(out, base->tls ? "https:" : "http:");
        write_encoded(out, location);
        return true;
    }
    write_origin(base, out, false);
    size_t query = find_any(location, "?");
    Buf path;
    buf_init(&path);
    if (location.len && location.ptr[0] == '/') buf_add(&path, location.ptr, query);
    else {
        size_t keep = base->path.len;
        if (query > 0) while (keep > 0 && base->path.ptr[keep - 1] != '/') keep--;
        if (keep == 0) buf_add_byte(&path, '/');
        buf_add(&path, base->path.ptr, keep);
        buf_add(&path, location.ptr, query);
    }
    write_without_dots(out, buf_slice(&path));
    buf_drop(&path);
    write_encoded(out, location.len ? rest(location, query) : base->query);
    return true;
}

bool url_same_origin(const Url *a, const Url *b) {
    return a->tls == b->tls && a->port == b->port && strcmp(a->host, b->host) == 0;
}

bool url_is_loopback(const Url *url) {
    struct in_addr ip;
    size_t len = strlen(url->host);
    if (url->ipv6) return strcmp(url->host, "::1") == 0 || strncmp(url->host, "::ffff:127.", 11) == 0;
    if (inet_pton(AF_INET, url->host, &ip) == 1) return (ntohl(ip.s_addr) >> 24) == 127;
    if (len && url->host[len - 1] == '.') len--;
    return (len == 9 && strncmp(url->host, "localhost", 9) == 0)
        || (len > 10 && strncmp(url->host + len - 10, ".localhost", 10) == 0);
}
