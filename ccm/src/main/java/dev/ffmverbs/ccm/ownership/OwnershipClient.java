// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.ClientRefusal;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.Session;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Passes the sessions with one partner on to the watch, and refuses those with all others. */
final class OwnershipClient implements ClusterClient {

    private static final Logger LOGGER = System.getLogger(OwnershipClient.class.getName());
    private static final int QUEUE_DEPTH = 2;

    private final String name;
    private final String partner;
    private final ClientRequirements requirements;
    private final PartnerWatch watch;

    /**
     * Creates a client that has no session.
     *
     * @param name       the ownership's name and node, for the log.
     * @param clientName name of the client and of its counterpart.
     * @param partner    name of the only partner.
     * @param watch      uses the ports.
     * @throws IllegalArgumentException if the client's name is malformed.
     */
    OwnershipClient(final String name, final String clientName, final String partner, final PartnerWatch watch) {
        this.name = name;
        this.partner = partner;
        this.requirements = new ClientRequirements(clientName, 1, BlockFormat.LENGTH_BYTES, QUEUE_DEPTH);
        this.watch = watch;
    }

    @Override
    public ClientRequirements requirements() {
        return requirements;
    }

    private boolean isWithPartner(final ClientSession session) {
        return session.partner().name().equals(partner);
    }

    private void begin(final ClientSession session) {
        if (isWithPartner(session)) {
            watch.begin(session);
        } else {
            LOGGER.log(Level.WARNING, "ownership " + name + " is with partner " + partner + " alone; "
                + session.partner().name() + " has a client " + requirements.name()
                + " as well, whose ports are closed: give it another name");
            session.close();
        }
    }

    @Override
    public void partnerReady(final ClientSession session) {
        begin(session);
    }

    @Override
    public void pathChanged(final ClientSession session) {
        begin(session);
    }

    @Override
    public void sessionEnded(final ClientSession ended) {
        if (isWithPartner(ended)) {
            watch.endSession();
        }
    }

    @Override
    public void portsRefused(final Session session, final ClientRefusal reason, final String detail) {
        LOGGER.log(Level.WARNING, "ownership " + name + " gets no port with " + session.partner().name() + ", " + reason
            + ": " + detail);
    }
}
