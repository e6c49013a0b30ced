// SPDX-License-Identifier: Apache-2.0

/**
 * What a node pays for each partner, from one partner to a thousand.
 *
 * <p>The measured node is alone in its process. Its partners are nodes too, many in each of several further processes,
 * every process on a software device with its own address. The figures are those of the measured process: processor
 * time and memory of the partners are not in them, though all compete for the same processors.
 *
 * <p>Depends on the public API of {@code ffm-verbs} and {@code ccm}, {@link dev.ffmverbs.benchmarks.process},
 * {@link dev.ffmverbs.benchmarks.result} and {@link dev.ffmverbs.benchmarks.statistics}; on no other rig, and not on
 * the command line.
 */
package dev.ffmverbs.benchmarks.rigs.scale;
