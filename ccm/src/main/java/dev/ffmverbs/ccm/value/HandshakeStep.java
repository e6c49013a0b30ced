// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** The four steps of the handshake, in order. */
public enum HandshakeStep {

    /** First RDMA READ of the partner's boot-status variable. It delivers the partner's boot id. */
    R1(true, "READ the partner's boot-status variable"),

    /** First RDMA WRITE into the partner's mailbox: HELLO. */
    W1(false, "WRITE HELLO into the partner's mailbox"),

    /** Second RDMA READ of the boot-status variable. The boot id must be unchanged. */
    R2(true, "READ the boot-status variable again"),

    /** Second RDMA WRITE into the mailbox: ESTABLISHED. */
    W2(false, "WRITE ESTABLISHED into the partner's mailbox");

    private final boolean read;
    private final String purpose;

    HandshakeStep(final boolean read, final String purpose) {
        this.read = read;
        this.purpose = purpose;
    }

    /**
     * Whether the step is an RDMA READ.
     *
     * @return true for a READ, false for a WRITE.
     */
    public boolean isRead() {
        return read;
    }

    /**
     * Returns what the step does, in words.
     *
     * @return one phrase.
     */
    public String purpose() {
        return purpose;
    }
}
