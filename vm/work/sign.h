/* sign.h - was a request sent by somebody who knows the secret, and just now? Pure.
 *
 *     SignRequest request = { field, context, body, now_s };
 *     if (!sign_check(SIGN_GITHUB, secret, &request, &id, err)) ...        // answered with 401
 *
 * github    X-Hub-Signature-256: sha256=HEX of the body; id: X-GitHub-Delivery
 * stripe    Stripe-Signature: t=SECONDS,v1=HEX of "SECONDS.body"; id: the body
 * slack     X-Slack-Signature: v0=HEX of "v0:SECONDS:body" with X-Slack-Request-Timestamp; id: the body
 * standard  webhook-signature: v1,BASE64 of "ID.SECONDS.body" with webhook-id, webhook-timestamp; the secret is whsec_BASE64 or plain
 * A time may be five minutes off. The bytes as they came are what is signed.
 *
 * Floor:  work - uses base.   Memory: borrows for the call.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include <stdint.h>

typedef enum { SIGN_NONE, SIGN_GITHUB, SIGN_STRIPE, SIGN_SLACK, SIGN_STANDARD } SignPreset;

typedef struct {
    Slice (*field)(const void *context, const char *name);      /* ptr NULL: there is none */
    const void *context;
    Slice       body;
    int64_t     now_s;
} SignRequest;

bool sign_preset(Slice name, SignPreset *out);

/* `id` gets what names the delivery: two with the same id are one. Fails with "denied" and why. */
bool sign_check(SignPreset preset, Slice secret, const SignRequest *request, Buf *id, Err *err);
