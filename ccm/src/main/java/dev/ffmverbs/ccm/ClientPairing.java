// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.ccm.ClientSession.Position;
import dev.ffmverbs.ccm.internal.link.ClientGrant;
import dev.ffmverbs.ccm.internal.memory.ClientEntry;
import dev.ffmverbs.ccm.internal.memory.ClientStatus;
import dev.ffmverbs.ccm.internal.thread.Completions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A client of this node and its counterpart at one partner, in one session, as a state machine.
 *
 * <p>Both nodes publish their progress in their client tables: OFFERED, PREPARED, READY. A set of ports is a
 * <i>round</i> over a path. A node that wants a new set starts the next round, and the other follows. Ports of
 * different rounds are never connected. What may take long is done on the client's thread, and everything else on the
 * session thread.
 */
final class ClientPairing {

    private final ClientRegistration registration;
    private final ClientRequirements requirements;
    private final PairingSurroundings around;
    private final PairingRetry retry;
    private final RefusalNews refusals;

    private Position position;
    private ClientStatus status = ClientStatus.OFFERED;
    private ClientGrant grant;
    private CompletableFuture<ClientGrant> preparing;
    private CompletableFuture<Void> connecting;
    private boolean readySent;
    private boolean everReady;
    private ClientSession told;
    private ClientSession closed;

    ClientPairing(final ClientRegistration registration, final PairingSurroundings around, final Position position) {
        this.registration = registration;
        this.requirements = registration.requirements();
        this.around = around;
        this.retry = new PairingRetry(around.alarm());
        this.refusals = new RefusalNews(registration, around);
        this.position = position;
    }

    ClientRegistration registration() {
        return registration;
    }

    Position position() {
        return position;
    }

    /** The entry of the client table that describes this pairing. */
    ClientEntry entry() {
        final boolean made = grant != null;
        final boolean memory = made && grant.memory() != null;
        return new ClientEntry(requirements.name(), requirements.portsRequired(), requirements.memoryBytes(),
            position.round(), position.path(), status, memory ? grant.memory().iova() : 0,
            memory ? grant.memory().rkey() : 0, made ? grant.ports() : List.of());
    }

    /** Notes that a record with {@link #entry} is in the partner's mailbox. */
    void markSent(final ClientEntry entry) {
        if (entry.status() == ClientStatus.READY && status == ClientStatus.READY
            && entry.round() == position.round() && entry.path() == position.path() && !readySent) {
            readySent = true;
            around.trace().accept(ExchangeStep.READY_SENT, requirements.name());
        }
    }

    /** Whether the pairing waits for something that the partner is expected to do soon. */
    boolean isUnsettled() {
        return switch (status) {
            case OFFERED -> refusals.isEmpty();
            case PREPARED -> true;
            case READY -> told == null || !told.isOpen();
            case CANNOT_BE_GIVEN, CLOSED -> false;
        };
    }

    /**
     * Does what is due.
     *
     * @param theirs the entry of this name in the partner's table; null if there is none.
     * @return whether {@link #entry} has changed.
     */
    boolean advance(final ClientEntry theirs) {
        boolean changed = fulfilWish();
        changed |= takeResults();
        changed |= tryAgain();
        if (theirs == null) {
            return handleMissingCounterpart() || changed;
        }
        if (theirs.portsRequired() != requirements.portsRequired()
            || theirs.memoryBytes() != requirements.memoryBytes()) {
            refusals.tell(ClientRefusal.REQUIREMENTS_DIFFER, "client " + requirements.name() + " asks for "
                + requirements + " here, and for " + theirs.portsRequired() + " ports and "
                + theirs.memoryBytes() + " bytes at " + partnerName());
            return changed;
        }
        final Position other = new Position(theirs.round(), theirs.path());
        final boolean follows = other.compareTo(position) > 0;
        if (follows) {
            moveTo(other);
        }
        return other.equals(position) && step(theirs) || follows || changed;
    }

