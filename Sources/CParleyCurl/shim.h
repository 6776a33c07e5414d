/* libcurl for Swift: its set and get functions are variadic macros, which Swift cannot call, so each argument type has a wrapper here. */
#ifndef PARLEY_CURL_SHIM_H
#define PARLEY_CURL_SHIM_H

#include <curl/curl.h>

typedef size_t (*parley_io)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*parley_open_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*parley_close_socket)(void *context, curl_socket_t socket);
typedef int (*parley_before_request)(void *context, char *remote, char *local, int remote_port, int local_port);
typedef int (*parley_socket_interest)(CURL *easy, curl_socket_t socket, int interest, void *context, void *socket_context);

static inline CURLcode parley_set_long(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode parley_set_offset(CURL *easy, CURLoption option, curl_off_t value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode parley_set_string(CURL *easy, CURLoption option, const char *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode parley_set_pointer(CURL *easy, CURLoption option, void *value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode parley_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode parley_set_io(CURL *easy, CURLoption option, parley_io value) { return curl_easy_setopt(easy, option, value); }
static inline CURLcode parley_set_open_socket(CURL *easy, parley_open_socket value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}
static inline CURLcode parley_set_close_socket(CURL *easy, parley_close_socket value) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}
static inline CURLcode parley_set_before_request(CURL *easy, parley_before_request value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}
static inline CURLcode parley_get_long(CURL *easy, CURLINFO info, long *value) { return curl_easy_getinfo(easy, info, value); }

static inline CURLMcode parley_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode parley_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode parley_multi_set_socket_interest(CURLM *multi, parley_socket_interest value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

#endif
