#include "net/mail_send.h"
#include "net/curl_api.h"
#include <stdio.h>
#include <string.h>

typedef struct {
    Slice              rest;
    const atomic_bool *stop;
} Source;

static size_t on_read(char *out, size_t size, size_t count, void *context) {
    Source *source = context;
    size_t len = size * count < source->rest.len ? size * count : source->rest.len;
    memcpy(out, source->rest.ptr, len);
    source->rest = slice_make(source->rest.ptr + len, source->rest.len - len);
    return len;
}

static size_t on_answer(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(((const Source *)context)->stop);
}

static bool failed(const CurlApi *curl, CURL *easy, CURLcode rc, const char *said, Err *err) {
    const char *code = "failed";
    long answered = 0;
    curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answered);
    switch (rc) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: code = "offline"; break;
    case CURLE_OPERATION_TIMEDOUT: code = "timeout"; break;
    case CURLE_ABORTED_BY_CALLBACK: code = "cancelled"; break;
    case CURLE_LOGIN_DENIED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED: code = "auth"; break;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING: code = answered >= 400 ? "failed" : "io"; break;
    default: break;
    }
    return err_set(err, code, "the mail was not sent: %s", *said ? said : curl->easy_strerror(rc));
}

static void set_all(const CurlApi *curl, CURL *easy, const MailSend *mail, struct curl_slist *to, Source *source, char *said) {
    curl->easy_setopt(easy, CURLOPT_URL, mail->url);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl->easy_setopt(easy, CURLOPT_PROXY, "");
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_USE_SSL, (long)(mail->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (mail->user) curl->easy_setopt(easy, CURLOPT_USERNAME, mail->user);
    if (mail->password) curl->easy_setopt(easy, CURLOPT_PASSWORD, mail->password);
    curl->easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from);
    curl->easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
    curl->easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl->easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl->easy_setopt(easy, CURLOPT_READDATA, source);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)mail->timeout_ms);
    curl->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl->easy_setopt(easy, CURLOPT_XFERINFODATA, source);
    curl->easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, said);
}

bool mail_send(const MailSend *mail, const atomic_bool *stop, Err *err) {
    CurlApi curl;
    Source source = { mail->text, stop };
    char said[CURL_ERROR_SIZE] = "";
    struct curl_slist *to = NULL;
    bool good = false;
    if (!curl_api_load(&curl, CURL_LIBRARY, err)) return err_set(err, err->code, "mail goes through libcurl: apt install libcurl4");
    CURL *easy = curl.easy_init();
    for (const char *const *one = mail->to; *one; one++) {
        struct curl_slist *longer = curl.slist_append(to, *one);
        if (!longer) { err_set(err, "limit", "not enough memory for a mail"); goto done; }
        to = longer;
    }
    if (!easy) { err_set(err, "limit", "not enough memory for a mail"); goto done; }
    set_all(&curl, easy, mail, to, &source, said);
    CURLcode rc = curl.easy_perform(easy);
    good = rc == CURLE_OK || failed(&curl, easy, rc, said, err);
done:
    curl.slist_free_all(to);
    if (easy) curl.easy_cleanup(easy);
    return good;
}
