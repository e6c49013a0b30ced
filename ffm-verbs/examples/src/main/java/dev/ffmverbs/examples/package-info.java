// SPDX-License-Identifier: Apache-2.0

/**
 * Small programs to read and to start from, one class each. {@code ffm-verbs/bin/examples} lists and runs them.
 *
 * <p>Each has a {@code main} that takes a device and an address of it, {@code soft0} and 127.0.0.1 by default. Those
 * about two processes start the second one themselves, with the same class.
 *
 * <p><b>Guarantees.</b> None beyond those of the libraries. The programs check what they receive and end with an
 * exception where a real program would try again.
 *
 * <p>Depends on {@code dev.ffmverbs}, {@code dev.ffmverbs.async}, {@code dev.ffmverbs.cm}, {@code dev.ffmverbs.ring},
 * {@code dev.ffmverbs.ccm}, {@code dev.ffmverbs.ccm.value}, {@code dev.ffmverbs.ccm.ownership} and {@code
 * dev.ffmverbs.ccm.witness}. Nothing depends on it.
 */
package dev.ffmverbs.examples;
