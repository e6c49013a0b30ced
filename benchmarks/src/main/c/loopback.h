// SPDX-License-Identifier: Apache-2.0
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <infiniband/verbs.h>

/* One of two connected queue pairs. */
struct end {
    struct ibv_cq *sends;
    struct ibv_cq *receives;
    struct ibv_qp *queue_pair;
};

/* An open device with two connected ends in this process. The first half of the buffer belongs to the near end. */
struct loopback {
    struct ibv_context *context;
    struct ibv_pd *domain;
    struct end near;
    struct end far;
    struct ibv_mr *region;
    char *buffer;
    size_t buffer_bytes;
};

enum { COMPLETIONS_PER_POLL = 16, SEND_REQUESTS = 64, RECEIVE_REQUESTS = 512 };

/* Opens a device by its name. Returns NULL on failure, with the reason in `error`. */
struct loopback *loopback_open(const char *device, size_t buffer_bytes, char *error, size_t error_bytes);

void loopback_close(struct loopback *loopback);

#endif
