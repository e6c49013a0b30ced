// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.function.LongSupplier;

/** When voices that have lost their memory are given a word by this node, and which one. */
final class Founding {

    /** How often an owner gives its word to voices that have lost theirs, while a majority has not. */
    private static final int LEASES_BETWEEN_FOUNDINGS = 10;

    private final OwnershipSettings settings;
    private final ArbiterView arbiter;
    private final PartnerView partner;
    private final LongSupplier firstTerm;
    private long dueNs;

    /**
     * Creates what founds for a node that has just started.
     *
     * @param settings  the figures.
     * @param arbiter   what is known of the arbiter.
     * @param partner   what is known of the partner.
     * @param firstTerm returns a term higher than all before, to found with when nobody may remember those.
     */
    Founding(
        final OwnershipSettings settings, final ArbiterView arbiter, final PartnerView partner,
        final LongSupplier firstTerm) {
        this.settings = settings;
        this.arbiter = arbiter;
        this.partner = partner;
        this.firstTerm = firstTerm;
    }

    /** Notes that this node begins to own: single voices are looked after from a lease later. */
    void beginToOwn(final long nowNs) {
        dueNs = nowNs + settings.leaseNs();
    }

    /** Notes that voices were given a word. */
    void noteDone(final long nowNs) {
        dueNs = nowNs + LEASES_BETWEEN_FOUNDINGS * settings.leaseNs();
    }

    /** Whether the arbiter must be read before single voices can be given their word. */
    boolean isReadDue(final long nowNs) {
        return arbiter.readNs() < dueNs && nowNs >= dueNs;
    }

    /** Whether the owner of this word gives it to voices that have none. */
    boolean isDueForOwner(final OwnershipWord owned, final long nowNs) {
        return partner.isAgreedTo(owned)
            && (arbiter.isFresh() || nowNs >= dueNs && arbiter.readNs() >= dueNs && arbiter.isWinnable());
    }

    /** Whether a node that does not own founds, because neither does its partner. */
    boolean isDueForOther(final long nowNs) {
        return arbiter.isFresh() && partner.isIdle()
            && nowNs - partner.idleSinceNs() >= (settings.isPreferred() ? 0 : settings.leaseNs());
    }

    /** Returns the word that a node founds with which does not own: the highest, or one of a higher term. */
    OwnershipWord firstWord(final OwnershipWord highest) {
        final long term = firstTerm.getAsLong();
        return term > highest.term() ? new OwnershipWord(term, settings.preferred()) : highest;
    }

    @Override
    public String toString() {
        return "Founding[dueNs=" + dueNs + "]";
    }
}
