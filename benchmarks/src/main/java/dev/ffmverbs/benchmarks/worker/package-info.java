// SPDX-License-Identifier: Apache-2.0

/**
 * The measuring process: one binding, one suite, one device, one run.
 *
 * <p>Every run has a new process, so that no binding benefits or suffers from what the JIT compiler has learned about
 * another. The samples go to a file. The loops of {@link dev.ffmverbs.benchmarks.worker.CallWorkload}, {@link
 * dev.ffmverbs.benchmarks.worker.DataPathWorkload} and {@link dev.ffmverbs.benchmarks.worker.RegistrationWorkload} are
 * those of {@code reference.c}, under the same names.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.binding}, {@link dev.ffmverbs.benchmarks.device},
 * {@link dev.ffmverbs.benchmarks.sampling} and {@link dev.ffmverbs.benchmarks.rigs.cluster}; not on the harness that
 * starts it, and not on the command line. It judges nothing.
 */
package dev.ffmverbs.benchmarks.worker;
