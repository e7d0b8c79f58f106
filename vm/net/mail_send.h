/* mail_send.h - one mail over SMTP, by libcurl.
 *
 *     MailSend mail = { .url = "smtps://mail.example.org:465/", .from = "a@example.org", .to = to, .text = text, .timeout_ms = 60000 };
 *     if (!mail_send(&mail, &stop, err)) return false;
 *
 * It is sent when the server has said yes to the whole of it. Without `plain` nothing is said before the connection is
 * encrypted and the server's certificate is good.
 *
 * Errors: offline, timeout, auth (password or certificate), cancelled, io; "failed" with the words of the server.
 *
 * Floor:  net - libcurl is loaded on first use.   Thread: any but the loop's; it blocks.   Memory: borrows everything for the call.
 */
#pragma once
#include "base/err.h"
#include "base/slice.h"
#include <stdatomic.h>
#include <stdint.h>

typedef struct {
    const char        *url;                             /* smtp://host:port/ or smtps://host:port/ */
    const char        *user, *password;                 /* NULL: nobody logs in */
    const char        *from;                            /* the bare address */
    const char *const *to;                              /* bare addresses, ends with NULL */
    Slice              text;                            /* headers and body, lines end with \r\n */
    int64_t            timeout_ms;
    bool               plain;                           /* not encrypted: for a server on this machine */
} MailSend;

/* `stop` may be set from another thread: it ends soon after with "cancelled". */
bool mail_send(const MailSend *mail, const atomic_bool *stop, Err *err);
