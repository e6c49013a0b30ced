// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.WorkCompletionStatus;

/**
 * What a node does to its partner's memory: four one-sided operations, one outstanding at a time.
 *
 * <p>No method blocks, throws for what the fabric reports, or allocates. After an operation failed, or was given up, no
 * other may be begun: that needs a fresh connection. Used by one thread.
 */
public interface PartnerMemory {

    /** Begins an RDMA READ of the partner's boot-status variable, delivered to {@link #status}. */
    void readStatus();

    /**
     * Begins an RDMA WRITE of {@link #record} into the slot of the partner's mailbox.
     *
     * @param slot which slot.
     */
    void write(MailboxSlot slot);

    /**
     * How the operation begun last stands.
     *
     * @return its status, once; null as long as it is outstanding.
     */
    WorkCompletionStatus poll();

    /**
     * What the last READ delivered.
     *
     * @return the partner's boot-status variable.
     */
    BootStatusView status();

    /**
     * What the next WRITE sends.
     *
     * @return the record to fill before {@link #write}.
     */
    MailboxRecord record();

    /**
     * Where the partner's boot-status variable is.
     *
     * @return the predetermined address in the partner's memory.
     */
    long statusAddress();

    /**
     * Where the partner's mailbox for this node is.
     *
     * @return the predetermined address in the partner's memory.
     */
    long mailboxAddress();
}
