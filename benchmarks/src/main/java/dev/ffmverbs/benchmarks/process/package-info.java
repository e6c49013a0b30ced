// SPDX-License-Identifier: Apache-2.0

/**
 * Processes that benchmarks start: this program again, or other programs.
 *
 * <p>Guarantees: no process outlives the object that started it, nor this process, however that ends. Every error
 * includes what a process printed.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.benchmarks.process;
