// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.ClientSession.Position;
import dev.ffmverbs.ccm.internal.link.ClientResources;
import dev.ffmverbs.ccm.internal.memory.ClientEntry;
import dev.ffmverbs.ccm.internal.memory.ClientsPayload;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.spi.Closing;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The client tables of this node and one partner. Each client in them has a {@link ClientPairing}.
 *
 * <p>Tables are states, not messages. Each side writes its whole table into the other's mailbox whenever an entry
 * changes, so a lost or repeated record does no harm. Used by the session thread.
 */
final class ClientExchange {

    private static final Logger LOGGER = System.getLogger(ClientExchange.class.getName());

    private final String nodeName;
    private final Partner partner;
    private final ClientRegistry registry;
    private final List<? extends ClientResources> paths;
    private final NodeEventListener listener;
    private final PairingRetry.Alarm alarm;
    private final Runnable wakeUp;
    private final Map<String, ClientPairing> pairings = new LinkedHashMap<>();
    private final Map<String, Integer> lastRounds = new HashMap<>();

    private PairingSurroundings around;
    private Session session;
    private int path;
    private List<ClientRegistration> registered = List.of();
    private volatile Map<String, ClientEntry> theirs;
    private List<ClientEntry> inFlight = List.of();
    private long lookedAt;
    private long lastSequence;
    private boolean news;
    private boolean reported;
    private volatile boolean attention;

    ClientExchange(
        final LocalNode node, final Partner partner, final List<? extends ClientResources> paths,
        final Runnable wakeUp) {
        this.nodeName = node.configuration().nodeName();
        this.partner = partner;
        this.registry = node.clients();
        this.paths = paths;
        this.listener = node.listener();
        this.alarm = new PairingRetry.Alarm(node.clock());
        this.wakeUp = wakeUp;
    }

    /** Starts the exchange for a session that has come up. */
    void begin(final Session begun, final int overPath) {
        session = begun;
        path = overPath;
        around = new PairingSurroundings(
            begun, begun.partnerInformation(), paths, () -> path, this::trace, listener, alarm, this::attend);
        registered = List.of();
        theirs = null;
        lookedAt = 0;
        lastSequence = 0;
        news = true;
        attention = true;
    }

    private void trace(final ExchangeStep step, final String client) {
        listener.on(new NodeEvent.ExchangeStepTaken(partner, step, client));
    }

    private void attend() {
        attention = true;
        wakeUp.run();
    }

    /** Schedules the table to be written again, because the partner's mailbox was emptied. */
    void resend() {
        news = session != null;
    }

    /** Moves the ports to the path that the session now uses. */
    void changePath(final int newPath) {
        path = newPath;
        for (final ClientPairing pairing : pairings.values()) {
            news |= pairing.changePath(newPath);
        }
        attention = true;
    }

    /** Does what is due. Allocates nothing if nothing is due. */
    void advance(final Mailbox mailbox) {
        if (session == null) {
            return;
        }
        final boolean look = mailbox.sequence(MailboxSlot.CLIENTS) != lookedAt;
        final boolean changed = registry.registrations() != registered;
        if (alarm.goOff()) {
            attention = true;
        }
        if (!look && !changed && !attention) {
            return;
        }
        attention = false;
        if (look) {
            look(mailbox);
        }
        if (changed) {
            follow(registry.registrations());
        }
        if (theirs != null && reported) {
            for (final ClientPairing pairing : pairings.values()) {
                news |= pairing.advance(theirs.get(pairing.registration().requirements().name()));
            }
        }
    }

    private void look(final Mailbox mailbox) {
        final long present = mailbox.sequence(MailboxSlot.CLIENTS);
        final MailboxRecord record = mailbox.take(MailboxSlot.CLIENTS, session.partnerSide(), session.self());
        if (record == null) {
            // Torn, of another incarnation, or not there yet: a later write changes the sequence number.
            lookedAt = present == 0 ? 0 : lookedAt;
            return;
        }
        lookedAt = record.sequence();
        if (record.sequence() <= lastSequence) {
            return;
        }
        lastSequence = record.sequence();
        final Optional<List<ClientEntry>> table = ClientsPayload.decode(record.payload(MailboxSlot.CLIENTS));
        if (table.isEmpty()) {
            LOGGER.log(Level.WARNING, "node {0}: the client table of partner {1} is malformed and is ignored",
                nodeName, partner.name());
            return;
        }
        final boolean first = theirs == null;
        final Map<String, ClientEntry> named = new LinkedHashMap<>();
        table.get().forEach(entry -> named.put(entry.name(), entry));
        theirs = named;
        if (first) {
            trace(ExchangeStep.CLIENTS_RECEIVED, "");
        }
    }

    /** What the partner's clients ask for, according to its latest table. Thread-safe. */
    List<ClientRequirements> partnerClients() {
        final Map<String, ClientEntry> present = theirs;
        return present == null ? List.of() : present.values().stream().map(entry ->
            new ClientRequirements(entry.name(), entry.portsRequired(), entry.memoryBytes())).toList();
    }

    private void follow(final List<ClientRegistration> present) {
        for (final ClientRegistration former : registered) {
            if (!present.contains(former)) {
                final ClientPairing pairing = pairings.remove(former.requirements().name());
                pairing.fence();
                pairing.end(null);
                lastRounds.put(former.requirements().name(), pairing.position().round());
            }
        }
        for (final ClientRegistration added : present) {
            if (!registered.contains(added)) {
                final String name = added.requirements().name();
                final Position first = new Position(lastRounds.getOrDefault(name, 0) + 1, path);
                pairings.put(name, new ClientPairing(added, around, first));
            }
        }
        registered = present;
        news = true;
    }

    /** Whether this node's table is to be written to the partner. */
    boolean hasNews() {
        return news;
    }

    /** Whether the partner is expected to write something soon. */
    boolean isUnsettled() {
        if (session == null || theirs == null) {
            return true;
        }
        for (final ClientPairing pairing : pairings.values()) {
            if (pairing.isUnsettled()) {
                return true;
            }
        }
        return news;
    }

    /** Fills the record that carries this node's table to the partner. */
    void fill(final MemorySegment payload) {
        news = false;
        inFlight = pairings.values().stream().map(ClientPairing::entry).toList();
        ClientsPayload.encode(inFlight, payload);
    }

    /** Notes that the record filled last is in the partner's mailbox. */
    void markSent() {
        if (!reported) {
            reported = true;
            trace(ExchangeStep.CLIENTS_SENT, "");
        }
        for (final ClientEntry entry : inFlight) {
            final ClientPairing pairing = pairings.get(entry.name());
            if (pairing != null) {
                pairing.markSent(entry);
            }
        }
        attention = true;
    }

    /** Revokes the partner's access to the memory and ports of clients. */
    void fence() {
        Closing.closeAll(pairings.values(), ClientPairing::fence);
    }

    /**
     * Ends the exchange with its session. The argument notifies a client; if it is null, no client is notified.
     *
     * @throws IllegalStateException if a client could not be notified; the next call notifies only those that remain.
     */
    void end(final BiConsumer<ClusterClient, ClientSession> end) {
        Throwable failure = null;
        for (final ClientPairing pairing : pairings.values()) {
            try {
                pairing.end(end);
            } catch (final RuntimeException | Error e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw new IllegalStateException("not every client could be notified that the session with " + partner.name()
                + " has ended", failure);
        }
        pairings.clear();
        lastRounds.clear();
        session = null;
        theirs = null;
        news = false;
        reported = false;
    }

    @Override
    public String toString() {
        return "ClientExchange of " + nodeName + " with " + partner.name() + ": " + pairings.values();
    }
}
