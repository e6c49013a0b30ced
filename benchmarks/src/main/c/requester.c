// SPDX-License-Identifier: Apache-2.0

#include "requester.h"

#include <errno.h>
#include <string.h>
#include <time.h>

// What the kernel keeps along with what a call sends, and counts towards the space of a socket.
enum { CALL_OVERHEAD_BYTES = 1024 };

_Atomic int phase;

static uint64_t offset_of(const struct requester *requester, const uint32_t pair, const uint32_t post,
    const uint32_t i) {
    const struct load *load = requester->load;
    return ((uint64_t) (pair * load->posts + post % load->posts) * load->per_post + i) * load->bytes;
}

static void submit_read(struct requester *requester, struct pair *pair, const uint32_t number, const uint64_t offset) {
    uint8_t *packet = claim(requester->end);
    uint8_t *at = put_reth(put_bth(packet, READ_REQUEST, number, true, pair->next_psn), offset, requester->load->bytes);
    put(at - 8, 4, requester->load->mtu);
    submit(requester->end, BTH_BYTES + RETH_BYTES + ICRC_BYTES);
    pair->next_psn += packets_of(requester->load->bytes, requester->load->mtu);
}

static void submit_write(struct requester *requester, struct pair *pair, const uint32_t number, const uint64_t offset,
    const bool is_last) {
    const struct load *load = requester->load;
    const uint32_t count = packets_of(load->bytes, load->mtu);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *packet = claim(requester->end);
        const int opcode = place(i, count, WRITE_FIRST, WRITE_ONLY);
        uint8_t *at = put_bth(packet, opcode, number, is_last && i == count - 1, pair->next_psn++);
        if (i == 0) {
            at = put_reth(at, offset, load->bytes);
        }
        const uint32_t bytes = i == count - 1 ? load->bytes - i * load->mtu : load->mtu;
        memcpy(at, requester->memory + offset + (size_t) i * load->mtu, bytes);
        submit(requester->end, (size_t) (at - packet) + bytes + ICRC_BYTES);
    }
}

static void post(struct requester *requester, const uint32_t number) {
    struct pair *pair = &requester->pairs[number];
    const struct load *load = requester->load;
    const uint32_t slot = pair->begun % MOST_POSTS;
    pair->began_ns[slot] = now_ns();
    for (uint32_t i = 0; i < load->per_post; i++) {
        const uint64_t offset = offset_of(requester, number, pair->begun, i);
        if (load->reads) {
            submit_read(requester, pair, number, offset);
        } else {
            submit_write(requester, pair, number, offset, i == load->per_post - 1);
        }
    }
    pair->last_psn[slot] = (pair->next_psn - 1) & PSN_MASK;
    pair->begun++;
    requester->in_flight++;
    requester->begun++;
}

static void end_posts_until(struct requester *requester, struct pair *pair, const uint32_t psn) {
    const int64_t time_ns = now_ns();
    while (pair->ended != pair->begun
        && ((psn - pair->last_psn[pair->ended % MOST_POSTS]) & PSN_MASK) < PSN_MASK / 2) {
        if (atomic_load_explicit(&phase, memory_order_relaxed) == MEASURE) {
            pair->counted += requester->load->per_post;
            if (requester->times < MOST_TIMES) {
                requester->took_ns[requester->times++] = time_ns - pair->began_ns[pair->ended % MOST_POSTS];
            }
        }
        pair->ended++;
        requester->in_flight--;
    }
}

static void take_packet(void *context, const uint8_t *packet, const size_t bytes) {
    struct requester *requester = context;
    struct pair *pair = &requester->pairs[pair_of(packet)];
    const uint32_t psn = psn_of(packet);
    if (packet[0] == ACKNOWLEDGE) {
        end_posts_until(requester, pair, psn);
        return;
    }
    require_next(&pair->expected, psn);
    const uint8_t *payload = packet + BTH_BYTES + (packet[0] == RESPONSE_MIDDLE ? 0 : AETH_BYTES);
    const uint32_t packets = packets_of(requester->load->bytes, requester->load->mtu);
    const uint32_t number = (uint32_t) (pair - requester->pairs);
    const uint32_t i = (psn - (pair->last_psn[pair->ended % MOST_POSTS] + 1 - packets)) & PSN_MASK;
    memcpy(requester->memory + offset_of(requester, number, pair->ended, 0) + (size_t) i * requester->load->mtu,
        payload, bytes - (size_t) (payload - packet));
    if (packet[0] == RESPONSE_LAST || packet[0] == RESPONSE_ONLY) {
        end_posts_until(requester, pair, psn);
    }
}

void sleep_until(const int64_t time_ns) {
    const struct timespec time = {time_ns / INT64_C(1000000000), time_ns % INT64_C(1000000000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

// The queue pairs take turns. After one has posted, those after it come first.
static void post_what_has_room(struct requester *requester) {
    const struct load *load = requester->load;
    uint32_t full = 0;
    while (full < load->pairs && requester->in_flight < requester->most_in_flight) {
        const uint32_t number = requester->next_pair;
        requester->next_pair = (number + 1) % load->pairs;
        if (requester->pairs[number].begun - requester->pairs[number].ended < load->posts) {
            post(requester, number);
            full = 0;
        } else {
            full++;
        }
    }
    flush(requester->end);
}

void *request_all(void *context) {
    struct requester *requester = context;
    const int64_t start_ns = now_ns();
    while (atomic_load_explicit(&phase, memory_order_relaxed) != DONE || requester->in_flight > 0) {
        if (atomic_load_explicit(&phase, memory_order_relaxed) != DONE) {
            if (requester->load->interval_ns > 0 && requester->in_flight == 0) {
                sleep_until(start_ns + (int64_t) requester->begun * requester->load->interval_ns);
            }
            post_what_has_room(requester);
        }
        if (requester->in_flight > 0) {
            receive(requester->end, take_packet, requester);
        }
    }
    return NULL;
}

// The packets in flight must fit into half of the space of a socket.
static uint32_t most_posts_in_flight(const struct end *end, const struct load *load) {
    const size_t packets = (size_t) packets_of(load->bytes, load->mtu) * load->per_post;
    const size_t payload = (size_t) load->bytes * load->per_post * 5 / 4;
    const size_t calls = end->most_segments > 1 ? 2 + payload / MOST_TRAIN_BYTES : packets;
    const size_t most = receive_room(end) / 2 / (payload + calls * CALL_OVERHEAD_BYTES);
    return most < 1 ? 1 : most > UINT32_MAX ? UINT32_MAX : (uint32_t) most;
}

struct requester *new_requester(struct end *end, const struct load *load) {
    struct requester *requester = calloc(1, sizeof *requester);
    uint8_t *memory = calloc((size_t) load->pairs * load->posts * load->per_post, load->bytes);
    int64_t *took_ns = calloc(MOST_TIMES, sizeof *took_ns);
    if (requester == NULL || memory == NULL || took_ns == NULL) {
        fail("memory of a thread");
    }
    requester->end = end;
    requester->load = load;
    requester->memory = memory;
    requester->took_ns = took_ns;
    requester->most_in_flight = most_posts_in_flight(end, load);
    return requester;
}
