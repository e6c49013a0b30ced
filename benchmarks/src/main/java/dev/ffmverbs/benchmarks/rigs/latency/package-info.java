// SPDX-License-Identifier: Apache-2.0

/**
 * The latency rig: two processes, one queue pair each, one operation in flight; measured as perftest measures.
 *
 * <p>{@link dev.ffmverbs.benchmarks.rigs.latency.ReadLoop}, {@link dev.ffmverbs.benchmarks.rigs.latency.WriteLoop} and
 * {@link dev.ffmverbs.benchmarks.rigs.latency.SendLoop} do what {@code ib_read_lat}, {@code ib_write_lat} and
 * {@code ib_send_lat} do between two time stamps, in the same order, so that the numbers compare. The two ends tell
 * each other over TCP how to connect and how many operations come next; nothing of that runs while operations are
 * timed. The client warms both ends up until the latency has stopped to fall and the JIT compiler rests, and says so.
 */
package dev.ffmverbs.benchmarks.rigs.latency;
