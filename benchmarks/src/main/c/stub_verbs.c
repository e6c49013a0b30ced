// SPDX-License-Identifier: Apache-2.0
/*
 * A libibverbs.so.1 with one device, stub0, that does no I/O. Every request completes immediately and moves no data, so
 * that only the cost of calling a verb remains. One thread at a time may use a queue.
 *
 * LD_LIBRARY_PATH loads it instead of the system's library. With STUB_LOSE_EVERY=n in the environment, every n-th
 * completion is lost, to show that a benchmark notices. With STUB_GUARD in the environment, the memory of a destroyed
 * queue or queue pair is never freed and cannot be accessed, so that a process that uses it afterwards crashes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <infiniband/verbs.h>

/* The header defines macros with some of the names that are defined here. */
#undef ibv_query_port
#undef ibv_reg_mr
#undef ibv_reg_mr_iova
#undef ibv_get_device_list

enum { MAXIMUM_COMPLETIONS = 1 << 16 };

struct stub_queue {
    struct ibv_cq verbs;
    uint32_t head;
    uint32_t tail;
    uint32_t mask;
    uint64_t signaled;
    uint64_t lose_every;
    struct ibv_wc *ring;
};

static struct ibv_device stub_device = {
    .node_type = IBV_NODE_CA,
    .transport_type = IBV_TRANSPORT_IB,
    .name = "stub0",
    .dev_name = "stub0",
};

static uint32_t next_number = 1;

