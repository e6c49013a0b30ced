// SPDX-License-Identifier: Apache-2.0

/**
 * The socket calls of the C library that {@link java.nio.channels.DatagramChannel} lacks. They send and receive UDP
 * packets in trains ({@code UDP_SEGMENT}, {@code UDP_GRO}) and several of them in one call ({@code sendmmsg(2)},
 * {@code recvmmsg(2)}). They also wait with a timeout in nanoseconds ({@code ppoll(2)}).
 *
 * <p>{@link dev.ffmverbs.softroce.libc.UdpDescriptor} is a UDP socket. It sends
 * {@link dev.ffmverbs.softroce.libc.OutgoingMessages} and receives {@link dev.ffmverbs.softroce.libc.IncomingMessages}
 * in one call. {@link dev.ffmverbs.softroce.libc.DescriptorWait} waits for it. {@link
 * dev.ffmverbs.softroce.libc.EventSignal} is a descriptor that other programs' loops wait for.
 * {@link dev.ffmverbs.softroce.libc.NativeCalls#flaw} returns whether this package can be used. A program that may not
 * call native code works without it.
 *
 * <p><b>Guarantees.</b> This is the only package of the software device that calls native code. All calls are linked
 * once. They enter the kernel and are therefore never linked as critical. No call allocates after its first use. Memory
 * that the kernel reads or writes is freed only once nothing refers to it, and nothing is called with a closed
 * descriptor. No order of calls therefore harms the JVM. Structures and constants are those of Linux on 64-bit
 * processors.
 *
 * <p>Depends on {@code dev.ffmverbs.spi} only, for error numbers. Knows no packets, no queue pairs, no clock and no
 * threads.
 */
package dev.ffmverbs.softroce.libc;
