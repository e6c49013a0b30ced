// SPDX-License-Identifier: Apache-2.0

/**
 * Measurements of what each partner costs a node, from one partner to a thousand.
 *
 * <p>The measured node is alone in its process. Its partners are nodes too, many in each of several further processes.
 * Every process has a software device with a separate address. The figures are those of the measured process. They do
 * not include processor time and memory of the partners, although all compete for the same processors.
 *
 * <p>Depends on the public API of {@code ffm-verbs} and {@code ccm}, {@link dev.ffmverbs.benchmarks.process},
 * {@link dev.ffmverbs.benchmarks.result} and {@link dev.ffmverbs.benchmarks.statistics}; on no other rig, and not on
 * the command line.
 */
package dev.ffmverbs.benchmarks.rigs.scale;
