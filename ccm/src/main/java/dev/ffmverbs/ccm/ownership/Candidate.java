// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** The word that a node has asked the arbiter for and does not own yet, if there is one. */
final class Candidate {

    private OwnershipWord word = OwnershipWord.NONE;
    private boolean won;
    private boolean following;
    private long waitEndsNs;
    private long renewedNs;

    OwnershipWord word() {
        return word;
    }

    /** Whether there is one. */
    boolean isPresent() {
        return word.term() > 0;
    }

    /** Whether the arbiter has said that it is won. */
    boolean isWon() {
        return won;
    }

    boolean is(final OwnershipWord other) {
        return isPresent() && word.equals(other);
    }

    /** Whether this node remembers the term before, so that nobody owns that one but the partner's present process. */
    boolean isFollowing() {
        return following;
    }

    void ask(final OwnershipWord next, final boolean isFollowing) {
        word = next;
        won = false;
        following = isFollowing;
    }

    /** Notes that it is won, by a call that began at this time. */
    void win(final long begunNs, final long newWaitEndsNs) {
        won = true;
        renewedNs = begunNs;
        waitEndsNs = newWaitEndsNs;
    }

    /** Notes whether this node still remembers the term before, because the partner is another process now. */
    void confirm(final boolean isFollowing) {
        following &= isFollowing;
    }

    /** Notes that the arbiter still held it when it was asked at this time. */
    void renew(final long begunNs) {
        renewedNs = Math.max(renewedNs, begunNs);
    }

    void drop() {
        word = OwnershipWord.NONE;
        won = false;
    }

    long waitEndsNs() {
        return waitEndsNs;
    }

    long renewedNs() {
        return renewedNs;
    }

    @Override
    public String toString() {
        return "Candidate[" + word + ", won=" + won + "]";
    }
}
