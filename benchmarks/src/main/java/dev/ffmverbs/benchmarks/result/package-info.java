// SPDX-License-Identifier: Apache-2.0

/**
 * What was measured, as data: records that are written as JSON and read back.
 *
 * <p>Guarantees: whether a result is valid is decided here, so that an invalid one is marked before anybody sees it.
 * The names of the records' components are those of {@code results.json}, and files of earlier versions can be read.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.sampling} and {@link dev.ffmverbs.benchmarks.statistics}; not on
 * {@code ffm-verbs} or {@code ccm}, and not on what measured or what reports.
 */
package dev.ffmverbs.benchmarks.result;
