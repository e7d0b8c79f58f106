#include "net/curl_api.h"
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

enum { OLDEST = 0x075500 };                             /* 7.85: CURLOPT_PROTOCOLS_STR */

#define ROW(name) { "curl_" #name, offsetof(CurlApi, name) }
static const struct { const char *symbol; size_t offset; } ROWS[] = {
    ROW(global_init), ROW(global_cleanup), ROW(easy_init), ROW(easy_setopt), ROW(easy_getinfo), ROW(easy_perform), ROW(easy_cleanup),
    ROW(easy_strerror), ROW(slist_append), ROW(slist_free_all), ROW(multi_init), ROW(multi_setopt), ROW(multi_add_handle),
    ROW(multi_remove_handle), ROW(multi_socket_action), ROW(multi_assign), ROW(multi_info_read), ROW(multi_cleanup),
    ROW(version_info),
};

bool curl_api_load(CurlApi *curl, const char *library, Err *err) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return err_set(err, "not_found", "HTTP needs libcurl4: apt install libcurl4");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        void *symbol = dlsym(handle, ROWS[i].symbol);
        if (!symbol) return err_set(err, "unknown", "%s has no %s; HTTP needs libcurl 7.85 or newer", library, ROWS[i].symbol);
        memcpy((char *)curl + ROWS[i].offset, &symbol, sizeof symbol);
    }
    const curl_version_info_data *info = curl->version_info(CURLVERSION_NOW);
    if (info->version_num < OLDEST) return err_set(err, "unknown", "libcurl %s is too old; HTTP needs 7.85 or newer", info->version);
    return true;
}
