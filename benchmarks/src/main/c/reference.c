// SPDX-License-Identifier: Apache-2.0
/*
 * The C reference: the operations and the loops of the Java bindings, timed with the same clock (System.nanoTime reads
 * CLOCK_MONOTONIC), and written sample by sample to the same kind of file.
 *
 *   reference SUITE DEVICE MILLISECONDS FILE [BYTES...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "loopback.h"

enum {
    BATCH = COMPLETIONS_PER_POLL,
    CALLS_PER_SAMPLE = 1000,
    SAMPLES_PER_WINDOW = 1000,
    WINDOWS_PER_BUDGET = 20,
    WARM_UP_WINDOWS = 30,
    MAXIMUM_SAMPLES = 50000,
    POLLS_BEFORE_GIVING_UP = 100000000,
};

struct bench {
    struct loopback *loopback;
    struct ibv_send_wr requests[BATCH];
    struct ibv_recv_wr receive;
    struct ibv_sge elements[BATCH];
    struct ibv_sge receive_element;
    struct ibv_wc completions[BATCH];
    char *borrowed;
    size_t size_bytes;
    int64_t sink;
};

struct operation {
    char name[40];
    int calls_per_sample;
    int completions_per_call;
    /* Returns the number of completions taken; -1 if a verb failed. */
    int64_t (*run)(struct bench *, int calls);
};

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Makes the compiler read memory again, since it may have changed. Costs no instruction. */
static inline void forget_memory(void)
{
    __asm__ volatile("" ::: "memory");
}

static void prepare(struct bench *bench, int requests, enum ibv_wr_opcode opcode, size_t size_bytes, int flags)
{
    const struct loopback *loopback = bench->loopback;
    memset(bench->requests, 0, sizeof(bench->requests));
    for (int i = 0; i < requests; i++) {
        struct ibv_send_wr *request = &bench->requests[i];
        bench->elements[i] =
            (struct ibv_sge){(uintptr_t)loopback->buffer, size_bytes, loopback->region->lkey};
        request->wr_id = i;
        request->next = i + 1 < requests ? request + 1 : NULL;
        request->sg_list = &bench->elements[i];
        request->num_sge = 1;
        request->opcode = opcode;
        request->send_flags = flags;
        const uint64_t remote = (uintptr_t)loopback->buffer + loopback->buffer_bytes / 2;
        if (opcode == IBV_WR_ATOMIC_FETCH_AND_ADD || opcode == IBV_WR_ATOMIC_CMP_AND_SWP) {
            request->wr.atomic.remote_addr = remote;
            request->wr.atomic.rkey = loopback->region->rkey;
            request->wr.atomic.compare_add = opcode == IBV_WR_ATOMIC_FETCH_AND_ADD;
        } else {
            request->wr.rdma.remote_addr = remote;
            request->wr.rdma.rkey = loopback->region->rkey;
        }
    }
}

static int64_t run_nothing(struct bench *bench, int calls)
{
    for (int i = 0; i < calls; i++) {
        forget_memory();
        bench->sink++;
    }
    return 0;
}

static int64_t run_poll(struct bench *bench, int calls)
{
    int64_t taken = 0;
    for (int i = 0; i < calls; i++)
        taken += ibv_poll_cq(bench->loopback->near.sends, BATCH, bench->completions);
    return taken;
}

static int64_t run_post(struct bench *bench, int calls)
{
    struct ibv_send_wr *bad_request;
    for (int i = 0; i < calls; i++)
        if (ibv_post_send(bench->loopback->near.queue_pair, bench->requests, &bad_request))
            return -1;
    return 0;
}

static int take(struct ibv_cq *queue, struct ibv_wc *completions, int wanted)
{
    int taken = 0;
    for (int polls = 0; taken < wanted && polls < POLLS_BEFORE_GIVING_UP; polls++) {
        const int polled = ibv_poll_cq(queue, BATCH, completions);
        if (polled < 0)
            return -1;
        for (int i = 0; i < polled; i++)
            if (completions[i].status != IBV_WC_SUCCESS)
                return -1;
        taken += polled;
    }
    return taken;
}

