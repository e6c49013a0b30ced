// SPDX-License-Identifier: Apache-2.0

/**
 * The socket calls of the C library that {@link java.nio.channels.DatagramChannel} lacks: UDP packets in trains
 * ({@code UDP_SEGMENT}, {@code UDP_GRO}), several of them in one call ({@code sendmmsg(2)}, {@code recvmmsg(2)}), and a
 * wait with a timeout in nanoseconds ({@code ppoll(2)}).
 *
 * <p>{@link dev.ffmverbs.softroce.libc.UdpDescriptor} is a UDP socket. {@link
 * dev.ffmverbs.softroce.libc.OutgoingMessages} and {@link dev.ffmverbs.softroce.libc.IncomingMessages} are what it
 * sends and receives in one call, and {@link dev.ffmverbs.softroce.libc.DescriptorWait} waits for it. {@link
 * dev.ffmverbs.softroce.libc.NativeCalls#flaw} tells whether any of this can be used; a program that may not call
 * native code does without it.
 *
 * <p><b>Guarantees.</b> This is the only package of the software device that calls native code. All calls are linked
 * once, enter the kernel, and so are never linked as critical. No call allocates, after its first use. Memory that the
 * kernel reads or writes is freed only once nothing refers to it, and nothing is called with a closed descriptor, so
 * that no order of calls harms the JVM. Structures and constants are those of Linux on 64-bit processors.
 *
 * <p>Depends on {@code dev.ffmverbs.spi} alone, for error numbers: it knows no packet, no queue pair, no clock and no
 * thread.
 */
package dev.ffmverbs.softroce.libc;
