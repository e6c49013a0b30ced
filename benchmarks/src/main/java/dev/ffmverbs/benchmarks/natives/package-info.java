// SPDX-License-Identifier: Apache-2.0

/**
 * The C part of the benchmarks, compiled with the system's compiler when {@code bench} runs: the stub libibverbs, the
 * JNI library and the C reference.
 *
 * <p>Where something cannot be built, it says why in words that name what to install, and what needs it is skipped.
 */
package dev.ffmverbs.benchmarks.natives;