static int64_t run_complete(struct bench *bench, int calls, int requests)
{
    struct ibv_send_wr *bad_request;
    int64_t taken = 0;
    for (int i = 0; i < calls; i++) {
        if (ibv_post_send(bench->loopback->near.queue_pair, bench->requests, &bad_request))
            return -1;
        const int completed = take(bench->loopback->near.sends, bench->completions, requests);
        if (completed != requests)
            return completed < 0 ? -1 : taken + completed;
        taken += completed;
    }
    return taken;
}

static int64_t run_complete_1(struct bench *bench, int calls)
{
    return run_complete(bench, calls, 1);
}

static int64_t run_complete_4(struct bench *bench, int calls)
{
    return run_complete(bench, calls, 4);
}

static int64_t run_complete_16(struct bench *bench, int calls)
{
    return run_complete(bench, calls, 16);
}

static int64_t run_decode(struct bench *bench, int calls)
{
    int64_t sum = 0;
    for (int call = 0; call < calls; call++) {
        forget_memory();
        for (int i = 0; i < BATCH; i++) {
            const struct ibv_wc *completion = &bench->completions[i];
            if (completion->status == IBV_WC_SUCCESS) {
                sum += completion->wr_id + completion->byte_len;
                if (completion->opcode == IBV_WC_RDMA_WRITE)
                    sum++;
            }
        }
    }
    bench->sink += sum;
    return (int64_t)calls * BATCH;
}

static int64_t run_sends(struct bench *bench, int calls, int requests)
{
    struct loopback *loopback = bench->loopback;
    struct ibv_recv_wr *bad_receive;
    struct ibv_send_wr *bad_request;
    int64_t taken = 0;
    for (int i = 0; i < calls; i++) {
        for (int receive = 0; receive < requests; receive++)
            if (ibv_post_recv(loopback->far.queue_pair, &bench->receive, &bad_receive))
                return -1;
        if (ibv_post_send(loopback->near.queue_pair, bench->requests, &bad_request))
            return -1;
        const int sent = take(loopback->near.sends, bench->completions, requests);
        const int received = take(loopback->far.receives, bench->completions, requests);
        if (sent != requests || received != requests)
            return -1;
        taken += sent + received;
    }
    return taken;
}

static int64_t run_send(struct bench *bench, int calls)
{
    return run_sends(bench, calls, 1);
}

static int64_t run_send_batch(struct bench *bench, int calls)
{
    return run_sends(bench, calls, BATCH);
}

static int64_t run_registration(struct bench *bench, int calls)
{
    for (int i = 0; i < calls; i++) {
        struct ibv_mr *region = ibv_reg_mr(bench->loopback->domain, bench->borrowed, bench->size_bytes,
            IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE);
        if (!region || ibv_dereg_mr(region))
            return -1;
    }
    return 0;
}

static int64_t run_allocation(struct bench *bench, int calls)
{
    for (int i = 0; i < calls; i++) {
        void *memory;
        if (posix_memalign(&memory, 4096, bench->size_bytes))
            return -1;
        memset(memory, 0, bench->size_bytes);
        struct ibv_mr *region = ibv_reg_mr(bench->loopback->domain, memory, bench->size_bytes,
            IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE);
        if (!region || ibv_dereg_mr(region))
            return -1;
        free(memory);
    }
    return 0;
}

