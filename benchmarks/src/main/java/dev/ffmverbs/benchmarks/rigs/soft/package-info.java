// SPDX-License-Identifier: Apache-2.0

/**
 * The software device beside a plain C program that moves the same packets.
 *
 * <p>Two processes each on two loopback addresses, in turns, in the same mode: both poll, or both block. The C program
 * ({@code src/main/c/udp_reference.c}) has no protocol, no checksum and no memory to protect, so a ratio shows what all
 * of these cost, and Java.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.device}, {@link dev.ffmverbs.benchmarks.natives},
 * {@link dev.ffmverbs.benchmarks.process} and {@link dev.ffmverbs.benchmarks.statistics}; on no other rig, not on
 * {@code ccm}, and not on the command line.
 */
package dev.ffmverbs.benchmarks.rigs.soft;
