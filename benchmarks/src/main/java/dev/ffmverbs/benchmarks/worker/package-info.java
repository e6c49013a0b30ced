// SPDX-License-Identifier: Apache-2.0

/**
 * The process that measures: one binding, one suite, one device, one run.
 *
 * <p>It is started anew for every run, so that no binding profits or suffers from what the JIT compiler learned of
 * another, and writes its samples to a file. It uses {@link dev.ffmverbs.benchmarks.binding} and
 * {@link dev.ffmverbs.benchmarks.sampling} and judges nothing.
 */
package dev.ffmverbs.benchmarks.worker;
