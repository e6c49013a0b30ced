// SPDX-License-Identifier: Apache-2.0

/**
 * The memory through which two nodes meet: the boot-status variable that a partner reads and the mailbox that it
 * writes, with both ends of each.
 *
 * <p><b>Boot-status variable.</b> {@link BootStatusVariable} is 64 bytes that their owner writes in place and partners
 * read by RDMA READ, without any copy. {@link BootStatusView} views the 64 bytes that a READ delivered.
 *
 * <p><b>Mailbox.</b> {@link Mailbox} is memory that one partner writes by RDMA WRITE. It holds {@link MailboxRecord
 * records}, each in its own {@link MailboxSlot slot}: the two of the handshake, then
 * {@link dev.ffmverbs.ccm.value.PeerInformation} and the {@link ClientEntry client table}.
 *
 * <p><b>Guarantees.</b> RDMA promises no order of bytes within a message and no atomicity beyond it. Therefore every
 * record shows that it is complete: its sequence number is at both ends, and a CRC32C covers what lies between. A
 * record that fails this check is {@link RecordCondition#TORN}. It must be read again, and says nothing about its
 * writer. Magic number and layout version keep their place in every version of a layout, so that a reader of another
 * version can say which one it found. All numbers are little-endian. Writing and examining allocate nothing.
 *
 * <p>This package deals with memory only: it uses no device, no connection and no clock. {@link PartnerMemory} hides
 * what reads and writes a partner's memory.
 *
 * <p>Depends on {@code dev.ffmverbs.ccm.value}, and on {@code dev.ffmverbs} for GIDs and for the status of a
 * completion.
 */
package dev.ffmverbs.ccm.internal.memory;
