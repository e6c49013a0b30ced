// SPDX-License-Identifier: Apache-2.0

/**
 * The handshake: READ, WRITE, READ, WRITE to the partner's memory, each only after the previous one has succeeded.
 *
 * <p>{@link Handshake} is one attempt over one connection. Any error ends the attempt. The next attempt begins at the
 * first READ, on a fresh connection, after the time that {@link BackOff} computes. {@link HandshakeTrace} holds every
 * operation that was issued, in order.
 *
 * <p><b>Guarantees.</b> Nothing of a step is issued unless the step before it succeeded in the same attempt. A torn
 * record is read again, a bounded number of times, and is never taken for anything else. Every operation has a separate
 * time limit, because the limit of a queue pair differs from device to device.
 *
 * <p>Does no I/O, starts no threads, and reads no clock but the one passed to it. The partner's memory is a {@link
 * dev.ffmverbs.ccm.internal.memory.PartnerMemory}, and time is a function.
 *
 * <p>Depends on {@code memory}, {@code dev.ffmverbs.ccm.value}, and on {@code dev.ffmverbs} for the status of a
 * completion.
 */
package dev.ffmverbs.ccm.internal.handshake;
