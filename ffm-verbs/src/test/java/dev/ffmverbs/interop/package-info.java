// SPDX-License-Identifier: Apache-2.0

/**
 * Tests the binding with third-party programs. The package has Java counterparts of the {@code rping}, {@code udaddy},
 * {@code mckey}, {@code ucmatose}, {@code cmtime}, {@code rdma_client}, {@code rdma_server}, {@code rdma_xclient},
 * {@code rdma_xserver} and {@code ibv_*_pingpong} that come with rdma-core, and the tests that run each against the
 * original in both roles. For two devices of different kinds, it tests every operation in both directions.
 *
 * <p>{@link dev.ffmverbs.interop.Rping}, {@link dev.ffmverbs.interop.PingPong}, {@link
 * dev.ffmverbs.interop.ConnectionProgram}, {@link dev.ffmverbs.interop.DatagramProgram} and {@link
 * dev.ffmverbs.interop.Operations} have a {@code main}, so that the two ends can run on different machines. Everything
 * here uses the public API of {@code dev.ffmverbs} and {@code dev.ffmverbs.cm} alone, as an application would.
 */
package dev.ffmverbs.interop;
