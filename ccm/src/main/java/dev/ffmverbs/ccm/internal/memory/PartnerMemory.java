// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.WorkCompletionStatus;

/**
 * The one-sided operations of a node on its partner's memory, one outstanding at a time.
 *
 * <p>No method blocks, throws for what the fabric reports, or allocates. After an operation has failed or was
 * abandoned, no other may begin; that needs a fresh connection. Used by one thread.
 */
public interface PartnerMemory {

    /** Begins an RDMA READ of the partner's boot-status variable, delivered to {@link #status}. */
    void readStatus();

    /**
     * Begins an RDMA WRITE of {@link #record} into the slot of the partner's mailbox.
     *
     * @param slot the slot.
     */
    void write(MailboxSlot slot);

    /**
     * Returns the status of the operation that was begun last.
     *
     * @return its status, once; null while the operation is outstanding.
     */
    WorkCompletionStatus poll();

    /**
     * Returns what the last READ delivered.
     *
     * @return the partner's boot-status variable.
     */
    BootStatusView status();

    /**
     * Returns what the next WRITE sends.
     *
     * @return the record to fill before {@link #write}.
     */
    MailboxRecord record();

    /**
     * Returns where the partner's boot-status variable is.
     *
     * @return the predetermined address in the partner's memory.
     */
    long statusAddress();

    /**
     * Returns where the partner's mailbox for this node is.
     *
     * @return the predetermined address in the partner's memory.
     */
    long mailboxAddress();
}
