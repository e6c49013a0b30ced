// SPDX-License-Identifier: Apache-2.0

/**
 * Tests the binding with third-party programs. The package has Java counterparts of the {@code rping},
 * {@code ibv_rc_pingpong} and {@code ibv_srq_pingpong} that come with rdma-core, and the tests that run each against
 * the original in both roles. For two devices of different kinds, it tests every operation in both directions.
 *
 * <p>{@link dev.ffmverbs.interop.Rping}, {@link dev.ffmverbs.interop.PingPong} and
 * {@link dev.ffmverbs.interop.Operations} have a {@code main}, so that the two ends can run on different machines.
 * Everything here uses the public API of {@code dev.ffmverbs} and {@code dev.ffmverbs.cm} alone, as an application
 * would.
 */
package dev.ffmverbs.interop;
