// SPDX-License-Identifier: Apache-2.0

/**
 * The handshake: READ, WRITE, READ, WRITE to the partner's memory, each only after the one before succeeded.
 *
 * <p>{@link Handshake} is one attempt over one connection. Whatever goes wrong ends the attempt; the next one begins at
 * the first READ, on a fresh connection, when {@link BackOff} says so. {@link HandshakeTrace} holds every operation
 * that was issued, in order.
 *
 * <p><b>Guarantees.</b> Nothing of a step is issued unless the step before it succeeded in the same attempt. A torn
 * record is read again, a bounded number of times, and is never taken for anything else. Every operation has its
 * own time limit, because that of a queue pair differs from device to device.
 *
 * <p>Does no I/O, starts no threads, and reads no clock but the one it is given: the partner's memory is a
 * {@link dev.ffmverbs.ccm.internal.memory.PartnerMemory}, time is a function.
 *
 * <p>Depends on {@code memory}, {@code dev.ffmverbs.ccm.value}, and on {@code dev.ffmverbs} for the status of a
 * completion.
 */
package dev.ffmverbs.ccm.internal.handshake;