    private boolean step(final ClientEntry theirs) {
        if (status == ClientStatus.CLOSED) {
            return false;
        }
        if (theirs.status() == ClientStatus.CLOSED) {
            endPorts();
            status = ClientStatus.CLOSED;
            return true;
        }
        if (theirs.status() == ClientStatus.CANNOT_BE_GIVEN) {
            if (status == ClientStatus.CANNOT_BE_GIVEN) {
                return false;
            }
            final boolean changed = grant != null;
            discard();
            status = ClientStatus.OFFERED;
            refusals.tell(ClientRefusal.CANNOT_BE_GIVEN_BY_PARTNER, partnerName() + " cannot give client "
                + requirements.name() + " " + requirements + "; its log says why");
            return changed;
        }
        switch (status) {
            case OFFERED -> prepare();
            case PREPARED -> connect(theirs);
            case READY -> tellReady(theirs);
            default -> {
            }
        }
        return false;
    }

    private void prepare() {
        if (preparing != null) {
            return;
        }
        final int path = position.path();
        preparing = onClientThread(() -> around.prepare(registration, path));
        Completions.follow(preparing, subject(), (made, failure) -> around.attention().run());
    }

    private void connect(final ClientEntry theirs) {
        if (connecting != null || theirs.status() == ClientStatus.OFFERED) {
            return;
        }
        final ClientGrant made = grant;
        final int path = position.path();
        connecting = onClientThread(() -> {
            made.connect(around.partner().gids().get(path), around.partner().mtuBytes(), theirs.ports());
            return null;
        });
        Completions.follow(connecting, subject(), (nothing, failure) -> around.attention().run());
    }

