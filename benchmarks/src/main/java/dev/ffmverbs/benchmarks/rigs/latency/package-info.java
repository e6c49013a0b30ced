// SPDX-License-Identifier: Apache-2.0

/**
 * The latency rig: two processes, one queue pair each, one operation in flight, measured as perftest measures.
 *
 * <p>Between two time stamps each end runs what {@code ib_read_lat}, {@code ib_write_lat} and {@code ib_send_lat} run
 * there, in the same order, so that the numbers can be compared. The ends exchange addresses and the number of
 * operations over TCP, but not while operations are timed. The client warms both ends up until the latency has stopped
 * falling and the JIT compiler is idle, and prints the course of the warm-up.
 *
 * <p>{@link dev.ffmverbs.benchmarks.rigs.latency.PerftestRig} runs the rig and perftest's programs in turns on one
 * device.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.device}, {@link dev.ffmverbs.benchmarks.process},
 * {@link dev.ffmverbs.benchmarks.sampling} and {@link dev.ffmverbs.benchmarks.statistics}; on no other rig, not on
 * {@code ccm}, and not on the command line.
 */
package dev.ffmverbs.benchmarks.rigs.latency;
