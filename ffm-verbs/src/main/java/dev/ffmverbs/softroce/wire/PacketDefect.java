// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** Why a datagram is not a RoCEv2 packet this device understands; such datagrams are dropped without an answer. */
public enum PacketDefect {

    /** Shorter than its headers, longer than any packet, or not a multiple of four bytes. */
    LENGTH,

    /** An opcode of another transport, or one that is not assigned. */
    OPCODE,

    /** A transport header version other than 0. */
    VERSION,

    /** A partition key other than the default one (full or limited member). */
    PARTITION_KEY
}
