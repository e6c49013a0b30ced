// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code bench} command: what verbs, handshakes and heartbeats cost, measured so that the numbers can be compared.
 *
 * <p>Each subpackage is one way to measure: {@code latency} is a rig of two processes, {@code jmh} measures single
 * calls, {@code perftest} sets the rig's numbers against those of the C tools. All stand on {@code device}.
 */
package dev.ffmverbs.benchmarks;
