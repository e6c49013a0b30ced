// SPDX-License-Identifier: Apache-2.0

/**
 * The C part of the benchmarks, compiled with the system's compiler when {@code bench} runs: the stub libibverbs, the
 * JNI library, the C reference, and the program that moves UDP packets.
 *
 * <p>Guarantees: if something cannot be built, a sentence says why and what to install. Whatever needs it is skipped
 * with this reason.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.process}.
 */
package dev.ffmverbs.benchmarks.natives;
