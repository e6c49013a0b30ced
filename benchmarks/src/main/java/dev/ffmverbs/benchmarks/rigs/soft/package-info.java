// SPDX-License-Identifier: Apache-2.0

/**
 * The software device beside plain C programs that move the same packets, beside an older build of itself, beside
 * another device of the machine, and beside jucx; and a ring of messages beside Aeron.
 *
 * <p>Each runs in two processes, in turns, with the same load. The C program ({@code src/main/c/packet_reference.c})
 * computes the same checksums of packets of the same sizes, one packet per system call or in trains. It protects no
 * memory and repairs no loss. So a ratio shows the cost of these and of Java.
 *
 * <p>All programs in Java report what their loops measured through one class, so that they are recorded alike. Aeron's
 * classes are on the class path only of the processes that measure it.
 *
 * <p>Guarantees: no process outlives its run, and every error includes what it printed. The process that runs with an
 * older library uses only the public API.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.device}, {@link dev.ffmverbs.benchmarks.jucx}, {@link
 * dev.ffmverbs.benchmarks.natives}, {@link dev.ffmverbs.benchmarks.process}, {@link dev.ffmverbs.benchmarks.result} and
 * {@link dev.ffmverbs.benchmarks.statistics}; on no other rig, not on {@code ccm}, and not on the command line.
 */
package dev.ffmverbs.benchmarks.rigs.soft;
