// SPDX-License-Identifier: Apache-2.0

/**
 * Faults on purpose: packets lost, doubled, reordered, corrupted, delayed, or a link cut in one direction.
 *
 * <p>A {@link dev.ffmverbs.softroce.faults.FaultInjector} stands between a connection and its socket, or between two
 * connections in a test. Everything it does follows from a seed, so that what it broke once it breaks again.
 *
 * <p>Depends on the layer {@code wire} alone. Without faults configured a device has no injector, and no cost.
 */
package dev.ffmverbs.softroce.faults;
