// SPDX-License-Identifier: Apache-2.0
/* Sets up the device and the connection for the C reference and the JNI bindings. */
#include "loopback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT = 1, TIMEOUT_EXPONENT = 14, RETRY_COUNT = 6, RNR_TIMER = 12 };

static const int REMOTE_ACCESS =
    IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_ATOMIC;

static struct ibv_context *open_device(const char *name)
{
    struct ibv_device **list = ibv_get_device_list(NULL);
    struct ibv_context *context = NULL;
    errno = ENODEV;
    for (struct ibv_device **device = list; device && *device && !context; device++)
        if (strcmp(ibv_get_device_name(*device), name) == 0)
            context = ibv_open_device(*device);
    if (list)
        ibv_free_device_list(list);
    return context;
}

/* Chooses the first IPv4 address, as the Java side does, or else the first address. */
static int choose_gid(struct ibv_context *context, union ibv_gid *chosen)
{
    struct ibv_gid_entry entry;
    int index = 0;
    for (int i = 0; i < 256; i++)
        if (ibv_query_gid_ex(context, PORT, i, &entry, 0) == 0 && entry.gid_type == IBV_GID_TYPE_ROCE_V2
            && entry.gid.global.subnet_prefix == 0) {
            index = i;
            break;
        }
    return ibv_query_gid(context, PORT, index, chosen) == 0 ? index : -1;
}

static int create_end(struct loopback *loopback, struct end *end)
{
    end->sends = ibv_create_cq(loopback->context, SEND_REQUESTS, NULL, NULL, 0);
    end->receives = ibv_create_cq(loopback->context, RECEIVE_REQUESTS, NULL, NULL, 0);
    if (!end->sends || !end->receives)
        return -1;
    struct ibv_qp_init_attr attributes = {
        .send_cq = end->sends,
        .recv_cq = end->receives,
        .qp_type = IBV_QPT_RC,
        .cap = {.max_send_wr = SEND_REQUESTS, .max_recv_wr = RECEIVE_REQUESTS, .max_send_sge = 1, .max_recv_sge = 1},
    };
    end->queue_pair = ibv_create_qp(loopback->domain, &attributes);
    return end->queue_pair ? 0 : -1;
}

static int connect_end(struct loopback *loopback, struct ibv_qp *queue_pair, uint32_t peer)
{
    struct ibv_port_attr port;
    union ibv_gid gid;
    const int gid_index = choose_gid(loopback->context, &gid);
    if (gid_index < 0 || ibv_query_port(loopback->context, PORT, &port))
        return -1;
    struct ibv_qp_attr attributes = {.qp_state = IBV_QPS_INIT, .port_num = PORT, .qp_access_flags = REMOTE_ACCESS};
    if (ibv_modify_qp(queue_pair, &attributes,
                      IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS))
        return -1;
    attributes.qp_state = IBV_QPS_RTR;
    attributes.path_mtu = port.active_mtu;
    attributes.dest_qp_num = peer;
    attributes.max_dest_rd_atomic = 1;
    attributes.min_rnr_timer = RNR_TIMER;
    attributes.ah_attr.is_global = 1;
    attributes.ah_attr.port_num = PORT;
    attributes.ah_attr.dlid = port.lid;
    attributes.ah_attr.grh.dgid = gid;
    attributes.ah_attr.grh.sgid_index = gid_index;
    attributes.ah_attr.grh.hop_limit = 64;
    if (ibv_modify_qp(queue_pair, &attributes,
                      IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN
                          | IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER))
        return -1;
    attributes.qp_state = IBV_QPS_RTS;
    attributes.timeout = TIMEOUT_EXPONENT;
    attributes.retry_cnt = attributes.rnr_retry = RETRY_COUNT;
    attributes.max_rd_atomic = 1;
    return ibv_modify_qp(queue_pair, &attributes,
                         IBV_QP_STATE | IBV_QP_SQ_PSN | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY
                             | IBV_QP_MAX_QP_RD_ATOMIC);
}

static struct loopback *failed(struct loopback *loopback, const char *step, const char *device, char *error,
                               size_t error_bytes)
{
    snprintf(error, error_bytes, "%s on device %s failed: %s", step, device, strerror(errno));
    loopback_close(loopback);
    return NULL;
}

struct loopback *loopback_open(const char *device, size_t buffer_bytes, char *error, size_t error_bytes)
{
    struct loopback *loopback = calloc(1, sizeof(*loopback));
    if (!loopback || !(loopback->context = open_device(device)))
        return failed(loopback, "ibv_open_device", device, error, error_bytes);
    loopback->buffer_bytes = buffer_bytes;
    if (posix_memalign((void **)&loopback->buffer, 4096, buffer_bytes))
        return failed(loopback, "posix_memalign", device, error, error_bytes);
    memset(loopback->buffer, 0, buffer_bytes);
    loopback->domain = ibv_alloc_pd(loopback->context);
    if (!loopback->domain)
        return failed(loopback, "ibv_alloc_pd", device, error, error_bytes);
    loopback->region = ibv_reg_mr(loopback->domain, loopback->buffer, buffer_bytes, REMOTE_ACCESS);
    if (!loopback->region)
        return failed(loopback, "ibv_reg_mr", device, error, error_bytes);
    if (create_end(loopback, &loopback->near) || create_end(loopback, &loopback->far))
        return failed(loopback, "ibv_create_qp", device, error, error_bytes);
    if (connect_end(loopback, loopback->near.queue_pair, loopback->far.queue_pair->qp_num)
        || connect_end(loopback, loopback->far.queue_pair, loopback->near.queue_pair->qp_num))
        return failed(loopback, "ibv_modify_qp", device, error, error_bytes);
    return loopback;
}

static void close_end(struct end *end)
{
    if (end->queue_pair)
        ibv_destroy_qp(end->queue_pair);
    if (end->sends)
        ibv_destroy_cq(end->sends);
    if (end->receives)
        ibv_destroy_cq(end->receives);
}

void loopback_close(struct loopback *loopback)
{
    if (!loopback)
        return;
    close_end(&loopback->near);
    close_end(&loopback->far);
    if (loopback->region)
        ibv_dereg_mr(loopback->region);
    if (loopback->domain)
        ibv_dealloc_pd(loopback->domain);
    if (loopback->context)
        ibv_close_device(loopback->context);
    free(loopback->buffer);
    free(loopback);
}
