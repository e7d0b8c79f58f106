/* curl_api.h - libcurl's functions, loaded on first use.
 *
 * Linking libcurl costs 12-18 ms at every start, and most programs never need it.
 *
 *     CurlApi curl;
 *     if (!curl_api_load(&curl, CURL_LIBRARY, err)) return false;
 *     CURL *easy = curl.easy_init();
 *
 * Floor:  net.   Memory: a plain table; the library stays loaded until the process ends.
 */
#pragma once
#include "base/err.h"
#ifndef CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_TYPECHECK                          /* its macros want the linked names */
#endif
#include <curl/curl.h>

#define CURL_LIBRARY "libcurl.so.4"

typedef struct {
    CURLcode  (*global_init)(long flags);
    void      (*global_cleanup)(void);
    CURL     *(*easy_init)(void);
    CURLcode  (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode  (*easy_getinfo)(CURL *, CURLINFO, ...);
    CURLcode  (*easy_perform)(CURL *);
    void      (*easy_cleanup)(CURL *);
    const char *(*easy_strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void      (*slist_free_all)(struct curl_slist *);
    CURLM    *(*multi_init)(void);
    CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
    CURLMcode (*multi_add_handle)(CURLM *, CURL *);
    CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
    CURLMcode (*multi_socket_action)(CURLM *, curl_socket_t, int, int *);
    CURLMcode (*multi_assign)(CURLM *, curl_socket_t, void *);
    CURLMsg  *(*multi_info_read)(CURLM *, int *);
    CURLMcode (*multi_cleanup)(CURLM *);
    curl_version_info_data *(*version_info)(CURLversion);
} CurlApi;

/* Fails with "not_found" and names the package to install, or with "unknown" when the library is too old. */
bool curl_api_load(CurlApi *curl, const char *library, Err *err);
