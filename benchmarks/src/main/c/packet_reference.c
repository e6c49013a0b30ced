// SPDX-License-Identifier: Apache-2.0

// Moves the packets of RDMA READs and WRITEs over UDP, as a plain C program does: with their headers, sizes, checksums
// and acknowledgements, but without protection of memory and without repair of loss.
//
//   packet_reference serve   MODE SEGMENTS THREADS ADDRESS PORT PEER MEMORY_BYTES
//   packet_reference measure MODE SEGMENTS THREADS ADDRESS PORT PEER OPERATION BYTES MTU PER_POST POSTS PAIRS
//       WARM_UP_MS MEASURE_MS INTERVAL_US
//   packet_reference crc BYTES_IN_HEX       prints the CRC-32, by tables and by the fastest means
//   packet_reference icrc PACKET_IN_HEX     prints the checksum of a packet that begins with its IPv4 header
//
// MODE is poll or block. SEGMENTS is the highest number of packets in a train; 1 means one packet per call. Thread i
// uses port PORT + i. OPERATION is read or write. Each of PAIRS queue pairs has POSTS posts of PER_POST requests in
// flight, fewer if the other end's socket had no room for them. With INTERVAL_US, a request begins on that schedule,
// and a late one does not delay the next.
//
// `serve` prints "ready", and ends when its input does. `measure` prints "begin" and "end" around what counts. It then
// waits for a line, so that its processor time can be read, and prints "figures" with the numbers that print_figures
// names.

#include "requester.h"
#include "responder.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

enum { WINDOW_TIMES = 1000, LEAST_WINDOWS = 20, LIMIT_S = 10 };

static int compare(const void *left, const void *right) {
    const int64_t difference = *(const int64_t *) left - *(const int64_t *) right;
    return difference < 0 ? -1 : difference > 0;
}

static int64_t quantile(int64_t *sorted, const size_t count, const double share) {
    return count == 0 ? 0 : sorted[(size_t) ((double) count * share)];
}

// Replaces times by the medians of their windows, and returns the number of windows.
static size_t medians_of_windows(int64_t *times_ns, const size_t count) {
    const size_t window = count < LEAST_WINDOWS ? 1
        : count > LEAST_WINDOWS * WINDOW_TIMES ? WINDOW_TIMES : count / LEAST_WINDOWS;
    for (size_t i = 0; i < count / window; i++) {
        qsort(times_ns + i * window, window, sizeof *times_ns, compare);
        times_ns[i] = times_ns[i * window + window / 2];
    }
    return count / window;
}

static void print_figures(struct requester **requesters, const uint32_t threads, const int64_t elapsed_ns) {
    size_t times = 0, windows = 0;
    uint64_t operations = 0, least = UINT64_MAX, most = 0;
    int64_t *all = calloc((size_t) threads * MOST_TIMES, sizeof *all);
    int64_t *medians = calloc((size_t) threads * MOST_TIMES, sizeof *medians);
    if (all == NULL || medians == NULL) {
        fail("memory for the figures");
    }
    for (uint32_t i = 0; i < threads; i++) {
        memcpy(all + times, requesters[i]->took_ns, requesters[i]->times * sizeof *all);
        times += requesters[i]->times;
        const size_t count = medians_of_windows(requesters[i]->took_ns, requesters[i]->times);
        memcpy(medians + windows, requesters[i]->took_ns, count * sizeof *medians);
        windows += count;
        for (uint32_t pair = 0; pair < requesters[i]->load->pairs; pair++) {
            const uint64_t counted = requesters[i]->pairs[pair].counted;
            operations += counted;
            least = counted < least ? counted : least;
            most = counted > most ? counted : most;
        }
    }
    qsort(all, times, sizeof *all, compare);
    qsort(medians, windows, sizeof *medians, compare);
    printf("figures operations=%llu elapsedNs=%lld p50Ns=%lld p99Ns=%lld lowerQuartileNs=%lld upperQuartileNs=%lld "
        "leastOfPair=%llu mostOfPair=%llu allocatedBytes=0\n", (unsigned long long) operations, (long long) elapsed_ns,
        (long long) quantile(all, times, 0.5), (long long) quantile(all, times, 0.99),
        (long long) quantile(medians, windows, 0.25), (long long) quantile(medians, windows, 0.75),
        (unsigned long long) least, (unsigned long long) most);
}

static void say(const char *word) {
    puts(word);
    fflush(stdout);
}

// Returns whether there was a line before the end of the input.
static bool await_line(void) {
    int character;
    do {
        character = getchar();
    } while (character != '\n' && character != EOF);
    return character != EOF;
}

