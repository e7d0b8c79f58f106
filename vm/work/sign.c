#include "work/sign.h"
#include "base/base64.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { WINDOW_S = 300, NUMBER_MOST = 15 };

bool sign_preset(Slice name, SignPreset *out) {
    static const char *const NAMES[] = { "", "github", "stripe", "slack", "standard" };
    for (int i = SIGN_GITHUB; i <= SIGN_STANDARD; i++)
        if (slice_is(name, NAMES[i])) {
            *out = (SignPreset)i;
            return true;
        }
    return false;
}

static bool no(Err *err, const char *why) { return err_set(err, "denied", "%s", why); }

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

static bool hex_is(Slice hex, const unsigned char mac[HASH_HMAC_SIZE]) {
    unsigned char sent[HASH_HMAC_SIZE];
    if (hex.len != (size_t)HASH_HMAC_SIZE * 2) return false;
    for (size_t i = 0; i < HASH_HMAC_SIZE; i++) {
        int high = digit(hex.ptr[2 * i]), low = digit(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        sent[i] = (unsigned char)(high * 16 + low);
    }
    return hash_same(sent, mac, HASH_HMAC_SIZE);
}

static bool after(Slice text, const char *prefix, Slice *rest) {
    size_t n = strlen(prefix);
    if (!text.ptr || text.len < n || memcmp(text.ptr, prefix, n) != 0) return false;
    *rest = slice_make(text.ptr + n, text.len - n);
    return true;
}

static bool is_recent(Slice seconds, int64_t now_s) {
    int64_t at = 0;
    if (!seconds.ptr || seconds.len == 0 || seconds.len > NUMBER_MOST) return false;
    for (size_t i = 0; i < seconds.len; i++) {
        if (seconds.ptr[i] < '0' || seconds.ptr[i] > '9') return false;
        at = at * 10 + (seconds.ptr[i] - '0');
    }
    return llabs(now_s - at) <= WINDOW_S;
}

/* The next piece of a list; false at its end. */
static bool next_piece(Slice *rest, char between, Slice *piece) {
    if (!rest->ptr || rest->len == 0) return false;
    const char *end = memchr(rest->ptr, between, rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len, step = end ? len + 1 : len;
    *piece = slice_make(rest->ptr, len);
    *rest = slice_make(rest->ptr + step, rest->len - step);
    return true;
}

static bool check_github(Slice secret, const SignRequest *r, Buf *id, Err *err) {
    unsigned char mac[HASH_HMAC_SIZE];
    Slice hex, delivery = r->field(r->context, "X-GitHub-Delivery");
    hash_hmac(secret, &r->body, 1, mac);
    if (!after(r->field(r->context, "X-Hub-Signature-256"), "sha256=", &hex) || !hex_is(hex, mac)) return no(err, "the signature is missing or wrong");
    buf_add_slice(id, delivery.ptr ? delivery : r->body);
    return true;
}

static bool check_stripe(Slice secret, const SignRequest *r, Buf *id, Err *err) {
    unsigned char mac[HASH_HMAC_SIZE];
    Slice rest = r->field(r->context, "Stripe-Signature"), all = rest, piece, time = { NULL, 0 }, hex;
    while (next_piece(&rest, ',', &piece)) after(piece, "t=", &time);
    if (!is_recent(time, r->now_s)) return no(err, "the time of the signature is missing or over five minutes off");
    hash_hmac(secret, (Slice[]){ time, slice_of("."), r->body }, 3, mac);
    buf_add_slice(id, r->body);
    while (next_piece(&all, ',', &piece))
        if (after(piece, "v1=", &hex) && hex_is(hex, mac)) return true;
    return no(err, "the signature is missing or wrong");
}

static bool check_slack(Slice secret, const SignRequest *r, Buf *id, Err *err) {
    unsigned char mac[HASH_HMAC_SIZE];
    Slice time = r->field(r->context, "X-Slack-Request-Timestamp"), hex;
    if (!is_recent(time, r->now_s)) return no(err, "the time of the signature is missing or over five minutes off");
    hash_hmac(secret, (Slice[]){ slice_of("v0:"), time, slice_of(":"), r->body }, 4, mac);
    if (!after(r->field(r->context, "X-Slack-Signature"), "v0=", &hex) || !hex_is(hex, mac)) return no(err, "the signature is missing or wrong");
    buf_add_slice(id, r->body);
    return true;
}

static bool base64_is(Slice text, const unsigned char mac[HASH_HMAC_SIZE]) {
    Buf  sent;
    buf_init(&sent);
    bool same = base64_decode(text, &sent) && sent.len == HASH_HMAC_SIZE && hash_same((const unsigned char *)sent.ptr, mac, HASH_HMAC_SIZE);
    buf_drop(&sent);
    return same;
}

static bool check_standard(Slice secret, const SignRequest *r, Buf *id, Err *err) {
    unsigned char mac[HASH_HMAC_SIZE];
    Slice name = r->field(r->context, "webhook-id"), time = r->field(r->context, "webhook-timestamp"), coded, piece, text;
    Slice rest = r->field(r->context, "webhook-signature");
    Buf   key;
    if (!name.ptr || !is_recent(time, r->now_s)) return no(err, "the id or the time of the signature is missing, or it is over five minutes off");
    buf_init(&key);
    if (!after(secret, "whsec_", &coded) || !base64_decode(coded, &key)) buf_add_slice(&key, secret);
    hash_hmac(buf_slice(&key), (Slice[]){ name, slice_of("."), time, slice_of("."), r->body }, 5, mac);
    buf_drop(&key);
    buf_add_slice(id, name);
    while (next_piece(&rest, ' ', &piece))
        if (after(piece, "v1,", &text) && base64_is(text, mac)) return true;
    return no(err, "the signature is missing or wrong");
}

bool sign_check(SignPreset preset, Slice secret, const SignRequest *request, Buf *id, Err *err) {
    switch (preset) {
    case SIGN_GITHUB: return check_github(secret, request, id, err);
    case SIGN_STRIPE: return check_stripe(secret, request, id, err);
    case SIGN_SLACK: return check_slack(secret, request, id, err);
    case SIGN_STANDARD: return check_standard(secret, request, id, err);
    case SIGN_NONE: break;
    }
    return true;
}
