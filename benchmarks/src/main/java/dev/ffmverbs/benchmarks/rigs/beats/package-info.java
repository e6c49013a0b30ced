// SPDX-License-Identifier: Apache-2.0

/**
 * The heartbeats of two nodes beside a plain C program that sends the packets of the same READs at the same interval.
 *
 * <p>The demonstration and the C program run at the same time, and both sleep between two READs. The demonstration is
 * the {@code ccm} command in separate processes, run as its users run it.
 *
 * <p>Depends on the C program of {@link dev.ffmverbs.benchmarks.rigs.soft}, on
 * {@link dev.ffmverbs.benchmarks.process} and on {@link dev.ffmverbs.benchmarks.statistics}; not on {@code ffm-verbs}
 * or {@code ccm}, and not on the command line.
 */
package dev.ffmverbs.benchmarks.rigs.beats;
