// SPDX-License-Identifier: Apache-2.0

/**
 * {@code bench soft}: how near the software RoCE device comes to a plain C program that moves the same packets.
 *
 * <p>Two processes each on two loopback addresses, in turns, in the same mode: both poll, or both block. The C program
 * ({@code src/main/c/udp_reference.c}, built with {@code cc} when the benchmark runs) has no protocol, no checksum and
 * no memory to protect, so a ratio is what all of these cost, and Java.
 *
 * <p>{@code bench beats}: how near the heartbeats of two nodes come to the same C program at the same interval. Both
 * run at the same time, and sleep in between as such programs do.
 *
 * <p>Depends on the public API of the binding; nothing depends on it.
 */
package dev.ffmverbs.benchmarks.rigs.soft;
