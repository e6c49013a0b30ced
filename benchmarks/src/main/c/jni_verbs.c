// SPDX-License-Identifier: Apache-2.0
/*
 * The JNI side. `poll`, `postSend` and `postReceive` are as thin as JNI allows: static, with primitive arguments and
 * addresses as longs, without copies and calls to the JVM. The two functions of JniStatefulCalls are instance methods
 * that find their state in the object, as bindings with call objects do.
 */
#include <jni.h>
#include <stddef.h>
#include <stdio.h>

#include "loopback.h"

#define STATIC(type, name) \
    JNIEXPORT type JNICALL Java_dev_ffmverbs_benchmarks_binding_JniVerbs_##name
#define STATEFUL(type, name) \
    JNIEXPORT type JNICALL Java_dev_ffmverbs_benchmarks_binding_JniStatefulCalls_##name

/* The offsets of VerbsLayout.java. */
_Static_assert(sizeof(struct ibv_wc) == 48 && offsetof(struct ibv_wc, status) == 8
    && offsetof(struct ibv_wc, opcode) == 12 && offsetof(struct ibv_wc, vendor_err) == 16
    && offsetof(struct ibv_wc, byte_len) == 20 && offsetof(struct ibv_wc, qp_num) == 28
    && offsetof(struct ibv_wc, wc_flags) == 36, "struct ibv_wc");
_Static_assert(sizeof(struct ibv_send_wr) == 128 && offsetof(struct ibv_send_wr, next) == 8
    && offsetof(struct ibv_send_wr, sg_list) == 16 && offsetof(struct ibv_send_wr, num_sge) == 24
    && offsetof(struct ibv_send_wr, opcode) == 28 && offsetof(struct ibv_send_wr, send_flags) == 32
    && offsetof(struct ibv_send_wr, wr.rdma.remote_addr) == 40 && offsetof(struct ibv_send_wr, wr.rdma.rkey) == 48
    && offsetof(struct ibv_send_wr, wr.atomic.compare_add) == 48
    && offsetof(struct ibv_send_wr, wr.atomic.swap) == 56
    && offsetof(struct ibv_send_wr, wr.atomic.rkey) == 64, "struct ibv_send_wr");
_Static_assert(sizeof(struct ibv_recv_wr) == 32 && offsetof(struct ibv_recv_wr, sg_list) == 16
    && offsetof(struct ibv_recv_wr, num_sge) == 24, "struct ibv_recv_wr");
_Static_assert(sizeof(struct ibv_sge) == 16 && offsetof(struct ibv_sge, length) == 8
    && offsetof(struct ibv_sge, lkey) == 12, "struct ibv_sge");

STATIC(jint, poll)(JNIEnv *jvm, jclass type, jlong queue, jint maximum, jlong completions)
{
    (void)jvm;
    (void)type;
    return ibv_poll_cq((struct ibv_cq *)queue, maximum, (struct ibv_wc *)completions);
}

STATIC(jint, postSend)(JNIEnv *jvm, jclass type, jlong queue_pair, jlong request, jlong bad_request)
{
    (void)jvm;
    (void)type;
    return ibv_post_send((struct ibv_qp *)queue_pair, (struct ibv_send_wr *)request,
                         (struct ibv_send_wr **)bad_request);
}

STATIC(jint, postReceive)(JNIEnv *jvm, jclass type, jlong queue_pair, jlong request, jlong bad_request)
{
    (void)jvm;
    (void)type;
    return ibv_post_recv((struct ibv_qp *)queue_pair, (struct ibv_recv_wr *)request,
                         (struct ibv_recv_wr **)bad_request);
}

STATIC(jlong, register)(JNIEnv *jvm, jclass type, jlong loopback, jlong address, jlong length_bytes)
{
    (void)jvm;
    (void)type;
    return (jlong)ibv_reg_mr(((struct loopback *)loopback)->domain, (void *)address, length_bytes,
                             IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE);
}

STATIC(jint, deregister)(JNIEnv *jvm, jclass type, jlong region)
{
    (void)jvm;
    (void)type;
    return ibv_dereg_mr((struct ibv_mr *)region);
}

