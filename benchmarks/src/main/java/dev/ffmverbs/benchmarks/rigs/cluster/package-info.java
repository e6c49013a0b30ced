// SPDX-License-Identifier: Apache-2.0

/**
 * What is measured of the cluster connection manager: sessions form, heartbeats are read, partners are missed, a log is
 * mirrored.
 *
 * <p>Both nodes run in the measuring process, each on a software device of its own, so that one clock tells all times.
 * Depends on the public API of {@code ccm} and on {@link dev.ffmverbs.benchmarks.sampling}; the measuring process
 * ({@link dev.ffmverbs.benchmarks.worker}) uses it. It judges nothing but whether what was done was done.
 */
package dev.ffmverbs.benchmarks.rigs.cluster;
