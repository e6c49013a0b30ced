// SPDX-License-Identifier: Apache-2.0
// What a kernel device says of requests that fail, over libibverbs alone: the status of a request with a local error,
// and whether a queue pair works after it failed remotely and went through RESET. One line for each case.
//
// usage: errors DEVICE
#include <infiniband/verbs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LENGTH = 64, PORT = 1, GID_INDEX = 1 };

struct end {
    struct ibv_cq *cq;
    struct ibv_qp *qp;
};

static struct ibv_context *context;
static struct ibv_pd *pd;
static struct ibv_mr *local, *remote, *unbindable;
static struct end ends[2];
static union ibv_gid gid;

static void require(int holds, const char *what) {
    if (!holds) {
        perror(what);
        exit(1);
    }
}

static struct ibv_mr *reg(int access) {
    void *memory = aligned_alloc(4096, 4096);
    struct ibv_mr *region = ibv_reg_mr(pd, memset(memory, 0, 4096), LENGTH, access);
    require(region != NULL, "ibv_reg_mr");
    return region;
}

static void to_state(struct end *own, struct ibv_qp_attr attr, int mask, const char *what) {
    require(ibv_modify_qp(own->qp, &attr, mask) == 0, what);
}

static void connect_ends(void) {
    for (int i = 0; i < 2; i++) {
        struct end *own = &ends[i];
        to_state(own, (struct ibv_qp_attr) {.qp_state = IBV_QPS_INIT, .port_num = PORT,
            .qp_access_flags = IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_ATOMIC},
            IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS, "INIT");
        struct ibv_qp_attr receive = {.qp_state = IBV_QPS_RTR, .path_mtu = IBV_MTU_1024, .rq_psn = 7,
            .dest_qp_num = ends[1 - i].qp->qp_num, .max_dest_rd_atomic = 4, .min_rnr_timer = 1};
        receive.ah_attr.is_global = 1;
        receive.ah_attr.grh.dgid = gid;
        receive.ah_attr.grh.sgid_index = GID_INDEX;
        receive.ah_attr.grh.hop_limit = 64;
        receive.ah_attr.port_num = PORT;
        to_state(own, receive, IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN
            | IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER, "RTR");
        to_state(own, (struct ibv_qp_attr) {.qp_state = IBV_QPS_RTS, .sq_psn = 7, .timeout = 14, .retry_cnt = 6,
            .rnr_retry = 6, .max_rd_atomic = 4}, IBV_QP_STATE | IBV_QP_SQ_PSN | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT
            | IBV_QP_RNR_RETRY | IBV_QP_MAX_QP_RD_ATOMIC, "RTS");
    }
}

static void reconnect(void) {
    struct ibv_wc wc;
    for (int i = 0; i < 2; i++) {
        to_state(&ends[i], (struct ibv_qp_attr) {.qp_state = IBV_QPS_RESET}, IBV_QP_STATE, "RESET");
        while (ibv_poll_cq(ends[i].cq, 1, &wc) > 0) {
        }
    }
    connect_ends();
}

static const char *execute(int end, struct ibv_send_wr wr) {
    struct ibv_send_wr *bad;
    struct ibv_wc wc;
    wr.send_flags = IBV_SEND_SIGNALED;
    require(ibv_post_send(ends[end].qp, &wr, &bad) == 0, "ibv_post_send");
    for (time_t start = time(NULL); time(NULL) - start < 10;) {
        if (ibv_poll_cq(ends[end].cq, 1, &wc) > 0) {
            return ibv_wc_status_str(wc.status);
        }
    }
    return "no completion in 10 s";
}

static struct ibv_send_wr request(enum ibv_wr_opcode opcode, struct ibv_sge *sge, uint64_t address) {
    struct ibv_send_wr wr = {.opcode = opcode, .sg_list = sge, .num_sge = 1};
    wr.wr.rdma.remote_addr = address;
    wr.wr.rdma.rkey = remote->rkey;
    return wr;
}

static void report(const char *what, const char *status, const char *afterwards) {
    printf("%-52s %-26s %s\n", what, status, afterwards);
    fflush(stdout);
}