static void start(pthread_t *thread, void *(*body)(void *), void *context) {
    const int error = pthread_create(thread, NULL, body, context);
    if (error != 0) {
        errno = error;
        fail("pthread_create");
    }
}

static void measure_all(char **arguments) {
    const uint32_t threads = (uint32_t) atoi(arguments[4]);
    const struct load load = {strcmp(arguments[8], "read") == 0, (uint32_t) atoi(arguments[9]),
        (uint32_t) atoi(arguments[10]), (uint32_t) atoi(arguments[11]), (uint32_t) atoi(arguments[12]),
        (uint32_t) atoi(arguments[13]) / (threads < 1 ? 1 : threads), atoll(arguments[16]) * 1000};
    if (threads < 1 || load.pairs < 1 || load.pairs > MOST_PAIRS || load.posts < 1 || load.posts > MOST_POSTS
        || load.bytes < 1 || load.mtu < 256 || load.mtu > 4096 || load.per_post < 1
        || (load.reads && load.per_post > 1)) {
        fprintf(stderr, "counts or sizes are out of range\n");
        exit(2);
    }
    struct requester **requesters = calloc(threads, sizeof *requesters);
    pthread_t *running = calloc(threads, sizeof *running);
    if (requesters == NULL || running == NULL) {
        fail("memory for the threads");
    }
    for (uint32_t i = 0; i < threads; i++) {
        requesters[i] = new_requester(open_end(arguments[2], (uint32_t) atoi(arguments[3]), LIMIT_S, arguments[5],
            (uint16_t) (atoi(arguments[6]) + (int) i), arguments[7]), &load);
    }
    for (uint32_t i = 0; i < threads; i++) {
        start(&running[i], request_all, requesters[i]);
    }
    sleep_until(now_ns() + atoll(arguments[14]) * 1000000);
    say("begin");
    const int64_t start_ns = now_ns();
    atomic_store(&phase, MEASURE);
    sleep_until(start_ns + atoll(arguments[15]) * 1000000);
    atomic_store(&phase, DONE);
    const int64_t elapsed_ns = now_ns() - start_ns;
    say("end");
    await_line();
    for (uint32_t i = 0; i < threads; i++) {
        pthread_join(running[i], NULL);
    }
    print_figures(requesters, threads, elapsed_ns);
}

static void serve_all(char **arguments) {
    const uint32_t threads = (uint32_t) atoi(arguments[4]);
    struct responder **responders = calloc(threads, sizeof *responders);
    if (threads < 1 || responders == NULL) {
        fail("memory for the threads");
    }
    for (uint32_t i = 0; i < threads; i++) {
        responders[i] = new_responder(open_end(arguments[2], (uint32_t) atoi(arguments[3]), 0, arguments[5],
            (uint16_t) (atoi(arguments[6]) + (int) i), arguments[7]), (uint64_t) atoll(arguments[8]));
    }
    for (uint32_t i = 0; i < threads; i++) {
        pthread_t running;
        start(&running, respond_to_all, responders[i]);
    }
    say("ready");
    while (await_line()) {
    }
}

static size_t parse_hex(const char *text, uint8_t *bytes, const size_t most) {
    size_t count = 0;
    unsigned byte;
    while (count < most && sscanf(text + 2 * count, "%2x", &byte) == 1) {
        bytes[count++] = (uint8_t) byte;
    }
    return count;
}

static void print_checksum(const bool of_packet, const char *text) {
    static uint8_t bytes[RECEIVE_BYTES];
    const size_t count = parse_hex(text, bytes, sizeof bytes);
    if (!of_packet) {
        printf("%08x %08x %s\n", ~crc32_by_tables(UINT32_MAX, bytes, count), ~crc32_fast(UINT32_MAX, bytes, count),
            crc32_means());
        return;
    }
    struct icrc_path path = {.lengths = 0};
    memcpy(&path.source, bytes + 12, 4);
    memcpy(&path.destination, bytes + 16, 4);
    memcpy(&path.source_port, bytes + 20, 2);
    memcpy(&path.destination_port, bytes + 22, 2);
    printf("%08x\n", icrc_of(&path, bytes + 28, count - 28, (uint32_t) get(bytes + 4, 2)));
}

int main(const int count, char **arguments) {
    crc32_prepare();
    if (count == 9 && strcmp(arguments[1], "serve") == 0) {
        serve_all(arguments);
    } else if (count == 17 && strcmp(arguments[1], "measure") == 0) {
        measure_all(arguments);
    } else if (count == 3 && (strcmp(arguments[1], "crc") == 0 || strcmp(arguments[1], "icrc") == 0)) {
        print_checksum(arguments[1][0] == 'i', arguments[2]);
    } else {
        fprintf(stderr, "see the head of packet_reference.c\n");
        return 2;
    }
    return 0;
}
