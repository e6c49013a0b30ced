// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** Says how an operation of the handshake, or a whole attempt, ended. */
public enum AttemptOutcome {

    /** It succeeded. */
    OK("succeeded", Retry.AT_ONCE),

    /** Nobody answers at the partner's address: the normal case while the partner is down. */
    UNREACHABLE("nobody answers at the partner's address", Retry.PARTNER_ABSENT),

    /** The partner's machine answers, but no node listens there: the normal case while the partner starts. */
    NOT_LISTENING("nobody listens at the partner's address and port", Retry.PARTNER_ABSENT),

    /** The partner is shutting down cleanly. */
    PARTNER_LEAVING("the partner is leaving", Retry.PARTNER_ABSENT),

    /** The partner's boot-status variable has not been written yet, or other memory was read. */
    STATUS_ABSENT("there is no boot-status variable at that address (yet)", Retry.PARTNER_ABSENT),

    /** The boot-status variable was torn in every one of a bounded number of READs. */
    STATUS_TORN("the boot-status variable was torn in every READ", Retry.SOON),

    /** The partner's boot id changed between the two READs: it restarted. */
    PARTNER_RESTARTED("the partner's boot id changed between the two READs", Retry.SOON),

    /** The operation did not complete within its time limit. */
    TIMED_OUT("the operation did not complete in time", Retry.SOON),

    /** The operation completed with an error. */
    OPERATION_FAILED("the operation failed", Retry.SOON),

    /** The connection ended, or could not be made for a reason on this machine. */
    CONNECTION_FAILED("the connection failed", Retry.SOON),

    /** The partner does not list this node among its partners. */
    UNKNOWN_TO_PARTNER("the partner does not know this node", Retry.SLOWLY),

    /** Another node answers at the partner's address. */
    WRONG_PARTNER("another node answers at the partner's address", Retry.SLOWLY),

    /** The partner has its memory at other addresses than configured. */
    WRONG_MEMORY_ADDRESS("the partner has its memory at another address than configured", Retry.SLOWLY),

    /** The partner's layout or protocol version is not this node's. */
    WRONG_LAYOUT_VERSION("the partner has another layout version", Retry.SLOWLY),

    /** One of the nodes has not proved that it has the shared secret of the other. */
    WRONG_SECRET("the nodes do not have the same shared secret", Retry.SLOWLY),

    /** The partner's heartbeats are too far apart for this node's thresholds, or their interval is impossible. */
    INCOMPATIBLE_INTERVAL("the partner's heartbeat interval does not fit this node's thresholds", Retry.SLOWLY),

    /** The partner's record of its version and features is malformed. */
    MALFORMED_INFORMATION("the partner's information about itself is malformed", Retry.SLOWLY),

    /** The nodes' protocol versions are incompatible. */
    INCOMPATIBLE_VERSION("the nodes speak incompatible protocol versions", Retry.SLOWLY);

    /** Says when an attempt that ended in this way is repeated. */
    public enum Retry {

        /** No waiting is needed. */
        AT_ONCE,

        /** Back off: something is in flux. */
        SOON,

        /** Back off, but try immediately when the partner connects. */
        PARTNER_ABSENT,

        /** Wait longer: a configuration or a version has to change first. */
        SLOWLY
    }

    private final String words;
    private final Retry retry;

    AttemptOutcome(final String words, final Retry retry) {
        this.words = words;
        this.retry = retry;
    }

    /**
     * Returns the outcome in words.
     *
     * @return a clause without a full stop.
     */
    public String words() {
        return words;
    }

    /**
     * Says when an attempt that ended in this way is repeated.
     *
     * @return how soon.
     */
    public Retry retry() {
        return retry;
    }
}
