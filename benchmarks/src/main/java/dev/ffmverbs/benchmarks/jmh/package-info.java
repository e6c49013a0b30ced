// SPDX-License-Identifier: Apache-2.0

/**
 * Operations under JMH, and the gate that fails if one of them allocates. This is the only package that uses JMH.
 *
 * <p>JMH is used for its gc profiler: {@link dev.ffmverbs.benchmarks.jmh.AllocationGate} counts what an operation
 * allocates. One thread drives both ends of a connection, in one process. JMH also reports times; what the project
 * publishes about time is measured by {@link dev.ffmverbs.benchmarks.worker} and by the rigs, beside JNI and C.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.device} and on the public API of {@code ffm-verbs}; on no rig, not on
 * {@code ccm}, and not on the command line.
 */
package dev.ffmverbs.benchmarks.jmh;
