// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code bench} command line: options, usage errors, exit statuses, and what is printed. It is the only package
 * that knows picocli.
 *
 * <p>A command checks its options before anything is opened or started, and passes them to the harness or a rig. It
 * turns the results into lines and a status: 0, 1 if a measurement failed or missed its bound, or 2 for wrong usage.
 *
 * <p>It may use every other package of the benchmarks; none of them uses it.
 */
package dev.ffmverbs.benchmarks.command;
