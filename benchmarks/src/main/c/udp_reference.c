// SPDX-License-Identifier: Apache-2.0

// What a plain C program needs to move the packets of RDMA READs over UDP: no protocol, no checksum, the same sizes.
//
//   udp_reference serve   poll|block ADDRESS PORT
//   udp_reference measure poll|block ADDRESS PORT PEER REQUEST_BYTES RESPONSE_BYTES RESPONSES DEPTH OPERATIONS WARM_UP
//       [INTERVAL_US]
//
// An operation is one request of REQUEST_BYTES and its answer, RESPONSES packets of RESPONSE_BYTES each. DEPTH
// operations are in flight. With INTERVAL_US they begin on that schedule, and a late one does not delay the next.
// `measure` prints one line: "p50_ns p99_ns operations elapsed_ns". `serve` ends with the client's last packet. Every
// packet takes one system call, as in the program it is compared with.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MAX_PACKET_BYTES = 8192, SOCKET_BUFFER_BYTES = 1 << 22, MIN_REQUEST_BYTES = 12 };

struct request {
    uint32_t responses; // 0 tells the server to end
    uint32_t response_bytes;
    uint32_t number;
};

static int flags;
static char packet[MAX_PACKET_BYTES];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in address_of(const char *text, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) atoi(port))};
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        fprintf(stderr, "%s is no IPv4 address\n", text);
        exit(2);
    }
    return address;
}

static int open_socket(const char *mode, const char *address, const char *port) {
    flags = strcmp(mode, "poll") == 0 ? MSG_DONTWAIT : 0;
    const int handle = socket(AF_INET, SOCK_DGRAM, 0);
    const int whole = IP_PMTUDISC_DO;
    const int bytes = SOCKET_BUFFER_BYTES;
    const struct sockaddr_in local = address_of(address, port);
    if (handle < 0 || setsockopt(handle, IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof whole) != 0
        || setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) != 0
        || setsockopt(handle, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) != 0
        || bind(handle, (const struct sockaddr *) &local, sizeof local) != 0) {
        fail("socket");
    }
    return handle;
}

static ssize_t receive(const int handle, struct sockaddr_in *source) {
    for (;;) {
        socklen_t length = sizeof *source;
        const ssize_t bytes =
            recvfrom(handle, packet, sizeof packet, flags, (struct sockaddr *) source, &length);
        if (bytes >= 0) {
            return bytes;
        }
        if (errno != EAGAIN && errno != EINTR) {
            fail("recvfrom");
        }
    }
}

static void transmit(const int handle, const struct sockaddr_in *target, const size_t bytes) {
    while (sendto(handle, packet, bytes, 0, (const struct sockaddr *) target, sizeof *target) < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
            fail("sendto");
        }
    }
}

static void serve(const int handle) {
    for (;;) {
        struct sockaddr_in client;
        if (receive(handle, &client) < (ssize_t) sizeof(struct request)) {
            continue;
        }
        struct request request;
        memcpy(&request, packet, sizeof request);
        if (request.responses == 0) {
            return;
        }
        for (uint32_t i = 0; i < request.responses; i++) {
            transmit(handle, &client, request.response_bytes);
        }
    }
}

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int compare(const void *left, const void *right) {
    const int64_t difference = *(const int64_t *) left - *(const int64_t *) right;
    return difference < 0 ? -1 : difference > 0;
}

struct load {
    size_t request_bytes;
    uint32_t response_bytes;
    uint32_t responses;
    uint32_t depth;
    int64_t interval_ns; // 0 if an operation begins as soon as there is room for it
};

static void ask(const int handle, const struct sockaddr_in *server, const struct load *load, const uint32_t number) {
    const struct request request = {load->responses, load->response_bytes, number};
    memcpy(packet, &request, sizeof request);
    transmit(handle, server, load->request_bytes);
}

static void sleep_until(const int64_t time_ns) {
    const struct timespec time = {time_ns / INT64_C(1000000000), time_ns % INT64_C(1000000000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
    }
}

// Operations end in the order in which they began: one peer, one socket, one path.
static void run(const int handle, const struct sockaddr_in *server, const struct load *load, const uint32_t operations,
    int64_t *began_ns, int64_t *took_ns) {
    const int64_t start_ns = now_ns();
    uint32_t begun = 0;
    for (uint32_t ended = 0; ended < operations; ended++) {
        while (begun < operations && begun - ended < load->depth) {
            if (load->interval_ns > 0) {
                sleep_until(start_ns + begun * load->interval_ns);
            }
            began_ns[begun] = now_ns();
            ask(handle, server, load, begun++);
        }
        for (uint32_t i = 0; i < load->responses; i++) {
            struct sockaddr_in source;
            receive(handle, &source);
        }
        took_ns[ended] = now_ns() - began_ns[ended];
    }
}

static void measure(const int handle, char **arguments) {
    const struct sockaddr_in server = address_of(arguments[5], arguments[4]);
    const struct load load = {(size_t) atoi(arguments[6]), (uint32_t) atoi(arguments[7]),
        (uint32_t) atoi(arguments[8]), (uint32_t) atoi(arguments[9]),
        arguments[12] == NULL ? 0 : atoll(arguments[12]) * 1000};
    const uint32_t operations = (uint32_t) atoi(arguments[10]);
    const uint32_t warm_up = (uint32_t) atoi(arguments[11]);
    const uint32_t most = operations > warm_up ? operations : warm_up;
    int64_t *began_ns = calloc(most, sizeof *began_ns);
    int64_t *took_ns = calloc(most, sizeof *took_ns);
    if (began_ns == NULL || took_ns == NULL || load.request_bytes < MIN_REQUEST_BYTES || operations == 0
        || load.request_bytes > MAX_PACKET_BYTES || load.response_bytes > MAX_PACKET_BYTES) {
        fprintf(stderr, "sizes or counts are out of range\n");
        exit(2);
    }
    run(handle, &server, &load, warm_up, began_ns, took_ns);
    const int64_t start_ns = now_ns();
    run(handle, &server, &load, operations, began_ns, took_ns);
    const int64_t elapsed_ns = now_ns() - start_ns;
    const struct load end = {sizeof(struct request), 0, 0, 1, 0};
    ask(handle, &server, &end, 0);
    qsort(took_ns, operations, sizeof *took_ns, compare);
    printf("%lld %lld %u %lld\n", (long long) took_ns[operations / 2],
        (long long) took_ns[(size_t) (operations * 0.99)], operations, (long long) elapsed_ns);
}

int main(const int count, char **arguments) {
    if (count == 5 && strcmp(arguments[1], "serve") == 0) {
        serve(open_socket(arguments[2], arguments[3], arguments[4]));
    } else if ((count == 12 || count == 13) && strcmp(arguments[1], "measure") == 0) {
        measure(open_socket(arguments[2], arguments[3], arguments[4]), arguments);
    } else {
        fprintf(stderr, "see the head of udp_reference.c\n");
        return 2;
    }
    return 0;
}
