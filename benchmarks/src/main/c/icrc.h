// SPDX-License-Identifier: Apache-2.0

// The checksum of RoCE packets: CRC-32 over masked headers and the packet.

#ifndef ICRC_H
#define ICRC_H

#include <stddef.h>
#include <stdint.h>

enum { ICRC_BYTES = 4, BTH_BYTES = 12, MOST_IDENTIFICATIONS = 64 };

// Prepares the tables; call it once, before anything else.
void crc32_prepare(void);

// Continues a CRC-32 without the complements at its beginning and end, eight bytes at a time by tables.
uint32_t crc32_by_tables(uint32_t state, const uint8_t *data, size_t bytes);

// The same by the fastest means of this processor: carry-less multiplication if it is available.
uint32_t crc32_fast(uint32_t state, const uint8_t *data, size_t bytes);

// The means of crc32_fast, as a word.
const char *crc32_means(void);

// A direction between two UDP ends. Addresses and ports are in network order.
struct icrc_path {
    uint32_t source, destination;
    uint16_t source_port, destination_port;
    unsigned lengths;
    struct {
        size_t bytes;
        uint32_t state[MOST_IDENTIFICATIONS];
    } seeds[8];
};

// Returns the checksum of a packet without its last four bytes; `bytes` includes them. The byte that routers may change
// is restored afterwards. The identification is below MOST_IDENTIFICATIONS.
uint32_t icrc_of(struct icrc_path *path, uint8_t *packet, size_t bytes, uint32_t identification);

#endif