static int compare_longs(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int measure(struct bench *bench, const struct operation *operation, int64_t budget_ms, FILE *file)
{
    static int64_t samples[MAXIMUM_SAMPLES];
    const int calls = operation->calls_per_sample;
    fprintf(file, "operation %s\ncalls-per-sample %d\nwarm-up", operation->name, calls);
    const int64_t warm_up_until = now_ns() + budget_ms * 1000000;
    for (int window = 0; window < WARM_UP_WINDOWS && (window < 3 || now_ns() < warm_up_until); window++) {
        const int64_t window_until = now_ns() + budget_ms * 1000000 / WINDOWS_PER_BUDGET;
        int taken = 0;
        do {
            const int64_t start = now_ns();
            operation->run(bench, calls);
            samples[taken++] = now_ns() - start;
        } while (taken < SAMPLES_PER_WINDOW && now_ns() < window_until);
        qsort(samples, taken, sizeof(samples[0]), compare_longs);
        fprintf(file, " %.3f", (double)samples[taken / 2] / calls);
    }
    int64_t completed = 0;
    int count = 0;
    const int64_t until = now_ns() + budget_ms * 1000000;
    int64_t time = now_ns();
    while (count < MAXIMUM_SAMPLES && time < until) {
        const int64_t start = now_ns();
        const int64_t taken = operation->run(bench, calls);
        time = now_ns();
        samples[count++] = time - start;
        completed += taken < 0 ? 0 : taken;
        if (taken != (int64_t)calls * operation->completions_per_call)
            break;
    }
    fprintf(file, "\nexpected %lld\ncompleted %lld\nallocated-bytes 0\nsamples %d\n",
            (long long)count * calls * operation->completions_per_call, (long long)completed, count);
    for (int i = 0; i < count; i++)
        fprintf(file, "%lld\n", (long long)samples[i]);
    return fflush(file);
}

static int run_calls(struct bench *bench, int64_t budget_ms, FILE *file)
{
    const int stub = strcmp(ibv_get_device_name(bench->loopback->context->device), "stub0") == 0;
    static const int batches[] = {1, 4, 16};
    static int64_t (*const complete[])(struct bench *, int) = {run_complete_1, run_complete_4, run_complete_16};
    const struct operation nothing = {"nothing", CALLS_PER_SAMPLE, 0, run_nothing};
    const struct operation poll = {"empty-poll", CALLS_PER_SAMPLE, 0, run_poll};
    int failed = measure(bench, &nothing, budget_ms, file) || measure(bench, &poll, budget_ms, file);
    for (int i = 0; i < 3 && stub; i++) {
        struct operation post = {"", CALLS_PER_SAMPLE, 0, run_post};
        snprintf(post.name, sizeof(post.name), "post-%d", batches[i]);
        prepare(bench, batches[i], IBV_WR_RDMA_WRITE, 8, 0);
        failed = failed || measure(bench, &post, budget_ms, file);
    }
    for (int i = 0; i < 3; i++) {
        struct operation post_and_poll = {"", stub ? CALLS_PER_SAMPLE : 1, batches[i], complete[i]};
        snprintf(post_and_poll.name, sizeof(post_and_poll.name), "post-and-poll-%d", batches[i]);
        prepare(bench, batches[i], IBV_WR_RDMA_WRITE, 8, IBV_SEND_SIGNALED);
        failed = failed || measure(bench, &post_and_poll, budget_ms, file);
    }
    const struct operation decode = {"decode-16", CALLS_PER_SAMPLE, BATCH, run_decode};
    for (int i = 0; i < BATCH; i++)
        bench->completions[i] = (struct ibv_wc){.wr_id = i, .opcode = IBV_WC_RDMA_WRITE, .byte_len = 8};
    return failed || measure(bench, &decode, budget_ms, file);
}

static int run_transfers(struct bench *bench, int64_t budget_ms, FILE *file, size_t size_bytes)
{
    static const struct {
        const char *name;
        enum ibv_wr_opcode opcode;
    } kinds[] = {{"read", IBV_WR_RDMA_READ}, {"write", IBV_WR_RDMA_WRITE}, {"send", IBV_WR_SEND},
                 {"fetch-and-add", IBV_WR_ATOMIC_FETCH_AND_ADD}, {"compare-and-swap", IBV_WR_ATOMIC_CMP_AND_SWP}};
    const struct loopback *loopback = bench->loopback;
    bench->receive_element = (struct ibv_sge){
        (uintptr_t)loopback->buffer + loopback->buffer_bytes / 2, size_bytes, loopback->region->lkey};
    bench->receive = (struct ibv_recv_wr){.sg_list = &bench->receive_element, .num_sge = 1};
    for (int i = 0; i < 5; i++) {
        const int atomic =
            kinds[i].opcode == IBV_WR_ATOMIC_FETCH_AND_ADD || kinds[i].opcode == IBV_WR_ATOMIC_CMP_AND_SWP;
        if (atomic && size_bytes != 8)
            continue;
        const int send = kinds[i].opcode == IBV_WR_SEND;
        struct operation operation = {"", 1, send ? 2 : 1, send ? run_send : run_complete_1};
        snprintf(operation.name, sizeof(operation.name), "%s-%zu", kinds[i].name, size_bytes);
        prepare(bench, 1, kinds[i].opcode, size_bytes, IBV_SEND_SIGNALED);
        if (measure(bench, &operation, budget_ms, file))
            return 1;
        if (atomic)
            continue;
        struct operation batch = {"", 1, send ? 2 * BATCH : BATCH, send ? run_send_batch : run_complete_16};
        snprintf(batch.name, sizeof(batch.name), "%s-batch-%zu", kinds[i].name, size_bytes);
        prepare(bench, BATCH, kinds[i].opcode, size_bytes, IBV_SEND_SIGNALED);
        if (measure(bench, &batch, budget_ms, file))
            return 1;
    }
    return 0;
}

static int run_registrations(struct bench *bench, int64_t budget_ms, FILE *file, size_t size_bytes)
{
    struct operation operation = {"", 1, 0, run_registration};
    snprintf(operation.name, sizeof(operation.name), "register-%zu", size_bytes);
    bench->size_bytes = size_bytes;
    if (posix_memalign((void **)&bench->borrowed, 4096, size_bytes))
        return 1;
    memset(bench->borrowed, 0, size_bytes);
    const int failed = measure(bench, &operation, budget_ms, file);
    free(bench->borrowed);
    struct operation allocation = {"", 1, 0, run_allocation};
    snprintf(allocation.name, sizeof(allocation.name), "allocate-%zu", size_bytes);
    return failed || measure(bench, &allocation, budget_ms, file);
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fprintf(stderr, "usage: reference SUITE DEVICE MILLISECONDS FILE [BYTES...]\n");
        return 2;
    }
    const char *suite = arguments[1];
    const int64_t budget_ms = atoll(arguments[3]);
    size_t largest = 4096;
    for (int i = 5; i < count; i++)
        if (strtoull(arguments[i], NULL, 10) > largest)
            largest = strtoull(arguments[i], NULL, 10);
    const size_t buffer_bytes = strcmp(suite, "data-path") == 0 ? 2 * largest : 8192;
    char error[256];
    struct bench bench = {.loopback = loopback_open(arguments[2], buffer_bytes, error, sizeof(error))};
    FILE *file = fopen(arguments[4], "w");
    if (!bench.loopback || !file) {
        fprintf(stderr, "reference: %s\n", bench.loopback ? "cannot write the file" : error);
        return 1;
    }
    int failed = 0;
    if (strcmp(suite, "calls") == 0)
        failed = run_calls(&bench, budget_ms, file);
    for (int i = 5; i < count && !failed; i++) {
        const size_t size_bytes = strtoull(arguments[i], NULL, 10);
        failed = strcmp(suite, "data-path") == 0 ? run_transfers(&bench, budget_ms, file, size_bytes)
                                                 : run_registrations(&bench, budget_ms, file, size_bytes);
    }
    failed = fclose(file) || failed;
    loopback_close(bench.loopback);
    return failed ? 1 : 0;
}
