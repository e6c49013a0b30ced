// SPDX-License-Identifier: Apache-2.0

#include "icrc.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { SLICES = 8, LEAST_TO_FOLD = 64, BLOCK_BYTES = 16, IP_BYTES = 20, UDP_BYTES = 8, MASKED_BYTE = 4 };

static uint32_t tables[SLICES][256];
static bool folds;

void crc32_prepare(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t state = i;
        for (int bit = 0; bit < 8; bit++) {
            state = state >> 1 ^ (state & 1 ? UINT32_C(0xEDB88320) : 0);
        }
        tables[0][i] = state;
    }
    for (int slice = 1; slice < SLICES; slice++) {
        for (int i = 0; i < 256; i++) {
            tables[slice][i] = tables[slice - 1][i] >> 8 ^ tables[0][tables[slice - 1][i] & 0xFF];
        }
    }
#if defined(__x86_64__)
    __builtin_cpu_init();
    folds = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
#endif
}

static uint32_t little_endian(const uint8_t *data) {
    return data[0] | (uint32_t) data[1] << 8 | (uint32_t) data[2] << 16 | (uint32_t) data[3] << 24;
}

uint32_t crc32_by_tables(uint32_t state, const uint8_t *data, size_t bytes) {
    for (; bytes >= SLICES; bytes -= SLICES, data += SLICES) {
        const uint32_t low = state ^ little_endian(data);
        const uint32_t high = little_endian(data + 4);
        state = tables[7][low & 0xFF] ^ tables[6][low >> 8 & 0xFF] ^ tables[5][low >> 16 & 0xFF] ^ tables[4][low >> 24]
            ^ tables[3][high & 0xFF] ^ tables[2][high >> 8 & 0xFF] ^ tables[1][high >> 16 & 0xFF]
            ^ tables[0][high >> 24];
    }
    for (; bytes > 0; bytes--) {
        state = state >> 8 ^ tables[0][(state ^ *data++) & 0xFF];
    }
    return state;
}

#if defined(__x86_64__)
#define FOLDING __attribute__((target("pclmul,sse4.1")))

FOLDING static __m128i load(const uint8_t *data) {
    return _mm_loadu_si128((const __m128i *) data);
}

FOLDING static __m128i fold(const __m128i state, const __m128i by, const __m128i next) {
    return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(state, by, 0x00), _mm_clmulepi64_si128(state, by, 0x11)),
        next);
}

// Gopal and others, "Fast CRC computation for generic polynomials using PCLMULQDQ instruction", Intel 2009: the
// constants are those of the reflected polynomial. The length is a multiple of 16 and at least 64.
FOLDING static uint32_t crc32_by_folding(const uint32_t state, const uint8_t *data, size_t bytes) {
    const __m128i by_four = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
    const __m128i by_one = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const __m128i low_words = _mm_setr_epi32(~0, 0, ~0, 0);
    __m128i a = _mm_xor_si128(load(data), _mm_cvtsi32_si128((int) state));
    __m128i b = load(data + 16);
    __m128i c = load(data + 32);
    __m128i d = load(data + 48);
    data += LEAST_TO_FOLD;
    for (bytes -= LEAST_TO_FOLD; bytes >= LEAST_TO_FOLD; bytes -= LEAST_TO_FOLD, data += LEAST_TO_FOLD) {
        a = fold(a, by_four, load(data));
        b = fold(b, by_four, load(data + 16));
        c = fold(c, by_four, load(data + 32));
        d = fold(d, by_four, load(data + 48));
    }
    a = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
    for (; bytes >= BLOCK_BYTES; bytes -= BLOCK_BYTES, data += BLOCK_BYTES) {
        a = fold(a, by_one, load(data));
    }
    a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by_one, 0x10));
    a = _mm_xor_si128(_mm_srli_si128(a, 4),
        _mm_clmulepi64_si128(_mm_and_si128(a, low_words), _mm_set_epi64x(0, 0x0163cd6124), 0x00));
    const __m128i reduction = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low_words), reduction, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_words), reduction, 0x00);
    return (uint32_t) _mm_extract_epi32(_mm_xor_si128(a, quotient), 1);
}
#else
static uint32_t crc32_by_folding(const uint32_t state, const uint8_t *data, const size_t bytes) {
    return crc32_by_tables(state, data, bytes);
}
#endif

uint32_t crc32_fast(const uint32_t state, const uint8_t *data, const size_t bytes) {
    if (!folds || bytes < LEAST_TO_FOLD) {
        return crc32_by_tables(state, data, bytes);
    }
    const size_t whole = bytes - bytes % BLOCK_BYTES;
    return crc32_by_tables(crc32_by_folding(state, data, whole), data + whole, bytes - whole);
}

const char *crc32_means(void) {
    return folds ? "pclmul" : "tables";
}

static void put_16(uint8_t *at, const size_t value) {
    at[0] = (uint8_t) (value >> 8);
    at[1] = (uint8_t) value;
}

// Eight bytes of ones, then the IPv4 and UDP headers; what routers may change counts as ones.
static uint32_t state_after_headers(const struct icrc_path *path, const size_t bytes, const uint32_t identification) {
    uint8_t headers[8 + IP_BYTES + UDP_BYTES];
    memset(headers, 0xFF, sizeof headers);
    uint8_t *ip = headers + 8;
    ip[0] = 0x45;
    put_16(ip + 2, IP_BYTES + UDP_BYTES + bytes);
    put_16(ip + 4, identification);
    put_16(ip + 6, 0x4000); // do not fragment
    ip[9] = 17;
    memcpy(ip + 12, &path->source, sizeof path->source);
    memcpy(ip + 16, &path->destination, sizeof path->destination);
    uint8_t *udp = ip + IP_BYTES;
    memcpy(udp, &path->source_port, sizeof path->source_port);
    memcpy(udp + 2, &path->destination_port, sizeof path->destination_port);
    put_16(udp + 4, UDP_BYTES + bytes);
    return crc32_fast(UINT32_MAX, headers, sizeof headers);
}

// A connection has packets of only a few lengths, so their headers are read once for each length.
static const uint32_t *seeds_of(struct icrc_path *path, const size_t bytes) {
    const unsigned most = sizeof path->seeds / sizeof *path->seeds;
    for (unsigned i = 0; i < path->lengths && i < most; i++) {
        if (path->seeds[i].bytes == bytes) {
            return path->seeds[i].state;
        }
    }
    const unsigned chosen = path->lengths++ % most;
    path->seeds[chosen].bytes = bytes;
    for (uint32_t i = 0; i < MOST_IDENTIFICATIONS; i++) {
        path->seeds[chosen].state[i] = state_after_headers(path, bytes, i);
    }
    return path->seeds[chosen].state;
}

uint32_t icrc_of(struct icrc_path *path, uint8_t *packet, const size_t bytes, const uint32_t identification) {
    const uint32_t seed = seeds_of(path, bytes)[identification];
    const uint8_t masked = packet[MASKED_BYTE];
    packet[MASKED_BYTE] = 0xFF;
    const uint32_t state = crc32_fast(seed, packet, bytes - ICRC_BYTES);
    packet[MASKED_BYTE] = masked;
    return ~state;
}
