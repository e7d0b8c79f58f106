/* hash.h - 128-bit and 256-bit fingerprints of bytes (BLAKE2b, RFC 7693, by libsodium).
 *
 * The journal keeps the 128-bit one of a call's canonical arguments; programs and
 * blobs are named by it; the audit chain uses 256 bits.
 *
 * Floor:  base - libsodium is used here alone.   Memory: the caller's arrays.
 */
#pragma once
#include "base/slice.h"
#include <stdbool.h>
#include <stdint.h>

enum { HASH_SIZE = 16, HASH_LONG_SIZE = 32, HASH_TEXT = 33 };

void hash_bytes(Slice bytes, unsigned char out[HASH_SIZE]);
void hash_long(Slice a, Slice b, unsigned char out[HASH_LONG_SIZE]);    /* of a followed by b */
void hash_text(const unsigned char hash[HASH_SIZE], char out[HASH_TEXT]); /* lower-case hex */

/* SHA-256 in pieces, for what people compare with other tools: downloads, files.
 *     HashSha256 sha;  hash_sha256_start(&sha);  hash_sha256_add(&sha, piece);  hash_sha256_end(&sha, out); */
enum { HASH_SHA256_SIZE = 32, HASH_SHA256_TEXT = 65 };
typedef struct { uint64_t state[16]; } HashSha256;

void hash_sha256_start(HashSha256 *sha);
void hash_sha256_add(HashSha256 *sha, Slice piece);
void hash_sha256_end(HashSha256 *sha, char out[HASH_SHA256_TEXT]);      /* lower-case hex */

/* HMAC-SHA-256 of the parts one after the other; a key of any length. */
enum { HASH_HMAC_SIZE = 32 };
void hash_hmac(Slice key, const Slice *parts, size_t count, unsigned char out[HASH_HMAC_SIZE]);

/* In the same time whatever the bytes are. */
bool hash_same(const unsigned char *a, const unsigned char *b, size_t size);
