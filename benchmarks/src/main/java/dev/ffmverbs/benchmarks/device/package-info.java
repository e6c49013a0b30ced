// SPDX-License-Identifier: Apache-2.0

/**
 * What every benchmark measures on: an open device with one queue pair and one buffer, connected to another such end.
 *
 * <p>It uses the public API of the binding only, so that a benchmark pays what an application pays. It measures nothing
 * and knows no benchmark.
 */
package dev.ffmverbs.benchmarks.device;
