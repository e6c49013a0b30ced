// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The rules as they are, of a node that may be in such haste that it does not wait for its turn. */
class SimulatedRules extends OwnershipRules {

    private final BooleanSupplier haste;

    SimulatedRules(
        final OwnershipSettings settings, final HeldTerm held, final LongSupplier firstTerm,
        final OwnershipChanges changes, final long nowNs, final BooleanSupplier haste) {
        super(settings, OwnershipSettings.ratio(SimulatedPair.CLOCK_BOUND), held, firstTerm, changes, nowNs);
        this.haste = haste;
    }

    static OwnershipRules create(
        final OwnershipSettings settings, final LongSupplier clock, final LongSupplier firstTerm,
        final OwnershipChanges changes, final BooleanSupplier haste) {
        return new SimulatedRules(settings, new HeldTerm(clock), firstTerm, changes, clock.getAsLong(), haste);
    }

    @Override
    boolean isItsTurn(final long nowNs) {
        return super.isItsTurn(nowNs) || haste.getAsBoolean();
    }
}
