// SPDX-License-Identifier: Apache-2.0

/**
 * What was measured, as data: one record per level, written as JSON and read back, and the statistics over runs.
 *
 * <p>Whether a result is valid is decided here, so that an invalid one is marked before anybody sees it. Knows nothing
 * of verbs or of how the measuring was done.
 */
package dev.ffmverbs.benchmarks.result;
