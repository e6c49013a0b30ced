// SPDX-License-Identifier: Apache-2.0

/**
 * The basis of every rig: connected endpoints, the loop that times READs, and waits that poll with a time limit.
 *
 * <p>An {@link dev.ffmverbs.benchmarks.device.Endpoint} is an open device with one queue pair and one buffer;
 * {@link dev.ffmverbs.benchmarks.device.EndpointPair} is both ends in one process. No other class of the benchmarks
 * creates queue pairs through the public API.
 *
 * <p>Guarantees: only the public API of {@code ffm-verbs} is used, so that a benchmark pays what an application pays.
 * Every wait has a limit. The timed loops allocate nothing.
 *
 * <p>Depends on {@code ffm-verbs} alone: on no other package of the benchmarks and not on {@code ccm}.
 */
package dev.ffmverbs.benchmarks.device;