// A failed request, then a valid WRITE after both ends went through RESET.
static void check(const char *what, struct ibv_send_wr wr) {
    const char *status = execute(0, wr);
    reconnect();
    struct ibv_sge sge = {(uintptr_t) local->addr, 8, local->lkey};
    const char *afterwards = execute(0, request(IBV_WR_RDMA_WRITE, &sge, (uintptr_t) remote->addr + 32));
    report(what, status, afterwards);
    if (strcmp(afterwards, "success") != 0) {
        for (int i = 0; i < 2; i++) {
            ibv_destroy_qp(ends[i].qp);
            struct ibv_qp_init_attr init = {.send_cq = ends[i].cq, .recv_cq = ends[i].cq, .qp_type = IBV_QPT_RC,
                .cap = {16, 16, 1, 1, 0}};
            ends[i].qp = ibv_create_qp(pd, &init);
            require(ends[i].qp != NULL, "ibv_create_qp");
        }
        connect_ends();
    }
}

static void check_bind(void) {
    struct ibv_mw *window = ibv_alloc_mw(pd, IBV_MW_TYPE_2);
    require(window != NULL, "ibv_alloc_mw");
    struct ibv_send_wr wr = {.opcode = IBV_WR_BIND_MW};
    wr.bind_mw.mw = window;
    wr.bind_mw.rkey = ibv_inc_rkey(window->rkey);
    wr.bind_mw.bind_info = (struct ibv_mw_bind_info) {unbindable, (uintptr_t) unbindable->addr, 8,
        IBV_ACCESS_REMOTE_WRITE};
    check("bind to a region that allows no windows", wr);
    ibv_dealloc_mw(window);
}

static void open_device(const char *name) {
    struct ibv_device **list = ibv_get_device_list(NULL);
    for (int i = 0; list != NULL && list[i] != NULL; i++) {
        if (strcmp(ibv_get_device_name(list[i]), name) == 0) {
            context = ibv_open_device(list[i]);
        }
    }
    require(context != NULL, name);
    pd = ibv_alloc_pd(context);
    require(pd != NULL, "ibv_alloc_pd");
    require(ibv_query_gid(context, PORT, GID_INDEX, &gid) == 0, "ibv_query_gid");
    local = reg(IBV_ACCESS_LOCAL_WRITE);
    unbindable = reg(IBV_ACCESS_LOCAL_WRITE);
    remote = reg(IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_ATOMIC);
    for (int i = 0; i < 2; i++) {
        ends[i].cq = ibv_create_cq(context, 64, NULL, NULL, 0);
        require(ends[i].cq != NULL, "ibv_create_cq");
        struct ibv_qp_init_attr init = {.send_cq = ends[i].cq, .recv_cq = ends[i].cq, .qp_type = IBV_QPT_RC,
            .cap = {16, 16, 1, 1, 0}};
        ends[i].qp = ibv_create_qp(pd, &init);
        require(ends[i].qp != NULL, "ibv_create_qp");
    }
    connect_ends();
}

int main(int count, char **arguments) {
    require(count == 2, "usage: errors DEVICE");
    open_device(arguments[1]);
    uint64_t start = (uintptr_t) remote->addr;
    struct ibv_sge wrong_key = {(uintptr_t) local->addr, 8, local->lkey ^ 0x5a5a5a5a};
    struct ibv_sge beyond = {(uintptr_t) local->addr + LENGTH - 4, 8, local->lkey};
    struct ibv_sge valid = {(uintptr_t) local->addr, 8, local->lkey};
    report("request", "status", "a valid WRITE after RESET");
    check("WRITE with a local key that does not exist", request(IBV_WR_RDMA_WRITE, &wrong_key, start));
    check("SEND with a local key that does not exist", request(IBV_WR_SEND, &wrong_key, 0));
    check("READ with a local key that does not exist", request(IBV_WR_RDMA_READ, &wrong_key, start));
    check("WRITE from beyond a region", request(IBV_WR_RDMA_WRITE, &beyond, start));
    check("READ to beyond a region", request(IBV_WR_RDMA_READ, &beyond, start));
    check_bind();
    struct { const char *name; uint64_t address; } outside[] = {{"1 byte before the region", start - 1},
        {"8 bytes before the region", start - 8}, {"the region's end - 7", start + LENGTH - 7},
        {"the region's end", start + LENGTH}, {"4 GiB after", start + (1ULL << 32)}, {"0", 0}, {"-4", -4}};
    char what[80];
    for (unsigned i = 0; i < sizeof outside / sizeof *outside; i++) {
        snprintf(what, sizeof what, "WRITE to address %s", outside[i].name);
        check(what, request(IBV_WR_RDMA_WRITE, &valid, outside[i].address));
        snprintf(what, sizeof what, "READ of address %s", outside[i].name);
        check(what, request(IBV_WR_RDMA_READ, &valid, outside[i].address));
    }
    return 0;
}
