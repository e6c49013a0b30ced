// SPDX-License-Identifier: Apache-2.0

#include "responder.h"

#include "packets.h"

#include <string.h>

struct responder {
    struct end *end;
    uint8_t *memory;
    uint64_t memory_bytes;
    uint64_t cursor[MOST_PAIRS];
    uint32_t expected[MOST_PAIRS];
    uint32_t unacknowledged[MOST_PAIRS]; // pairs, in the order in which they asked
    uint32_t count;
    bool asked[MOST_PAIRS];
};

static uint8_t *memory_at(const struct responder *responder, const uint64_t address, const uint64_t bytes) {
    if (address > responder->memory_bytes || bytes > responder->memory_bytes - address) {
        fprintf(stderr, "%llu bytes at %llu are not in the memory\n", (unsigned long long) bytes,
            (unsigned long long) address);
        exit(1);
    }
    return responder->memory + address;
}

static void respond(struct responder *responder, const uint32_t pair, const uint8_t *request) {
    const uint64_t address = get(request + BTH_BYTES, 8);
    const uint32_t mtu = (uint32_t) get(request + BTH_BYTES + 8, 4); // where the key would be
    const uint32_t length = (uint32_t) get(request + BTH_BYTES + 12, 4);
    const uint8_t *memory = memory_at(responder, address, length);
    const uint32_t count = packets_of(length, mtu);
    const uint32_t first_psn = psn_of(request);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *packet = claim(responder->end);
        const int opcode = place(i, count, RESPONSE_FIRST, RESPONSE_ONLY);
        uint8_t *at = put_bth(packet, opcode, pair, false, first_psn + i);
        if (opcode != RESPONSE_MIDDLE) {
            put(at, 4, UINT64_C(31) << 24);
            at += AETH_BYTES;
        }
        const uint32_t bytes = i == count - 1 ? length - i * mtu : mtu;
        memcpy(at, memory + (size_t) i * mtu, bytes);
        submit(responder->end, (size_t) (at - packet) + bytes + ICRC_BYTES);
    }
    responder->expected[pair] = (responder->expected[pair] + count - 1) & PSN_MASK;
}

static void take_request(void *context, const uint8_t *packet, const size_t bytes) {
    struct responder *responder = context;
    const uint32_t pair = pair_of(packet);
    require_next(&responder->expected[pair], psn_of(packet));
    const uint8_t *payload = packet + BTH_BYTES;
    if (packet[0] == READ_REQUEST) {
        respond(responder, pair, packet);
        return;
    }
    if (packet[0] == WRITE_FIRST || packet[0] == WRITE_ONLY) {
        responder->cursor[pair] = get(payload, 8);
        payload += RETH_BYTES;
    }
    const size_t length = bytes - (size_t) (payload - packet);
    memcpy(memory_at(responder, responder->cursor[pair], length), payload, length);
    responder->cursor[pair] += length;
    if ((packet[8] & ACKNOWLEDGEMENT_REQUEST) != 0 && !responder->asked[pair]) {
        responder->asked[pair] = true;
        responder->unacknowledged[responder->count++] = pair;
    }
}

void *respond_to_all(void *context) {
    struct responder *responder = context;
    while (true) {
        receive(responder->end, take_request, responder);
        for (uint32_t i = 0; i < responder->count; i++) { // one for all that a train asked for
            const uint32_t pair = responder->unacknowledged[i];
            uint8_t *packet = claim(responder->end);
            put(put_bth(packet, ACKNOWLEDGE, pair, false, responder->expected[pair] - 1), 4, UINT64_C(31) << 24);
            submit(responder->end, BTH_BYTES + AETH_BYTES + ICRC_BYTES);
            responder->asked[pair] = false;
        }
        responder->count = 0;
        flush(responder->end);
    }
}

struct responder *new_responder(struct end *end, const uint64_t memory_bytes) {
    struct responder *responder = calloc(1, sizeof *responder);
    uint8_t *memory = calloc(1, memory_bytes);
    if (responder == NULL || memory == NULL) {
        fail("memory of a thread");
    }
    responder->end = end;
    responder->memory = memory;
    responder->memory_bytes = memory_bytes;
    return responder;
}
