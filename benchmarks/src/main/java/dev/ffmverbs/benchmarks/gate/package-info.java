// SPDX-License-Identifier: Apache-2.0

/**
 * The regression gate: ratios and allocation on the stub, with bounds wide enough for a machine that others use too.
 *
 * <p>Judges figures and takes none. Times alone are never judged.
 */
package dev.ffmverbs.benchmarks.gate;
