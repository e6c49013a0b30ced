// SPDX-License-Identifier: Apache-2.0

/**
 * The Java bindings that are compared, behind one interface: this project's with plain and with critical calls, and two
 * over JNI that were written for the comparison.
 *
 * <p>{@link dev.ffmverbs.benchmarks.binding.BindingSession} is what a binding can do; the loops that are measured are
 * written against it, so they are the same for all. Bindings are found by {@link java.util.ServiceLoader}. This package
 * measures nothing and reports nothing.
 */
package dev.ffmverbs.benchmarks.binding;
