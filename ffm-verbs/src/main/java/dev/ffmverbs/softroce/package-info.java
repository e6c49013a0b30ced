// SPDX-License-Identifier: Apache-2.0

/**
 * A software RNIC in pure Java: RoCEv2 reliable connections over UDP, wire-compatible with Linux rxe and with NICs.
 *
 * <p>Layers, from the wire upwards, each testable alone and each ignorant of those after it:
 * <ol>
 *   <li>{@link dev.ffmverbs.softroce.wire}: packets and their checksum, pure functions over a buffer;
 *   <li>{@link dev.ffmverbs.softroce.memory}: registered memory, its keys, its bounds, and copies that tear no word;
 *   <li>{@link dev.ffmverbs.softroce.faults}: seeded loss, duplication, reordering, corruption and delay of packets;
 *   <li>{@link dev.ffmverbs.softroce.transport}: the state machines of a connected queue pair, without socket or clock.
 * </ol>
 *
 * <p>The package needs the JDK alone and calls no native code. Users never import it.
 */
package dev.ffmverbs.softroce;
