// SPDX-License-Identifier: Apache-2.0

/**
 * The Java bindings that are compared, behind one interface: this project's binding with plain and with critical calls,
 * two over JNI that were written for the comparison, and DiSNI and jucx, which people use.
 *
 * <p>{@link dev.ffmverbs.benchmarks.binding.BindingSession} defines what a binding can do. The measured loops are
 * written against it, so they are the same for all. Bindings are found by {@link java.util.ServiceLoader}; a new one is
 * a class here and a line in {@code META-INF/services}. Those of jucx differ by what carries their operations.
 *
 * <p>Guarantees: methods that are measured allocate nothing, except what DiSNI and jucx allocate for their
 * operations. This package measures nothing and reports nothing.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.device}, on {@link dev.ffmverbs.benchmarks.jucx}, on {@link
 * dev.ffmverbs.benchmarks.process} for DiSNI's jars and its trial, on {@link dev.ffmverbs.benchmarks.result} for the
 * names of the families, and on the public API of {@code ffm-verbs}; not on {@code ccm}.
 */
package dev.ffmverbs.benchmarks.binding;
