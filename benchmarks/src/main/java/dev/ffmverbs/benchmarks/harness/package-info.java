// SPDX-License-Identifier: Apache-2.0

/**
 * The run of {@code bench}: which suites on which devices by which bindings, in turns, each in a process of its own,
 * and what comes of it.
 *
 * <p>Sides are interleaved run by run, so that a load that comes and goes on the machine is nobody's in particular.
 * Processes are started and their sample files read here; measuring is {@link dev.ffmverbs.benchmarks.worker}'s,
 * judging is {@link dev.ffmverbs.benchmarks.result}'s.
 */
package dev.ffmverbs.benchmarks.harness;
