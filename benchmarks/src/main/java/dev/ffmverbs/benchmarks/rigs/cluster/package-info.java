// SPDX-License-Identifier: Apache-2.0

/**
 * Measurements of the cluster connection manager: sessions form, heartbeats are read, partners fall silent, a log is
 * mirrored.
 *
 * <p>Both nodes run in the measuring process, each on a separate software device, so that one clock gives all times.
 * The package judges only whether everything that was started also completed.
 *
 * <p>Depends on {@code ffm-verbs}, on {@code ccm} and its internal packages, whose parts are measured individually, on
 * {@link dev.ffmverbs.benchmarks.device} and {@link dev.ffmverbs.benchmarks.sampling}; on no other rig, and not on the
 * command line.
 */
package dev.ffmverbs.benchmarks.rigs.cluster;
