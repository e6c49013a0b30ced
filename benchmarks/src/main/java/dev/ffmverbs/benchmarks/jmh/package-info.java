// SPDX-License-Identifier: Apache-2.0

/**
 * Operations under JMH, and the gate that none of them allocates. It is the only package that knows JMH.
 *
 * <p>JMH is here for its gc profiler: {@link dev.ffmverbs.benchmarks.jmh.AllocationGate} counts what an operation
 * allocates. Both ends of a connection are in one process and driven by one thread. JMH also reports times; what the
 * project publishes about time is measured by {@link dev.ffmverbs.benchmarks.worker} and by the rigs, beside JNI and C.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.device} and on the public API of {@code ffm-verbs}; on no rig, not on
 * {@code ccm}, and not on the command line.
 */
package dev.ffmverbs.benchmarks.jmh;