STATIC(jlong, open)(JNIEnv *jvm, jclass type, jstring device, jlong buffer_bytes)
{
    (void)type;
    char error[256];
    const char *name = (*jvm)->GetStringUTFChars(jvm, device, NULL);
    if (!name)
        return 0;
    struct loopback *loopback = loopback_open(name, buffer_bytes, error, sizeof(error));
    (*jvm)->ReleaseStringUTFChars(jvm, device, name);
    if (!loopback)
        (*jvm)->ThrowNew(jvm, (*jvm)->FindClass(jvm, "java/lang/IllegalStateException"), error);
    return (jlong)loopback;
}

STATIC(void, close)(JNIEnv *jvm, jclass type, jlong loopback)
{
    (void)jvm;
    (void)type;
    loopback_close((struct loopback *)loopback);
}

static struct end *end_of(jlong loopback, jboolean far)
{
    return far ? &((struct loopback *)loopback)->far : &((struct loopback *)loopback)->near;
}

STATIC(jlong, queuePair)(JNIEnv *jvm, jclass type, jlong loopback, jboolean far)
{
    (void)jvm;
    (void)type;
    return (jlong)end_of(loopback, far)->queue_pair;
}

STATIC(jlong, sendQueue)(JNIEnv *jvm, jclass type, jlong loopback, jboolean far)
{
    (void)jvm;
    (void)type;
    return (jlong)end_of(loopback, far)->sends;
}

STATIC(jlong, receiveQueue)(JNIEnv *jvm, jclass type, jlong loopback, jboolean far)
{
    (void)jvm;
    (void)type;
    return (jlong)end_of(loopback, far)->receives;
}

STATIC(jlong, bufferAddress)(JNIEnv *jvm, jclass type, jlong loopback)
{
    (void)jvm;
    (void)type;
    return (jlong)((struct loopback *)loopback)->buffer;
}

STATIC(jint, localKey)(JNIEnv *jvm, jclass type, jlong loopback)
{
    (void)jvm;
    (void)type;
    return (jint)((struct loopback *)loopback)->region->lkey;
}

STATIC(jint, remoteKey)(JNIEnv *jvm, jclass type, jlong loopback)
{
    (void)jvm;
    (void)type;
    return (jint)((struct loopback *)loopback)->region->rkey;
}

STATEFUL(jint, executePoll)(JNIEnv *jvm, jobject call, jlong queue, jint maximum, jlong completions)
{
    (void)jvm;
    (void)call;
    return ibv_poll_cq((struct ibv_cq *)queue, maximum, (struct ibv_wc *)completions);
}

/* The command is a count, followed by requests without pointers. The C list is built here in every call. */
STATEFUL(jint, executePost)(JNIEnv *jvm, jobject call, jlong queue_pair, jlong command)
{
    (void)jvm;
    (void)call;
    struct marshalled {
        int64_t identifier, remote_address, local_address;
        int32_t opcode, flags, remote_key, length_bytes, local_key, unused;
    };
    struct ibv_send_wr requests[SEND_REQUESTS], *bad_request;
    struct ibv_sge elements[SEND_REQUESTS];
    const int64_t count = *(const int64_t *)command;
    const struct marshalled *from = (const struct marshalled *)(command + sizeof(int64_t));
    if (count < 1 || count > SEND_REQUESTS)
        return -1;
    for (int i = 0; i < count; i++) {
        elements[i] = (struct ibv_sge){from[i].local_address, from[i].length_bytes, from[i].local_key};
        requests[i].wr_id = from[i].identifier;
        requests[i].next = i + 1 < count ? &requests[i + 1] : NULL;
        requests[i].sg_list = &elements[i];
        requests[i].num_sge = 1;
        requests[i].opcode = from[i].opcode;
        requests[i].send_flags = from[i].flags;
        if (from[i].opcode == IBV_WR_ATOMIC_FETCH_AND_ADD || from[i].opcode == IBV_WR_ATOMIC_CMP_AND_SWP) {
            requests[i].wr.atomic.remote_addr = from[i].remote_address;
            requests[i].wr.atomic.rkey = from[i].remote_key;
            requests[i].wr.atomic.compare_add = from[i].opcode == IBV_WR_ATOMIC_FETCH_AND_ADD;
            requests[i].wr.atomic.swap = 0;
        } else {
            requests[i].wr.rdma.remote_addr = from[i].remote_address;
            requests[i].wr.rdma.rkey = from[i].remote_key;
        }
    }
    return ibv_post_send((struct ibv_qp *)queue_pair, requests, &bad_request);
}
