// SPDX-License-Identifier: Apache-2.0

// The headers of RoCE packets, as far as READs and WRITEs of a reliable connection need them.

#ifndef PACKETS_H
#define PACKETS_H

#include "trains.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    WRITE_FIRST = 0x06, WRITE_MIDDLE = 0x07, WRITE_LAST = 0x08, WRITE_ONLY = 0x0A, READ_REQUEST = 0x0C,
    RESPONSE_FIRST = 0x0D, RESPONSE_MIDDLE = 0x0E, RESPONSE_LAST = 0x0F, RESPONSE_ONLY = 0x10, ACKNOWLEDGE = 0x11,
    RETH_BYTES = 16, AETH_BYTES = 4, ACKNOWLEDGEMENT_REQUEST = 0x80, PSN_MASK = 0xFFFFFF, MOST_PAIRS = 1024
};

static inline void put(uint8_t *at, const int bytes, const uint64_t value) {
    for (int i = 0; i < bytes; i++) {
        at[i] = (uint8_t) (value >> 8 * (bytes - 1 - i));
    }
}

static inline uint64_t get(const uint8_t *at, const int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

static inline uint8_t *put_bth(uint8_t *at, const int opcode, const uint32_t pair, const bool asks,
    const uint32_t psn) {
    at[0] = (uint8_t) opcode;
    at[1] = 0x40;
    put(at + 2, 2, 0xFFFF);
    put(at + 4, 4, pair);
    put(at + 8, 4, (asks ? UINT64_C(1) << 31 : 0) | (psn & PSN_MASK));
    return at + BTH_BYTES;
}

static inline uint32_t pair_of(const uint8_t *packet) {
    const uint32_t pair = (uint32_t) get(packet + 5, 3);
    return pair < MOST_PAIRS ? pair : 0;
}

static inline uint8_t *put_reth(uint8_t *at, const uint64_t address, const uint32_t bytes) {
    put(at, 8, address);
    put(at + 8, 4, 1);
    put(at + 12, 4, bytes);
    return at + RETH_BYTES;
}

static inline uint32_t packets_of(const uint32_t bytes, const uint32_t mtu) {
    return bytes <= mtu ? 1 : (bytes + mtu - 1) / mtu;
}

static inline int place(const uint32_t number, const uint32_t count, const int first, const int only) {
    if (count == 1) {
        return only;
    }
    return number == 0 ? first : number == count - 1 ? first + 2 : first + 1; // first, middle, last
}

static inline void require_next(uint32_t *expected, const uint32_t psn) {
    if (*expected != psn) {
        fprintf(stderr, "packet %u arrived where %u was due; a lost packet is not repaired\n", psn, *expected);
        exit(1);
    }
    *expected = (*expected + 1) & PSN_MASK;
}

static inline uint32_t psn_of(const uint8_t *packet) {
    return (uint32_t) get(packet + 9, 3);
}

#endif
