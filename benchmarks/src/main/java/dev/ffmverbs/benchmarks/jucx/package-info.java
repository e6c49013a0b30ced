// SPDX-License-Identifier: Apache-2.0

/**
 * UCX through jucx, the JNI library that Java programs use today, as one of those that are compared.
 *
 * <p>A {@link dev.ffmverbs.benchmarks.jucx.JucxEnd} has a context, a worker, a registered buffer and an endpoint to its
 * peer. It does with jucx what an end of the benchmarks does with verbs: GET for READ, PUT and a flush for WRITE, a
 * tagged message for SEND. {@link dev.ffmverbs.benchmarks.jucx.JucxTransport} chooses what carries
 * it, and says why that cannot be had; it can be used where jucx is not on the class path.
 *
 * <p>Guarantees: this package adds no object to those that jucx itself creates for an operation. jucx is asked for no
 * more features than are used, so that it takes its shortest paths.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.process} and on {@code org.openucx.jucx}; on no other package of the
 * benchmarks, and not on {@code ffm-verbs}.
 */
package dev.ffmverbs.benchmarks.jucx;
