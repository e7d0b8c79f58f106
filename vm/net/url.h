/* url.h - http and https addresses: read, checked, resolved, written.
 *
 * What the gate judges must be what the transport connects to, so an address is
 * taken apart here once, strictly, and written again from its parts.
 *
 *     Url url;
 *     if (!url_parse(&url, slice_of("https://[::1]:8443/a?b"), err)) return false;
 *     url.host "::1", url.port 8443, url.path "/a", url.query "?b"
 *
 * Floor:  net - pure, base only.
 * Memory: a Url holds its host; path, query and userinfo are slices of the text it was read from.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { URL_HOST_SIZE = 256, URL_MAX = 16384 };

typedef struct {
    bool  tls;                        /* https */
    bool  ipv6;                       /* host is an address that is written in brackets */
    bool  has_user;                   /* user[:password]@ was there, maybe empty */
    int   port;                       /* 1..65535, the scheme's own when none is written */
    char  host[URL_HOST_SIZE];        /* lower case, no brackets */
    Slice user;                       /* as written, still percent-encoded */
    Slice path;                       /* "" or begins with "/" */
    Slice query;                      /* "" or begins with "?" */
} Url;

/* Reads an absolute address; the fragment is dropped. Fails with "invalid" and says what is wrong; never shows the password. */
bool url_parse(Url *url, Slice text, Err *err);

/* Writes the address back: lower-case scheme and host, port only if not the scheme's own, bytes >= 0x80 percent-encoded. */
void url_write(const Url *url, Buf *out);

/* Writes what `location` (a redirect's, RFC 3986 section 5) means when seen from `base`; the result still needs url_parse. */
bool url_resolve(const Url *base, Slice location, Buf *out, Err *err);

/* Adds "host:port" ("[::1]:80" for an IPv6 address): the resource of the need `net`. */
void url_write_host(const Url *url, Buf *out);

bool url_same_origin(const Url *a, const Url *b);       /* scheme, host and port are equal */
bool url_is_loopback(const Url *url);                   /* localhost, *.localhost, 127.0.0.0/8, ::1 */
