// SPDX-License-Identifier: Apache-2.0

/**
 * The run of {@code bench}: which suites on which devices through which bindings, in turns, each in a new process.
 *
 * <p>Sides are interleaved run by run, so that a passing load on the machine does not always affect the same side. The
 * harness starts processes and reads their sample files; {@link dev.ffmverbs.benchmarks.worker} measures, and {@link
 * dev.ffmverbs.benchmarks.result} judges.
 *
 * <p>Depends on these two packages, and on {@link dev.ffmverbs.benchmarks.binding}, {@link
 * dev.ffmverbs.benchmarks.device}, {@link dev.ffmverbs.benchmarks.natives}, {@link dev.ffmverbs.benchmarks.process},
 * {@link dev.ffmverbs.benchmarks.rigs.cluster} and {@link dev.ffmverbs.benchmarks.sampling}; not on the report, and not
 * on the command line.
 */
package dev.ffmverbs.benchmarks.harness;