    /** Runs what may take long on the client's thread. If there is no such thread, the result is that failure. */
    private <T> CompletableFuture<T> onClientThread(final Supplier<T> action) {
        try {
            return CompletableFuture.supplyAsync(action, registration.executor());
        } catch (final RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Takes the results of work on the client's thread. */
    private boolean takeResults() {
        if (preparing != null && preparing.isDone()) {
            final Throwable failure = failureOf(preparing);
            if (failure == null) {
                grant = preparing.join();
                status = ClientStatus.PREPARED;
                around.trace().accept(ExchangeStep.PORTS_CREATED, requirements.name());
            } else {
                refuseToGive(failure);
            }
            preparing = null;
            return true;
        }
        if (connecting != null && connecting.isDone()) {
            final Throwable failure = failureOf(connecting);
            connecting = null;
            if (failure == null) {
                status = ClientStatus.READY;
                around.trace().accept(ExchangeStep.PORTS_CONNECTED, requirements.name());
            } else {
                discard();
                refuseToGive(failure);
            }
            return true;
        }
        return false;
    }

    private static Throwable failureOf(final CompletableFuture<?> done) {
        return done.isCompletedExceptionally() ? done.exceptionNow() : null;
    }

    /** Tells a failure, the client once until it has ports. Unless it was decided, this is tried again. */
    private void refuseToGive(final Throwable failure) {
        status = ClientStatus.CANNOT_BE_GIVEN;
        final boolean decided = failure instanceof DecidedRefusalException;
        refusals.tellFailure("client " + requirements.name() + " cannot be given " + requirements + " with "
            + partnerName() + ": " + (decided ? failure.getCause() : failure), decided || retry.fail());
    }

    /** Starts the next round if creating or connecting the ports has failed some time ago. */
    private boolean tryAgain() {
        if (status != ClientStatus.CANNOT_BE_GIVEN || !retry.isDue()) {
            return false;
        }
        moveTo(new Position(position.round() + 1, around.presentPath().getAsInt()));
        return true;
    }

    private void tellReady(final ClientEntry theirs) {
        if (!readySent || theirs.status() != ClientStatus.READY || told != null && told.isOpen()) {
            return;
        }
        final ClientSession former = told;
        final ClientSession next = new ClientSession(around.session(), requirements, position, grant,
            registration.memoryFor(around.session().partner()),
            new RemoteMemory(theirs.memoryAddress(), theirs.rkey(), theirs.memoryBytes()),
            wishing -> around.attention().run());
        registration.tell(next.partner(), everReady ? client -> client.get().pathChanged(next)
            : client -> client.get().partnerReady(next));
        everReady = true;
        told = next;
        closed = null;
        refusals.forget();
        retry.succeed();
        around.trace().accept(ExchangeStep.CLIENT_TOLD, requirements.name());
        around.listener().on(new NodeEvent.ClientReady(next));
        release(former);
    }

    private void release(final ClientSession former) {
        if (former != null) {
            free(former::release);
        }
    }

    /** Frees something on the client's thread, after all notifications about it; without that thread, immediately. */
    private void free(final Runnable freeing) {
        try {
            registration.executor().execute(freeing);
        } catch (final RuntimeException | Error cannotBeLeftToTheClientsThread) {
            freeing.run();
        }
    }

    /** Handles a partner that has no client of this name, or no longer has it. */
    private boolean handleMissingCounterpart() {
        if (told != null || grant != null || preparing != null) {
            endPorts();
            moveTo(new Position(position.round() + 1, position.path()));
            refusals.forget();
            retry.succeed();
            return true;
        }
        refusals.tell(ClientRefusal.ONLY_HERE, "client " + requirements.name() + " is registered here and not at "
            + partnerName());
        return false;
    }

    private void endPorts() {
        discard();
        final ClientSession ended = told;
        if (ended != null) {
            tellEnd(ended, ClusterClient::portsClosed);
            told = null;
            closed = ended;
            release(ended);
        }
    }

    /** Does what the client has asked for through its {@link ClientSession}. */
    private boolean fulfilWish() {
        final ClientSession asked = told != null ? told : closed;
        final ClientSession.Wish wish = asked == null ? null : asked.takeWish();
        if (wish == null || !asked.isAt(position)) {
            return false;
        }
        if (wish == ClientSession.Wish.RECONNECT) {
            moveTo(new Position(position.round() + 1, around.presentPath().getAsInt()));
            return true;
        }
        if (told == null) {
            return false;
        }
        discard();
        status = ClientStatus.CLOSED;
        closed = told;
        told = null;
        release(closed);
        return true;
    }

    /** Starts a round over another path. */
    boolean changePath(final int path) {
        if (path == position.path()) {
            return false;
        }
        moveTo(new Position(position.round() + 1, path));
        return true;
    }

    private void moveTo(final Position next) {
        discard();
        retry.begin();
        position = next;
        status = ClientStatus.OFFERED;
    }

    /** Gives up what was created in this round. On return, the partner cannot use it. */
    private void discard() {
        if (preparing != null) {
            Completions.follow(preparing, subject(), (made, failure) -> {
                if (made != null) {
                    made.close();
                }
            });
            preparing = null;
        }
        connecting = null;
        readySent = false;
        if (told != null && told.isOpen()) {
            told.end();
            around.listener().on(new NodeEvent.ClientPortsEnded(told));
        }
        if (grant != null) {
            final ClientGrant former = grant;
            former.fence();
            grant = null;
            if (told == null || !told.isAt(position)) {
                free(former::close);
            }
        }
    }

    private String subject() {
        return "client " + requirements.name() + " with partner " + partnerName();
    }

    private String partnerName() {
        return around.session().partner().name();
    }

    /** Revokes the partner's access. */
    void fence() {
        discard();
    }

    /** Notifies the client that the session has ended, unless the argument is null. Call {@link #fence} first. */
    void end(final BiConsumer<ClusterClient, ClientSession> news) {
        final ClientSession ended = told;
        if (ended != null) {
            if (news != null) {
                tellEnd(ended, news);
            }
            told = null;
            release(ended);
        }
    }

    private void tellEnd(final ClientSession ended, final BiConsumer<ClusterClient, ClientSession> news) {
        registration.tell(ended.partner(), client -> {
            if (!ended.isClosedByClient()) {
                news.accept(client.get(), ended);
            }
        });
    }

    @Override
    public String toString() {
        return requirements.name() + ": " + status;
    }
}
