// SPDX-License-Identifier: Apache-2.0

/**
 * Results as data: records that are written as JSON and read back.
 *
 * <p>Guarantees: this package decides whether a result is valid, so that an invalid one is marked before anybody sees
 * it. The names of the records' components are those of {@code results.json}. Files of earlier versions can be read.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.sampling} and {@link dev.ffmverbs.benchmarks.statistics}; not on
 * {@code ffm-verbs} or {@code ccm}, and not on packages that measure or report.
 */
package dev.ffmverbs.benchmarks.result;
