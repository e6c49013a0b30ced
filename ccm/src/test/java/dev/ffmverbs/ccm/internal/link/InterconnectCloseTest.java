// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An interconnect frees all its parts although one of them cannot be freed yet. */
@Timeout(60)
class InterconnectCloseTest {

    private static final int PORT = 18_516;

    private final Rejections rejections = new Rejections("A", (source, reason, detail) -> { });

    private Interconnect open(final NodePair pair, final Context context, final Arena arena) {
        final Interconnect interconnect = new Interconnect(context,
            new NodeIdentity("A", BootId.random(), SharedSecret.NONE), new InetSocketAddress(pair.addressA(), PORT),
            MemoryAddresses.defaults(), arena,
            arena.allocate(MemoryAddresses.PAGE_BYTES, MemoryAddresses.PAGE_BYTES)
                .asSlice(0, BootStatusVariable.LENGTH_BYTES),
            Duration.ofSeconds(5), rejections, 0);
        final PartnerPaths paths = new PartnerPaths("node A, partner B", new Mailbox(
            arena.allocate(Mailbox.LENGTH_BYTES, MemoryAddresses.PAGE_BYTES),
            arena.allocate(MailboxSlot.LONGEST_RECORD_BYTES, Long.BYTES)), () -> { });
        paths.add(interconnect.addPartner("B", new InetSocketAddress(pair.addressA(), PORT + 1), paths));
        interconnect.listen(1);
        return interconnect;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void freesTheOtherPartsAndTheRestWhenItIsClosedAgain(final NodePair pair) {
        pair.require();
        try (Arena arena = Arena.ofShared(); Context context = pair.deviceA().open();
             ProtectionDomain domain = context.allocateProtectionDomain()) {
            final Interconnect interconnect = open(pair, context, arena);
            final LinkQueuePair keepsQueueOpen = interconnect.completions().create(domain, 1, 0);

            final IllegalStateException thrown = assertThrows(IllegalStateException.class, interconnect::close);
            assertTrue(thrown.getMessage().startsWith("CompletionQueue"), thrown.getMessage());
            assertEquals(1, thrown.getSuppressed().length, "the channel of the queue stays open, too");
            assertFalse(interconnect.connections().isRunning(), "the connection manager is closed");

            keepsQueueOpen.close();
            interconnect.close();
        }
    }
}
