// SPDX-License-Identifier: Apache-2.0

// UDP between two ends, one packet per call or in trains (UDP GSO and GRO), each packet with its checksum.

#ifndef TRAINS_H
#define TRAINS_H

#include "icrc.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_SEGMENTS = 64, MOST_TRAIN_BYTES = 65000, MOST_PACKET_BYTES = 4160, RECEIVE_BYTES = 1 << 16 };

struct end {
    int handle;
    bool polls;
    uint32_t most_segments; // 1: one packet per call
    int limit_s;            // of a wait; 0: none
    struct sockaddr_in peer;
    struct icrc_path sending, receiving;
    size_t bytes, segment_bytes; // of the train that has not left yet
    uint32_t segments;
    bool ends_short; // its last packet is shorter than the others, so no other may follow
    uint8_t train[MOST_TRAIN_BYTES + MOST_PACKET_BYTES];
    uint8_t received[RECEIVE_BYTES];
};

typedef void packet_handler(void *context, const uint8_t *packet, size_t bytes);

// Prints what failed with the system's reason, and ends the program.
_Noreturn void fail(const char *what);

// Opens an end at a port of an address; the peer is at the same port of another. No wait is longer than `limit_s`; 0
// means no limit. The mode is "poll", or the end sleeps until packets come.
struct end *open_end(const char *mode, uint32_t most_segments, int limit_s, const char *address, uint16_t port,
    const char *peer);

// Returns where to write the next packet.
uint8_t *claim(struct end *end);

// Seals the packet written there, `bytes` long including the checksum. It is sent with its train.
void submit(struct end *end, size_t bytes);

// Sends what was submitted.
void flush(struct end *end);

// Waits until one call receives something, checks every packet, and passes each on without its checksum. Ends the
// program if a checksum is wrong, or if nothing arrives in time.
void receive(struct end *end, packet_handler *handler, void *context);

// Returns how much memory the socket has for data not received yet, counted as the kernel counts it.
size_t receive_room(const struct end *end);

int64_t now_ns(void);

#endif
