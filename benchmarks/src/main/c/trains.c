// SPDX-License-Identifier: Apache-2.0

#include "trains.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { SOCKET_BUFFER_BYTES = 1 << 22, POLLS_PER_LOOK = 1 << 16 };

void fail(const char *what) {
    perror(what);
    exit(1);
}

int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static struct sockaddr_in address_of(const char *text, const uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        fprintf(stderr, "%s is not an IPv4 address\n", text);
        exit(2);
    }
    return address;
}

static void set(const int handle, const int level, const int option, const int value, const char *name) {
    if (setsockopt(handle, level, option, &value, sizeof value) != 0) {
        fail(name);
    }
}

struct end *open_end(const char *mode, const uint32_t most_segments, const int limit_s, const char *address,
    const uint16_t port, const char *peer) {
    struct end *end = calloc(1, sizeof *end);
    if (end == NULL || most_segments < 1 || most_segments > MOST_SEGMENTS) {
        fprintf(stderr, "no memory, or a train of %u packets\n", most_segments);
        exit(2);
    }
    const struct sockaddr_in local = address_of(address, port);
    end->polls = strcmp(mode, "poll") == 0;
    end->most_segments = most_segments;
    end->limit_s = limit_s;
    end->peer = address_of(peer, port);
    end->sending.source = end->receiving.destination = local.sin_addr.s_addr;
    end->sending.destination = end->receiving.source = end->peer.sin_addr.s_addr;
    end->sending.source_port = end->sending.destination_port = htons(port);
    end->receiving.source_port = end->receiving.destination_port = htons(port);
    end->handle = socket(AF_INET, SOCK_DGRAM, 0);
    if (end->handle < 0) {
        fail("socket");
    }
    set(end->handle, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, "IP_MTU_DISCOVER"); // identification 0, 1, 2, ...
    set(end->handle, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER_BYTES, "SO_RCVBUF");
    set(end->handle, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER_BYTES, "SO_SNDBUF");
    const struct timeval limit = {.tv_sec = limit_s}; // 0: none
    if (setsockopt(end->handle, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) {
        fail("SO_RCVTIMEO");
    }
    if (most_segments > 1) {
        set(end->handle, IPPROTO_UDP, UDP_GRO, 1, "UDP_GRO");
    }
    if (bind(end->handle, (const struct sockaddr *) &local, sizeof local) != 0) {
        fail(address);
    }
    return end;
}

size_t receive_room(const struct end *end) {
    int bytes = 0;
    socklen_t length = sizeof bytes;
    if (getsockopt(end->handle, SOL_SOCKET, SO_RCVBUF, &bytes, &length) != 0) {
        fail("SO_RCVBUF");
    }
    return (size_t) bytes;
}

uint8_t *claim(struct end *end) {
    return end->train + end->bytes;
}

static void append(struct end *end, const size_t bytes) {
    uint8_t *packet = end->train + end->bytes;
    const uint32_t checksum = icrc_of(&end->sending, packet, bytes, end->segments);
    for (int i = 0; i < ICRC_BYTES; i++) {
        packet[bytes - ICRC_BYTES + i] = (uint8_t) (checksum >> 8 * i);
    }
    if (end->segments++ == 0) {
        end->segment_bytes = bytes;
    }
    end->ends_short = bytes < end->segment_bytes;
    end->bytes += bytes;
}

void submit(struct end *end, const size_t bytes) {
    if (end->segments > 0 && (end->ends_short || bytes > end->segment_bytes || end->bytes + bytes > MOST_TRAIN_BYTES)) {
        const uint8_t *packet = claim(end);
        flush(end);
        memmove(end->train, packet, bytes);
    }
    append(end, bytes);
    if (end->segments == end->most_segments) {
        flush(end);
    }
}

void flush(struct end *end) {
    if (end->segments == 0) {
        return;
    }
    struct iovec memory = {end->train, end->bytes};
    union {
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr alignment;
    } control = {{0}};
    struct msghdr message = {.msg_name = &end->peer, .msg_namelen = sizeof end->peer, .msg_iov = &memory,
        .msg_iovlen = 1};
    if (end->segments > 1) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = IPPROTO_UDP;
        header->cmsg_type = UDP_SEGMENT;
        header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
        const uint16_t segment_bytes = (uint16_t) end->segment_bytes;
        memcpy(CMSG_DATA(header), &segment_bytes, sizeof segment_bytes);
    }
    while (sendmsg(end->handle, &message, 0) < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
            fail("sendmsg");
        }
    }
    end->bytes = 0;
    end->segments = 0;
    end->ends_short = false;
}

static void give_up(void) {
    fprintf(stderr, "nothing arrived from the other end in time; a lost packet is not repaired\n");
    exit(1);
}

static size_t receive_call(struct end *end, size_t *segment_bytes) {
    int64_t start_ns = 0;
    for (uint32_t polls = 1;; polls++) {
        struct iovec memory = {end->received, sizeof end->received};
        union {
            char bytes[CMSG_SPACE(sizeof(int))];
            struct cmsghdr alignment;
        } control;
        struct msghdr message = {.msg_iov = &memory, .msg_iovlen = 1, .msg_control = control.bytes,
            .msg_controllen = end->most_segments > 1 ? sizeof control.bytes : 0};
        const ssize_t bytes = recvmsg(end->handle, &message, end->polls ? MSG_DONTWAIT : 0);
        if (bytes >= 0) {
            *segment_bytes = (size_t) bytes;
            for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
                 header = CMSG_NXTHDR(&message, header)) {
                if (header->cmsg_level == IPPROTO_UDP && header->cmsg_type == UDP_GRO) {
                    int size;
                    memcpy(&size, CMSG_DATA(header), sizeof size);
                    *segment_bytes = (size_t) size;
                }
            }
            return (size_t) bytes;
        }
        if (errno != EAGAIN && errno != EINTR) {
            fail("recvmsg");
        }
        if (errno == EAGAIN && !end->polls) {
            give_up();
        }
        if (end->limit_s > 0 && polls % POLLS_PER_LOOK == 0) {
            const int64_t time_ns = now_ns();
            if (start_ns != 0 && time_ns - start_ns > end->limit_s * INT64_C(1000000000)) {
                give_up();
            }
            start_ns = start_ns == 0 ? time_ns : start_ns;
        }
    }
}

static void check(struct end *end, uint8_t *packet, const size_t bytes, const uint32_t identification) {
    uint32_t received = 0;
    for (int i = 0; i < ICRC_BYTES; i++) {
        received |= (uint32_t) packet[bytes - ICRC_BYTES + i] << 8 * i;
    }
    if (identification >= MOST_IDENTIFICATIONS || bytes < BTH_BYTES + ICRC_BYTES
        || icrc_of(&end->receiving, packet, bytes, identification) != received) {
        fprintf(stderr, "packet %u of a train, %zu bytes, has a wrong checksum\n", identification, bytes);
        exit(1);
    }
}

void receive(struct end *end, packet_handler *handler, void *context) {
    size_t segment_bytes;
    const size_t bytes = receive_call(end, &segment_bytes);
    uint32_t identification = 0;
    for (size_t at = 0; at < bytes; at += segment_bytes) {
        const size_t length = bytes - at < segment_bytes ? bytes - at : segment_bytes;
        check(end, end->received + at, length, identification++);
        handler(context, end->received + at, length - ICRC_BYTES);
    }
}
