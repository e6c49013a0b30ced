// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.handshake.BackOff;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Closing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a voice connected with its witness, and tries again with a growing wait when that fails. Used by one thread.
 */
final class VoiceKeeper implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(VoiceKeeper.class.getName());
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);

    /** A connection that was good for so long is made again without a growing wait. */
    private static final long GOOD_NS = TimeUnit.SECONDS.toNanos(1);

    /** A connection that its witness ends earlier is brief. So many without a longer one are not a coincidence. */
    private static final long BRIEF_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int SUSPICIOUS = 3;
    private static final String DISPLACED = "it ends each connection soon after it was made, as it does if another"
        + " arbiter connects as the same node: perhaps another process has the name of this node, or this program has"
        + " several ownerships with the partner and does not name them by WitnessArbiter.Builder.ownership";

    /** With this exponent and this count, an operation fails about a quarter of a second after a witness has gone. */
    private static final int TIMEOUT_EXPONENT = 13;
    private static final int RETRY_COUNT = 6;

    /**
     * The node for which a voice is kept.
     *
     * @param text     its name and its pair, for the log.
     * @param pair     its pair.
     * @param index    which node of the pair it is.
     * @param source   its address.
     * @param secret   its secret.
     * @param onChange called on any thread when a connection was made, has ended or was given up.
     */
    record Keeping(
        String text, PairNumber pair, int index, InetSocketAddress source, SharedSecret secret, Runnable onChange) {
    }

    private final Voice voice;
    private final Keeping node;
    private final VoiceDevice device;
    private final MemoryRegion region;
    private final BackOff backOff = new BackOff(RANDOM);

    private QueuePair queuePair;
    private PairProof asked;
    private CompletableFuture<Connection> connecting;
    private VoiceConnection connection;
    private long connectedNs;
    private int briefConnections;
    private long dueNs = System.nanoTime();
    private String logged = "";

    /**
     * Creates a keeper that has not begun.
     *
     * @param voice  the voice.
     * @param node   the node.
     * @param device the device of the node.
     */
    VoiceKeeper(final Voice voice, final Keeping node, final VoiceDevice device) {
        this.voice = voice;
        this.node = node;
        this.device = device;
        this.region = device.registerBuffer(VoiceConnection.BUFFER_BYTES);
    }

    /** Does what is due. Returns when to call again if nothing changes before. */
    long advance(final long nowNs) {
        if (connection != null && connection.isBroken()) {
            drop(nowNs);
        }
        if (connecting != null && connecting.isDone()) {
            finish(nowNs);
        }
        if (connection != null) {
            return trustWhenDue(nowNs);
        }
        if (connecting != null) {
            return Long.MAX_VALUE;
        }
        if (nowNs - dueNs < 0) {
            return dueNs - nowNs;
        }
        begin(nowNs);
        return connecting == null ? dueNs - nowNs : Long.MAX_VALUE;
    }

    private void begin(final long nowNs) {
        dueNs = nowNs + backOff.nextWaitNs(AttemptOutcome.CONNECTION_FAILED);
        try {
            final long nonce = RANDOM.nextLong();
            final PairRequest request =
                PairRequest.of(node.pair, node.index, nonce, node.source.getAddress(), node.secret);
            asked = request.toProof(node.source.getAddress());
            queuePair = device.createQueuePair();
            connecting = device.connections().connectAsync(
                new InetSocketAddress(node.source.getAddress(), 0), voice.address(), queuePair,
                ConnectionParameters.defaults().withRemoteAccess().withTimeoutExponent(TIMEOUT_EXPONENT)
                    .withRetryCount(RETRY_COUNT).withPrivateData(request.encode()), CONNECT_LIMIT);
            Completions.follow(connecting, node.text, (made, failure) -> node.onChange.run());
        } catch (final RuntimeException e) {
            fail(nowNs, describe(e), false);
        } finally {
            if (connecting == null) {
                closeQueuePair();
            }
        }
    }

    /** Says why an attempt has failed. The messages of these exceptions say enough, those of others may not. */
    private static String describe(final Throwable failure) {
        return failure instanceof VerbsException || failure instanceof ConnectionException
            || failure instanceof IllegalStateException ? failure.getMessage() : failure.toString();
    }

    private void closeQueuePair() {
        final QueuePair closed = queuePair;
        queuePair = null;
        if (closed != null) {
            closed.close();
        }
    }

    private void finish(final long nowNs) {
        final CompletableFuture<Connection> attempt = connecting;
        connecting = null;
        Connection made = null;
        try {
            made = attempt.join();
            keep(made, PairGrant.decode(made.privateData(), asked, node.secret), nowNs);
        } catch (final RefusedException e) {
            fail(nowNs, e.getMessage(), true);
        } catch (final CompletionException | CancellationException e) {
            final Throwable cause = e.getCause() == null ? e : e.getCause();
            final String refusal = cause instanceof final ConnectionException refused
                ? Refusal.describe(refused.privateData()) : null;
            fail(nowNs, refusal == null ? describe(cause) : refusal, refusal != null);
        } catch (final RuntimeException e) {
            fail(nowNs, describe(e), false);
        } finally {
            if (connection == null) {
                try {
                    Witness.closePart(made);
                } finally {
                    closeQueuePair();
                }
            }
        }
    }

    private void keep(final Connection made, final PairGrant grant, final long nowNs) {
        final VoiceConnection kept =
            new VoiceConnection(device, queuePair, made, grant, node.pair, region, node.onChange);
        queuePair = null;
        connection = kept;
        connectedNs = nowNs;
        voice.connect(kept);
        if (briefConnections < SUSPICIOUS) {
            // Otherwise the log would be full of connections that end at once.
            logConnected();
        }
        Completions.follow(made.whenDisconnected(), node.text,
            (nothing, failure) -> kept.breakBecause(Breakage.ENDED));
        node.onChange.run();
    }

    /** Logs a connection that has lasted, if it comes after brief ones. Returns when to call again. */
    private long trustWhenDue(final long nowNs) {
        if (briefConnections < SUSPICIOUS) {
            return Long.MAX_VALUE;
        }
        final long leftNs = BRIEF_NS - (nowNs - connectedNs);
        if (leftNs >= 0) {
            return leftNs + 1;
        }
        briefConnections = 0;
        logConnected();
        return Long.MAX_VALUE;
    }

    private void logConnected() {
        log(Level.INFO, "is connected, incarnation " + connection.incarnation());
    }

    private void drop(final long nowNs) {
        final VoiceConnection broken = connection;
        if (nowNs - connectedNs > GOOD_NS) {
            backOff.reset();
        }
        dueNs = nowNs + backOff.nextWaitNs(AttemptOutcome.CONNECTION_FAILED);
        final Breakage breakage = broken.breakage();
        if (nowNs - connectedNs > BRIEF_NS) {
            briefConnections = 0;
        } else if (breakage.kind() == Breakage.Kind.ENDED) {
            briefConnections++;
        }
        if (breakage.kind() == Breakage.Kind.ENDED && briefConnections >= SUSPICIOUS) {
            giveUp(DISPLACED, true);
        } else {
            fail(nowNs, breakage.reason(), breakage.kind() == Breakage.Kind.LASTING);
        }
        broken.close();
        connection = null;
    }

    /** Handles a failure. If it is lasting, somebody has to change something before the next attempt can be better. */
    private void fail(final long nowNs, final String reason, final boolean lasting) {
        if (lasting) {
            dueNs = nowNs + backOff.slowWaitNs();
        }
        giveUp(reason, lasting);
    }

    private void giveUp(final String reason, final boolean needsAction) {
        voice.disconnect(reason);
        log(needsAction ? Level.WARNING : Level.INFO, "cannot be asked: " + reason);
    }

    /** Logs what is new. */
    private void log(final Level level, final String text) {
        if (!text.equals(logged)) {
            logged = text;
            LOGGER.log(level, "{0}: the witness at {1} {2}", node.text, AddressText.of(voice.address()), text);
        }
    }

    /** Ends the connection, or the attempt. */
    @Override
    public void close() {
        voice.disconnect("the arbiter is closed");
        Closing.closeAll(List.<Runnable>of(this::endAttempt, () -> Witness.closePart(connection),
            this::closeQueuePair, region::close), Runnable::run);
    }

    private void endAttempt() {
        if (connecting != null) {
            connecting.cancel(true);
            if (connecting.state() == Future.State.SUCCESS) {
                connecting.resultNow().close();
            }
        }
    }
}
