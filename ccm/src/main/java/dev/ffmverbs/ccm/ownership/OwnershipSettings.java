// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/**
 * The figures that the rules of ownership use. All times are nanoseconds of the node's own clock.
 *
 * @param self        which of the two nodes this one is, 0 or 1.
 * @param preferred   which node owns first if neither has owned before, 0 or 1.
 * @param leaseNs     how long one piece of evidence lets its owner own.
 * @param renewalNs   time between two calls of the arbiter.
 * @param waitNs      how long a node that has won waits for the partner's deadline to pass: the lease, stretched by the
 *     clocks' bound.
 * @param meetingNs   how long a node that has just started waits for its partner before it acts alone.
 * @param storeNumber identifies the store to which this node's arbiter leads; 0 if it is not known.
 */
record OwnershipSettings(
    int self, int preferred, long leaseNs, long renewalNs, long waitNs, long meetingNs, long storeNumber) {

    private static final int RENEWALS_IN_A_LEASE = 4;
    private static final int RENEWALS_UNTIL_STALE = 3;

    static OwnershipSettings of(
        final int self, final int preferred, final long leaseNs, final double clockBound, final long meetingNs,
        final long storeNumber) {
        return new OwnershipSettings(self, preferred, leaseNs, Math.max(1, leaseNs / RENEWALS_IN_A_LEASE),
            (long) Math.ceil(leaseNs * ratio(clockBound)) + 1, meetingNs, storeNumber);
    }

    /** How much faster one clock may run than another, if each of them keeps the bound. */
    static double ratio(final double clockBound) {
        return (1 + clockBound) / (1 - clockBound);
    }

    /** The longest time that a call of the arbiter may take. */
    long callLimitNs() {
        return Math.max(1, leaseNs / 2);
    }

    /** After how long without a renewal an owner seems to be gone. */
    long staleNs() {
        return RENEWALS_UNTIL_STALE * renewalNs;
    }

    /** The other node. */
    int other() {
        return 1 - self;
    }

    /** For how long this node lets the partner go first, if neither owns and neither owned last. */
    long precedenceNs() {
        return isPreferred() ? renewalNs : leaseNs;
    }

    boolean isPreferred() {
        return self == preferred;
    }
}
