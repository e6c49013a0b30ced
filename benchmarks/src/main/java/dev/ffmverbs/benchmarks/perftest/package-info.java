// SPDX-License-Identifier: Apache-2.0

/**
 * The binding against perftest's C programs: same device, same operation, sides alternating, ratio of medians.
 *
 * <p>It only starts processes and compares what they print; the measuring is perftest's and the latency rig's.
 */
package dev.ffmverbs.benchmarks.perftest;
