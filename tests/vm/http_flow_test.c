/* links: net base */
#include "../fake/http_world.h"
#include "net/curl_api.h"

/* The other host is the same server by another name. */
static void redirect_with_secret(World *w, const char *host, const char *status) {
    char url[400];
    HttpHeader headers[] = { { slice_of("Authorization"), slice_of("Bearer s3cret") }, { slice_of("X-Keep"), slice_of("1") }, { slice_of("X-Api-Key"), slice_of("s3cret") } };
    char path[200];
    snprintf(path, sizeof path, "/redirect?status=%s&to=http://%s:%d/echo", status, host, w->server.port);
    HttpCall call = call_of(w, at(w, path, url));
    call.method = "POST";
    call.headers = headers;
    call.header_count = 3;
    call.body = slice_of("payload");
    reset(w);
    run(w, &call);
    assert_string_equal(w->why, "");
    assert_non_null(strstr(buf_text(&w->body), "x-keep: 1"));
}

static void secrets_stay_with_the_host_they_were_meant_for(void **state) {
    World *w = *state;
    redirect_with_secret(w, "127.0.0.1", "307");
    assert_non_null(strstr(buf_text(&w->body), "s3cret"));
    redirect_with_secret(w, "localhost", "307");
    assert_null(strstr(buf_text(&w->body), "s3cret"));
}

static void a_redirect_keeps_or_turns_the_method_as_its_status_says(void **state) {
    World *w = *state;
    redirect_with_secret(w, "127.0.0.1", "307");
    assert_non_null(strstr(buf_text(&w->body), "POST /echo"));
    assert_non_null(strstr(buf_text(&w->body), "\n\npayload"));
    redirect_with_secret(w, "127.0.0.1", "303");
    assert_non_null(strstr(buf_text(&w->body), "GET /echo"));
    assert_null(strstr(buf_text(&w->body), "payload"));
}

static void permission_is_asked_for_every_address(void **state) {
    World *w = *state;
    char url[400], want[100], path[200];
    snprintf(path, sizeof path, "/redirect?to=http://localhost:%d/ok", w->server.port);
    get(w, path, (HttpCall){ 0 });
    snprintf(want, sizeof want, "127.0.0.1:%d localhost:%d ", w->server.port, w->server.port);
    assert_string_equal(buf_text(&w->asked), want);
    HttpCall call = call_of(w, at(w, "/redirect?to=/ok", url));
    reset(w);
    w->refuse = "/ok";
    run(w, &call);
    assert_string_equal(w->code, "denied");
    Err err;
    call.url = slice_of(at(w, "/ok", url));
    assert_false(http_send(w->client, &call, &w->request, &err));
    assert_string_equal(err.code, "denied");
}

static void ten_megabytes_come_through_in_pieces(void **state) {
    World *w = *state;
    char url[400];
    HttpCall call = call_of(w, at(w, "/big?n=10485760", url));
    call.max_bytes = 10485760;
    call.on_head = on_head;
    call.on_chunk = on_chunk;
    reset(w);
    run(w, &call);
    assert_string_equal(w->why, "");
    assert_int_equal(w->body.len, 10485760);
    assert_int_equal(w->heads, 1);
    assert_true(w->chunks > 1);
}

static void pieces_of_a_redirect_are_not_handed_out(void **state) {
    World *w = *state;
    char url[400];
    HttpCall call = call_of(w, at(w, "/redirect?to=/ok", url));
    call.on_head = on_head;
    call.on_chunk = on_chunk;
    reset(w);
    run(w, &call);
    assert_string_equal(buf_text(&w->body), "hello");
}

static void a_request_may_be_cancelled_from_its_own_callback(void **state) {
    World *w = *state;
    char url[400];
    HttpCall call = call_of(w, at(w, "/stall", url));
    Err err;
    call.on_head = on_head;
    call.on_chunk = on_chunk;
    reset(w);
    w->cancel_at_chunk = 1;
    assert_true(http_send(w->client, &call, &w->request, &err));
    while (!w->chunks) uv_run(&w->loop, UV_RUN_ONCE);
    assert_string_equal(buf_text(&w->body), "some");
    get(w, "/ok", (HttpCall){ 0 });                     /* and the client goes on */
    assert_int_equal(w->done, 1);
}

static void count_done(void *ctx, const HttpReply *reply, const Err *err) {
    (void)reply;
    if (!err) ++*(int *)ctx;
}

static void two_hundred_requests_share_sixteen_connections(void **state) {
    World *w = *state;
    char url[400];
    int done = 0;
    HttpCall call = call_of(w, at(w, "/ok", url));
    call.ctx = &done;
    call.allow = NULL;
    call.on_done = count_done;
    for (int i = 0; i < 200; i++) {
        Err err;
        assert_true(http_send(w->client, &call, &w->request, &err));
    }
    while (done < 200) uv_run(&w->loop, UV_RUN_ONCE);
}

static void count_cancelled(void *ctx, const HttpReply *reply, const Err *err) {
    (void)reply;
    assert_string_equal(err->code, "cancelled");
    ++*(int *)ctx;
}

static void closing_ends_what_is_in_flight(void **state) {
    World *w = *state;
    static const char *const paths[] = { "/hang", "/stall", "/ok", "/drip", "/big?n=9000000", "/redirect?to=/hang" };
    uv_loop_t loop;
    HttpClient *client;
    Err err;
    for (int turns = 0; turns < 12; turns++) {          /* at every stage of a request's life */
        int ended = 0;
        uv_loop_init(&loop);
        assert_true(http_client_open(&client, &loop, &err));
        for (size_t i = 0; i < 5; i++) {
            char url[400];
            HttpCall call = call_of(w, at(w, turns ? paths[i % 2 ? 0 : 1] : paths[i], url));
            HttpRequest *request;
            call.ctx = &ended;
            call.allow = NULL;
            call.on_done = count_cancelled;
            assert_true(http_send(client, &call, &request, &err));
        }
        for (int i = 0; i < turns * 20; i++) uv_run(&loop, UV_RUN_NOWAIT);
        http_client_close(client);
        assert_int_equal(ended, 5);
        uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(uv_loop_close(&loop), 0);
    }
}

static void a_missing_library_says_what_to_install(void **state) {
    (void)state;
    CurlApi curl;
    Err err;
    assert_false(curl_api_load(&curl, "libnothere.so.4", &err));
    assert_string_equal(err.text, "HTTP needs libcurl4: apt install libcurl4");
    assert_string_equal(err.code, "not_found");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_stay_with_the_host_they_were_meant_for),
        cmocka_unit_test(a_redirect_keeps_or_turns_the_method_as_its_status_says),
        cmocka_unit_test(permission_is_asked_for_every_address),
        cmocka_unit_test(ten_megabytes_come_through_in_pieces),
        cmocka_unit_test(pieces_of_a_redirect_are_not_handed_out),
        cmocka_unit_test(a_request_may_be_cancelled_from_its_own_callback),
        cmocka_unit_test(two_hundred_requests_share_sixteen_connections),
        cmocka_unit_test(closing_ends_what_is_in_flight),
        cmocka_unit_test(a_missing_library_says_what_to_install),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, group_open, group_close);
}
