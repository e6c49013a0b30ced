// SPDX-License-Identifier: Apache-2.0

/**
 * Taking time samples of an operation, and the file they travel in from the process that measures to the one that
 * reports.
 *
 * <p>A sample is the time of so many calls between two reads of the clock; nothing is computed while samples are taken.
 * The C reference writes the same file, so all bindings are recorded and evaluated alike. Knows nothing of verbs.
 */
package dev.ffmverbs.benchmarks.sampling;
