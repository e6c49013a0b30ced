// SPDX-License-Identifier: Apache-2.0

/**
 * {@code bench scale}: what a node pays for each partner, from one to a thousand.
 *
 * <p>The node that is measured has a process of its own; its partners are nodes too, many in each of several further
 * processes, every process on a software device with an address of its own. The figures are the measured process'
 * alone: processor time and memory of the partners are not in them, though all compete for the same cores.
 *
 * <p>Depends on the public API of {@code ccm}; nothing depends on it.
 */
package dev.ffmverbs.benchmarks.rigs.scale;
