// SPDX-License-Identifier: Apache-2.0

/**
 * Processes that benchmarks start: this program again, or other programs.
 *
 * <p>Guarantees: no process outlives the object that started it, and every error includes what it printed.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.benchmarks.process;
