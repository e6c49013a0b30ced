// SPDX-License-Identifier: Apache-2.0

// The measuring end.

#ifndef REQUESTER_H
#define REQUESTER_H

#include "packets.h"

#include <stdatomic.h>

enum { MOST_POSTS = 64, MOST_TIMES = 1 << 20 };

// The load of a thread.
struct load {
    bool reads;
    uint32_t bytes, mtu, per_post, posts, pairs;
    int64_t interval_ns; // between two posts; 0: a post begins as soon as there is room for it
};

enum phase { WARM_UP, MEASURE, DONE };

// The present phase of all threads.
extern _Atomic int phase;

struct pair {
    uint32_t next_psn, expected;
    uint32_t begun, ended; // posts
    uint32_t last_psn[MOST_POSTS];
    int64_t began_ns[MOST_POSTS];
    uint64_t counted; // requests
};

struct requester {
    struct end *end;
    const struct load *load;
    uint8_t *memory;
    uint32_t most_in_flight, in_flight; // posts
    uint64_t begun;
    uint32_t next_pair;
    struct pair pairs[MOST_PAIRS];
    int64_t *took_ns;
    size_t times;
};

// Creates the requester of an end.
struct requester *new_requester(struct end *end, const struct load *load);

// Posts until the phase is DONE, and takes the answers to all that was posted. A thread's body.
void *request_all(void *requester);

// Sleeps until CLOCK_MONOTONIC shows a time.
void sleep_until(int64_t time_ns);

#endif
