// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.memory.PeerInformationPayload;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;

/**
 * What a partner must have written into the mailbox before there is a session with it: ESTABLISHED, a HELLO that proves
 * it has the shared secret, and peer information of a compatible version.
 *
 * @param information what the partner is and can do; null if something is missing or the partner is refused.
 * @param refusal     why it is refused; {@link AttemptOutcome#OK} if it is not.
 * @param detail      all facts of a refusal, in words.
 */
record Introduction(PeerInformation information, AttemptOutcome refusal, String detail) {

    private static final Introduction INCOMPLETE = new Introduction(null, AttemptOutcome.OK, "");

    /** Looks into the mailbox for what this incarnation of the partner has written to this incarnation of the node. */
    static Introduction examine(
        final LocalNode node, final Partner partner, final Mailbox mailbox, final Incarnation partnerSide,
        final Incarnation self) {
        if (!mailbox.holds(MailboxSlot.ESTABLISHED, partnerSide, self)) {
            return INCOMPLETE;
        }
        final MailboxRecord hello = mailbox.take(MailboxSlot.HELLO, partnerSide, self);
        if (hello == null) {
            return INCOMPLETE;
        }
        if (!node.identity().verify(Proof.Role.HELLO, partner.name(), partnerSide.bootId(),
            hello.payload(MailboxSlot.HELLO).toArray(ValueLayout.JAVA_BYTE))) {
            final String detail = "HELLO of " + partner + " does not prove that it has the shared secret of this node";
            node.rejections().add(partner.address(), Rejection.WRONG_SECRET, detail);
            return new Introduction(null, AttemptOutcome.WRONG_SECRET, detail);
        }
        final MailboxRecord record = mailbox.take(MailboxSlot.PEER_INFORMATION, partnerSide, self);
        if (record == null) {
            return INCOMPLETE;
        }
        return PeerInformationPayload.decode(record.payload(MailboxSlot.PEER_INFORMATION))
            .map(told -> judge(node, told))
            .orElseGet(() -> new Introduction(null, AttemptOutcome.MALFORMED_INFORMATION, "the peer information of "
                + partner + " is whole, but has no node name, or not 1 to "
                + PeerInformation.MAXIMUM_PATHS + " addresses"));
    }

    private static Introduction judge(final LocalNode node, final PeerInformation told) {
        final Optional<String> incompatibility = node.information().incompatibilityWith(told);
        if (incompatibility.isPresent()) {
            return new Introduction(null, AttemptOutcome.INCOMPATIBLE_VERSION, incompatibility.get());
        }
        try {
            node.configuration().liveness().forPartner(Duration.ofNanos(told.heartbeatIntervalNs()));
            return new Introduction(told, AttemptOutcome.OK, "");
        } catch (final IllegalArgumentException e) {
            return new Introduction(null, AttemptOutcome.INCOMPATIBLE_INTERVAL, "the heartbeats of " + told.nodeName()
                + " are " + told.heartbeatIntervalNs() + " ns apart: " + e.getMessage());
        }
    }
}
