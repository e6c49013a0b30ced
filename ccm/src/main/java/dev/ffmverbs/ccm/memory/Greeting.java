// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.memory;

/** The two records a node writes into its partner's mailbox during the handshake, each into a slot of its own. */
public enum Greeting {

    /** "I have read your boot id, and this is mine." */
    HELLO(1, 0),

    /** "I have read your boot id again, and it is still the same." */
    ESTABLISHED(2, 128);

    private final int kind;
    private final int offsetBytes;

    Greeting(final int kind, final int offsetBytes) {
        this.kind = kind;
        this.offsetBytes = offsetBytes;
    }

    /**
     * The number that stands for it in the record.
     *
     * @return 1 or 2.
     */
    public int kind() {
        return kind;
    }

    /**
     * Where its slot is.
     *
     * @return offset in the mailbox in bytes.
     */
    public int offsetBytes() {
        return offsetBytes;
    }
}
