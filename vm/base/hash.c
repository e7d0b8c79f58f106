#include "base/hash.h"
#include <sodium.h>

void hash_bytes(Slice bytes, unsigned char out[HASH_SIZE]) {
    crypto_generichash(out, HASH_SIZE, (const unsigned char *)bytes.ptr, bytes.len, NULL, 0);
}

void hash_long(Slice a, Slice b, unsigned char out[HASH_LONG_SIZE]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_LONG_SIZE);
    crypto_generichash_update(&state, (const unsigned char *)a.ptr, a.len);
    crypto_generichash_update(&state, (const unsigned char *)b.ptr, b.len);
    crypto_generichash_final(&state, out, HASH_LONG_SIZE);
}

void hash_text(const unsigned char hash[HASH_SIZE], char out[HASH_TEXT]) {
    sodium_bin2hex(out, HASH_TEXT, hash, HASH_SIZE);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(HashSha256), "the state must fit");

static crypto_hash_sha256_state *state_of(HashSha256 *sha) { return (crypto_hash_sha256_state *)(void *)sha->state; }

void hash_sha256_start(HashSha256 *sha) { crypto_hash_sha256_init(state_of(sha)); }

void hash_sha256_add(HashSha256 *sha, Slice piece) {
    crypto_hash_sha256_update(state_of(sha), (const unsigned char *)piece.ptr, piece.len);
}

void hash_sha256_end(HashSha256 *sha, char out[HASH_SHA256_TEXT]) {
    unsigned char sum[HASH_SHA256_SIZE];
    crypto_hash_sha256_final(state_of(sha), sum);
    sodium_bin2hex(out, HASH_SHA256_TEXT, sum, sizeof sum);
}

void hash_hmac(Slice key, const Slice *parts, size_t count, unsigned char out[HASH_HMAC_SIZE]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len);
    for (size_t i = 0; i < count; i++) crypto_auth_hmacsha256_update(&state, (const unsigned char *)parts[i].ptr, parts[i].len);
    crypto_auth_hmacsha256_final(&state, out);
}

bool hash_same(const unsigned char *a, const unsigned char *b, size_t size) { return sodium_memcmp(a, b, size) == 0; }
