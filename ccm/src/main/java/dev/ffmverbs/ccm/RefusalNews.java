// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/** Tells why a client gets no ports with a partner, and does not repeat itself. Used by the session thread. */
final class RefusalNews {

    private final ClientRegistration registration;
    private final PairingSurroundings around;
    private String lastRefusal = "";
    private String lastFailure = "";

    /** Creates news of which nothing is told yet. */
    RefusalNews(final ClientRegistration registration, final PairingSurroundings around) {
        this.registration = registration;
        this.around = around;
    }

    /** Tells the client and the node's listener, unless they were told the same last. */
    void tell(final ClientRefusal reason, final String detail) {
        if (!detail.equals(lastRefusal)) {
            registration.tell(around.session().partner(),
                client -> client.get().portsRefused(around.session(), reason, detail));
            lastRefusal = detail;
            report(reason, detail);
        }
    }

    /** Tells that this node cannot give ports. After the first time, only the listener is told, of a new cause. */
    void tellFailure(final String detail, final boolean first) {
        if (first) {
            tell(ClientRefusal.CANNOT_BE_GIVEN_HERE, detail);
        } else if (!detail.equals(lastFailure)) {
            report(ClientRefusal.CANNOT_BE_GIVEN_HERE, detail);
        }
        lastFailure = detail;
    }

    private void report(final ClientRefusal reason, final String detail) {
        around.listener().on(new NodeEvent.ClientRefused(
            around.session(), registration.requirements().name(), reason, detail));
    }

    /** Whether nothing is told that still holds. */
    boolean isEmpty() {
        return lastRefusal.isEmpty();
    }

    /** Notes that what was told no longer holds. */
    void forget() {
        lastRefusal = "";
        lastFailure = "";
    }

    @Override
    public String toString() {
        return "RefusalNews: " + lastRefusal;
    }
}
