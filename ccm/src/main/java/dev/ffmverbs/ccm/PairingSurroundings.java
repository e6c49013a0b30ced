// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.ClientGrant;
import dev.ffmverbs.ccm.internal.link.ClientResources;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;

/**
 * What all pairings of a session share.
 *
 * @param session     the session.
 * @param partner     what the partner has said about itself.
 * @param paths       lead to the partner.
 * @param presentPath returns the path that the session uses.
 * @param trace       receives the steps that are taken for a client.
 * @param listener    receives events.
 * @param alarm       knows when a pairing is to try again.
 * @param attention   makes the session look at its pairings soon; any thread may call it.
 */
record PairingSurroundings(
    Session session, PeerInformation partner, List<? extends ClientResources> paths, IntSupplier presentPath,
    BiConsumer<ExchangeStep, String> trace, NodeEventListener listener, PairingRetry.Alarm alarm,
    Runnable attention) {

    /**
     * Creates ports and memory for a client.
     *
     * @throws DecidedRefusalException if the client or the configuration decides that there are none. Whatever else is
     *                                 thrown, such as an {@link OutOfMemoryError}, may have passed when this is tried
     *                                 again.
     */
    ClientGrant prepare(final ClientRegistration registration, final int path) {
        final ClientRequirements requirements = registration.requirements();
        final MemorySegment memory;
        try {
            if (path >= paths.size()) {
                throw new IllegalStateException(
                    "path " + path + " of " + session.partner().name() + " is not configured here");
            }
            registration.admit(session.partner());
            memory = registration.memoryFor(session.partner());
        } catch (final RuntimeException e) {
            throw new DecidedRefusalException(e);
        }
        return paths.get(path).prepare(requirements.portsRequired(), requirements.queueDepth(), memory);
    }
}
