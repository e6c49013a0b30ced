// SPDX-License-Identifier: Apache-2.0

/**
 * Single calls and operations under JMH, and the gate that none of them allocates.
 *
 * <p>Both ends of a connection are in one process and driven by one thread: good for the cost of calls and for counting
 * allocations. What an operation takes between two processes the latency rig measures.
 */
package dev.ffmverbs.benchmarks.jmh;
