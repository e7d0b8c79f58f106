/* links: work store db net os time base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "work/sign.h"
#include <stdio.h>

#define BODY "{\"zen\":1}"
enum { NOW = 1772438400 };

typedef struct {
    const char *name, *value;
} Field;

static Slice field(const void *context, const char *name) {
    for (const Field *f = context; f->name; f++)
        if (strcmp(f->name, name) == 0) return slice_of(f->value);
    return slice_make(NULL, 0);
}

/* The id, or NULL when it is refused. */
static const char *check(SignPreset preset, const char *secret, const Field *fields, const char *body, int64_t now) {
    static char id[80];
    SignRequest request = { field, fields, slice_of(body), now };
    Buf  out;
    Err  err;
    buf_init(&out);
    bool good = sign_check(preset, slice_of(secret), &request, &out, &err);
    if (!good) assert_string_equal(err.code, "denied");
    snprintf(id, sizeof id, "%s", buf_text(&out));
    buf_drop(&out);
    return good ? id : NULL;
}

static void github_signs_the_body(void **state) {
    static const Field GOOD[] = { { "X-Hub-Signature-256", "sha256=2ac06bc616e35a6d1abf6a11607611b835d25f9e01e8725e5e7ca6f13c01f3c5" }, { "X-GitHub-Delivery", "d1" }, { 0 } };
    static const Field OLD[] = { { "X-Hub-Signature", "sha1=00" }, { 0 } }, SHORT[] = { { "X-Hub-Signature-256", "sha256=00" }, { 0 } };
    (void)state;
    assert_string_equal(check(SIGN_GITHUB, "s3", GOOD, BODY, NOW), "d1");
    assert_null(check(SIGN_GITHUB, "s4", GOOD, BODY, NOW));
    assert_null(check(SIGN_GITHUB, "s3", GOOD, BODY " ", NOW));
    assert_null(check(SIGN_GITHUB, "s3", OLD, BODY, NOW));
    assert_null(check(SIGN_GITHUB, "s3", SHORT, BODY, NOW));
}

static void stripe_signs_the_time_too(void **state) {
    static const Field GOOD[] = { { "Stripe-Signature", "t=1772438400,v0=1,v1=00,v1=bf2410f16a72105ddf8ffd57fbf171e771808a15c32ac0733108bca8a1362efd" }, { 0 } };
    static const Field MOVED[] = { { "Stripe-Signature", "t=1772438401,v1=bf2410f16a72105ddf8ffd57fbf171e771808a15c32ac0733108bca8a1362efd" }, { 0 } };
    (void)state;
    assert_string_equal(check(SIGN_STRIPE, "s3", GOOD, BODY, NOW + 299), BODY);
    assert_null(check(SIGN_STRIPE, "s3", GOOD, BODY, NOW + 301));
    assert_null(check(SIGN_STRIPE, "s3", GOOD, BODY, NOW - 301));
    assert_null(check(SIGN_STRIPE, "s3", MOVED, BODY, NOW));
}

static void slack_signs_version_time_and_body(void **state) {
    static const Field GOOD[] = { { "X-Slack-Signature", "v0=bc7c96b281e9437af1cb7169f4d6bcaab8df1093df505963dce1c98b4414b453" }, { "X-Slack-Request-Timestamp", "1772438400" }, { 0 } };
    static const Field NO_TIME[] = { { "X-Slack-Signature", "v0=bc7c96b281e9437af1cb7169f4d6bcaab8df1093df505963dce1c98b4414b453" }, { 0 } };
    (void)state;
    assert_string_equal(check(SIGN_SLACK, "s3", GOOD, BODY, NOW), BODY);
    assert_null(check(SIGN_SLACK, "s3", GOOD, BODY, NOW + 400));
    assert_null(check(SIGN_SLACK, "s3", NO_TIME, BODY, NOW));
}

static void standard_webhooks_sign_id_time_and_body(void **state) {
    static const Field GOOD[] = { { "webhook-id", "m1" }, { "webhook-timestamp", "1772438400" }, { "webhook-signature", "v1,AAAA v1,ofkvtSthXPPAKq0NfaNU08Pu+8ood+/qGT23bLLCj7c=" }, { 0 } };
    static const Field OTHER[] = { { "webhook-id", "m2" }, { "webhook-timestamp", "1772438400" }, { "webhook-signature", "v1,ofkvtSthXPPAKq0NfaNU08Pu+8ood+/qGT23bLLCj7c=" }, { 0 } };
    (void)state;
    assert_string_equal(check(SIGN_STANDARD, "whsec_MDEyMzQ1Njc4OWFiY2RlZg==", GOOD, BODY, NOW), "m1");
    assert_string_equal(check(SIGN_STANDARD, "0123456789abcdef", GOOD, BODY, NOW), "m1");
    assert_null(check(SIGN_STANDARD, "whsec_MDEyMzQ1Njc4OWFiY2RlZg==", OTHER, BODY, NOW));
    assert_null(check(SIGN_STANDARD, "x", GOOD, BODY, NOW));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(github_signs_the_body), cmocka_unit_test(stripe_signs_the_time_too), cmocka_unit_test(slack_signs_version_time_and_body),
        cmocka_unit_test(standard_webhooks_sign_id_time_and_body),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
