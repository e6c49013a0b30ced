// SPDX-License-Identifier: Apache-2.0

/**
 * Takes time samples of an operation, and defines the file that carries them from the measuring process to the
 * reporting one.
 *
 * <p>A sample is the time of a number of calls between two reads of the clock. The C reference writes the same file, so
 * all bindings are recorded and evaluated alike.
 *
 * <p>Guarantees: nothing is computed or allocated while samples that count are taken.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.statistics} alone; not on {@code ffm-verbs} or {@code ccm}.
 */
package dev.ffmverbs.benchmarks.sampling;