static void *allocate(size_t bytes)
{
    if (!getenv("STUB_GUARD"))
        return calloc(1, bytes);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static void release(void *memory, size_t bytes)
{
    if (!getenv("STUB_GUARD"))
        free(memory);
    else if (memory && mmap(memory, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0)
                           == MAP_FAILED)
        abort();
}

struct ibv_device **ibv_get_device_list(int *count)
{
    struct ibv_device **list = calloc(2, sizeof(*list));
    if (list)
        list[0] = &stub_device;
    if (count)
        *count = list ? 1 : 0;
    return list;
}

void ibv_free_device_list(struct ibv_device **list)
{
    free(list);
}

const char *ibv_get_device_name(struct ibv_device *device)
{
    return device->name;
}

__be64 ibv_get_device_guid(struct ibv_device *device)
{
    (void)device;
    return 1;
}

static int poll_cq(struct ibv_cq *cq, int maximum, struct ibv_wc *completions)
{
    struct stub_queue *queue = (struct stub_queue *)cq;
    int taken = 0;
    while (taken < maximum && queue->head != queue->tail)
        completions[taken++] = queue->ring[queue->head++ & queue->mask];
    return taken;
}

static int req_notify_cq(struct ibv_cq *cq, int solicited_only)
{
    (void)cq;
    (void)solicited_only;
    return 0;
}

static enum ibv_wc_opcode completion_opcode(enum ibv_wr_opcode opcode)
{
    switch (opcode) {
    case IBV_WR_RDMA_READ:
        return IBV_WC_RDMA_READ;
    case IBV_WR_RDMA_WRITE:
    case IBV_WR_RDMA_WRITE_WITH_IMM:
        return IBV_WC_RDMA_WRITE;
    case IBV_WR_ATOMIC_CMP_AND_SWP:
        return IBV_WC_COMP_SWAP;
    case IBV_WR_ATOMIC_FETCH_AND_ADD:
        return IBV_WC_FETCH_ADD;
    default:
        return IBV_WC_SEND;
    }
}

static int complete(struct stub_queue *queue, const struct ibv_qp *qp, const struct ibv_send_wr *request)
{
    if (queue->lose_every && ++queue->signaled % queue->lose_every == 0)
        return 0;
    if (queue->tail - queue->head > queue->mask)
        return ENOMEM;
    struct ibv_wc *completion = &queue->ring[queue->tail++ & queue->mask];
    completion->wr_id = request->wr_id;
    completion->status = IBV_WC_SUCCESS;
    completion->opcode = completion_opcode(request->opcode);
    completion->vendor_err = 0;
    completion->byte_len = request->num_sge ? request->sg_list[0].length : 0;
    completion->qp_num = qp->qp_num;
    completion->wc_flags = 0;
    return 0;
}

static int post_send(struct ibv_qp *qp, struct ibv_send_wr *request, struct ibv_send_wr **bad_request)
{
    struct stub_queue *queue = (struct stub_queue *)qp->send_cq;
    for (; request; request = request->next) {
        int failure = 0;
        if (request->send_flags & IBV_SEND_SIGNALED)
            failure = complete(queue, qp, request);
        if (failure) {
            *bad_request = request;
            return failure;
        }
    }
    return 0;
}

static int post_recv(struct ibv_qp *qp, struct ibv_recv_wr *request, struct ibv_recv_wr **bad_request)
{
    (void)qp;
    (void)request;
    (void)bad_request;
    return 0;
}

static int query_port(struct ibv_context *context, uint8_t port, struct ibv_port_attr *attributes, size_t length)
{
    (void)context;
    if (port != 1)
        return EINVAL;
    memset(attributes, 0, length);
    attributes->state = IBV_PORT_ACTIVE;
    attributes->max_mtu = IBV_MTU_4096;
    attributes->active_mtu = IBV_MTU_4096;
    attributes->gid_tbl_len = 1;
    attributes->pkey_tbl_len = 1;
    attributes->link_layer = IBV_LINK_LAYER_ETHERNET;
    return 0;
}

int ibv_query_port(struct ibv_context *context, uint8_t port, struct _compat_ibv_port_attr *attributes)
{
    return query_port(context, port, (struct ibv_port_attr *)attributes, offsetof(struct ibv_port_attr, flags));
}

int ibv_query_device(struct ibv_context *context, struct ibv_device_attr *attributes)
{
    (void)context;
    memset(attributes, 0, sizeof(*attributes));
    strcpy(attributes->fw_ver, "stub");
    attributes->max_mr_size = UINT64_MAX;
    attributes->page_size_cap = 4096;
    attributes->max_qp = attributes->max_cq = attributes->max_mr = attributes->max_pd = 1 << 16;
    attributes->max_qp_wr = attributes->max_cqe = MAXIMUM_COMPLETIONS;
    attributes->max_sge = attributes->max_sge_rd = 32;
    attributes->max_qp_rd_atom = attributes->max_qp_init_rd_atom = 16;
    attributes->atomic_cap = IBV_ATOMIC_HCA;
    attributes->phys_port_cnt = 1;
    return 0;
}

int _ibv_query_gid_ex(struct ibv_context *context, uint32_t port, uint32_t index, struct ibv_gid_entry *entry,
                      uint32_t flags, size_t length)
{
    (void)context;
    (void)flags;
    if (port != 1 || index != 0)
        return port == 1 ? ENODATA : EINVAL;
    memset(entry, 0, length);
    entry->port_num = port;
    entry->gid_type = IBV_GID_TYPE_ROCE_V2;
    entry->gid.raw[10] = entry->gid.raw[11] = 0xff;
    entry->gid.raw[12] = 127;
    entry->gid.raw[15] = 1;
    return 0;
}

int ibv_query_gid(struct ibv_context *context, uint8_t port, int index, union ibv_gid *gid)
{
    struct ibv_gid_entry entry;
    if (_ibv_query_gid_ex(context, port, index, &entry, 0, sizeof(entry)))
        return -1;
    *gid = entry.gid;
    return 0;
}

struct ibv_context *ibv_open_device(struct ibv_device *device)
{
    struct verbs_context *extended = calloc(1, sizeof(*extended));
    if (!extended)
        return NULL;
    extended->sz = sizeof(*extended);
    extended->query_port = query_port;
    struct ibv_context *context = &extended->context;
    context->abi_compat = __VERBS_ABI_IS_EXTENDED;
    context->device = device;
    context->cmd_fd = -1;
    context->async_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    context->num_comp_vectors = 1;
    context->ops.poll_cq = poll_cq;
    context->ops.req_notify_cq = req_notify_cq;
    context->ops.post_send = post_send;
    context->ops.post_recv = post_recv;
    return context;
}

int ibv_close_device(struct ibv_context *context)
{
    close(context->async_fd);
    free((char *)context - offsetof(struct verbs_context, context));
    return 0;
}

int ibv_get_async_event(struct ibv_context *context, struct ibv_async_event *event)
{
    (void)context;
    (void)event;
    errno = EAGAIN;
    return -1;
}

void ibv_ack_async_event(struct ibv_async_event *event)
{
    (void)event;
}

struct ibv_pd *ibv_alloc_pd(struct ibv_context *context)
{
    struct ibv_pd *domain = calloc(1, sizeof(*domain));
    if (domain)
        domain->context = context;
    return domain;
}

int ibv_dealloc_pd(struct ibv_pd *domain)
{
    free(domain);
    return 0;
}

struct ibv_mr *ibv_reg_mr_iova2(struct ibv_pd *domain, void *address, size_t length, uint64_t iova,
                                unsigned int access)
{
    (void)iova;
    (void)access;
    struct ibv_mr *region = calloc(1, sizeof(*region));
    if (region) {
        region->context = domain->context;
        region->pd = domain;
        region->addr = address;
        region->length = length;
        region->lkey = region->rkey = next_number++;
    }
    return region;
}

struct ibv_mr *ibv_reg_mr_iova(struct ibv_pd *domain, void *address, size_t length, uint64_t iova, int access)
{
    return ibv_reg_mr_iova2(domain, address, length, iova, access);
}

struct ibv_mr *ibv_reg_mr(struct ibv_pd *domain, void *address, size_t length, int access)
{
    return ibv_reg_mr_iova2(domain, address, length, (uintptr_t)address, access);
}

int ibv_dereg_mr(struct ibv_mr *region)
{
    free(region);
    return 0;
}

struct ibv_cq *ibv_create_cq(struct ibv_context *context, int entries, void *cq_context,
                             struct ibv_comp_channel *channel, int vector)
{
    (void)vector;
    if (entries < 1 || entries > MAXIMUM_COMPLETIONS) {
        errno = EINVAL;
        return NULL;
    }
    struct stub_queue *queue = allocate(sizeof(*queue));
    uint32_t capacity = 1;
    while (capacity < (uint32_t)entries)
        capacity *= 2;
    struct ibv_wc *ring = allocate(capacity * sizeof(*ring));
    if (!queue || !ring) {
        release(queue, sizeof(*queue));
        release(ring, capacity * sizeof(*ring));
        errno = ENOMEM;
        return NULL;
    }
    const char *lose_every = getenv("STUB_LOSE_EVERY");
    queue->lose_every = lose_every ? strtoull(lose_every, NULL, 10) : 0;
    queue->ring = ring;
    queue->mask = capacity - 1;
    queue->verbs.context = context;
    queue->verbs.cq_context = cq_context;
    queue->verbs.channel = channel;
    queue->verbs.cqe = capacity;
    return &queue->verbs;
}

int ibv_destroy_cq(struct ibv_cq *cq)
{
    struct stub_queue *queue = (struct stub_queue *)cq;
    release(queue->ring, ((size_t)queue->mask + 1) * sizeof(*queue->ring));
    release(queue, sizeof(*queue));
    return 0;
}

struct ibv_qp *ibv_create_qp(struct ibv_pd *domain, struct ibv_qp_init_attr *attributes)
{
    struct ibv_qp *qp = allocate(sizeof(*qp));
    if (qp) {
        qp->context = domain->context;
        qp->pd = domain;
        qp->send_cq = attributes->send_cq;
        qp->recv_cq = attributes->recv_cq;
        qp->qp_type = attributes->qp_type;
        qp->state = IBV_QPS_RESET;
        qp->qp_num = next_number++;
    }
    return qp;
}

int ibv_modify_qp(struct ibv_qp *qp, struct ibv_qp_attr *attributes, int mask)
{
    if (mask & IBV_QP_STATE)
        qp->state = attributes->qp_state;
    return 0;
}

int ibv_destroy_qp(struct ibv_qp *qp)
{
    release(qp, sizeof(*qp));
    return 0;
}
