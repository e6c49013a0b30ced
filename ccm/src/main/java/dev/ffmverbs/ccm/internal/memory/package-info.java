// SPDX-License-Identifier: Apache-2.0

/**
 * The memory two nodes meet in: the boot-status variable a partner reads, the mailbox it writes, and both ends of each.
 *
 * <p><b>Boot-status variable.</b> {@link BootStatusVariable} is 64 bytes that their owner writes in place and partners
 * read by RDMA READ, without any copy. {@link BootStatusView} views the 64 bytes that a READ delivered.
 *
 * <p><b>Mailbox.</b> {@link Mailbox} is memory that one partner writes by RDMA WRITE. It holds {@link MailboxRecord
 * records}, each in its own {@link MailboxSlot slot}: the two of the handshake, then
 * {@link dev.ffmverbs.ccm.value.PeerInformation} and the {@link ClientEntry client table}.
 *
 * <p><b>Guarantees.</b> RDMA promises no order of bytes within a message and no atomicity beyond it, so every record
 * proves itself: its sequence number stands at both ends and a CRC32C covers what lies between. A record that does not
 * prove itself is {@link RecordCondition#TORN}: it is to be read again and says nothing about its writer. Magic number
 * and layout version keep their place in every version of a layout, so that a reader of another version can say which
 * one it met. All numbers are little-endian. Writing and examining allocate nothing.
 *
 * <p>This package knows memory only: no device, no connection, no clock. What reads and writes a partner's memory is
 * behind {@link PartnerMemory}.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm.value}, and on {@code dev.ffmverbs} for GIDs and for the status of a
 * completion.
 */
package dev.ffmverbs.ccm.internal.memory;
