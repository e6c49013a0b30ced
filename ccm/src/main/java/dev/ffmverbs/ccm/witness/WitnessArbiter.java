// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.Device;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.internal.thread.NodeThread;
import dev.ffmverbs.ccm.ownership.Arbiter;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Closing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An arbiter that asks one {@link Witness}, or three of which two decide, by RDMA alone.
 *
 * <p>All witnesses are asked at once, and a call returns as soon as a majority has decided. A witness that is lost
 * costs no time: its connection is made again in the background. A call that cannot reach a majority waits for
 * connections until its time is over.
 *
 * <p>A term is in the memory of a witness at most once. {@link #win} therefore returns {@code false} for a word that is
 * in place already, even if this node has stored it before. {@link #read} returns the word that a majority holds as
 * {@link ArbiterAnswer.Standing#DECIDED}, even if a minority holds a higher one.
 *
 * <p>Both nodes of a pair must name the same witnesses by the same addresses. If they do not, the node that connects
 * second refuses the witnesses that they have in common. To change the list, stop both nodes, start the witnesses again
 * and start the nodes with the new list.
 *
 * <p>Calls throw {@link IllegalStateException} after this arbiter was closed. Thread-safe: calls of several threads
 * wait for each other.
 */
public final class WitnessArbiter implements Arbiter {

    private static final Logger LOGGER = System.getLogger(WitnessArbiter.class.getName());
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long END_NS = TimeUnit.SECONDS.toNanos(10);

    private final String text;
    private final VoiceDevice device;
    private final List<Voice> voices;
    private final List<VoiceKeeper> keepers = new ArrayList<>();
    private final long listDigest;
    private final Tally tally;
    private final NodeThread thread;
    private final VoiceDevice.Target completionTarget = this::complete;

    /** Larger than the numbers of former owners, which this node has read when it won. */
    private long renewals;
    private volatile boolean closed;
    private boolean freed;

    private WitnessArbiter(final Builder builder, final PairNames names, final VoiceDevice device) {
        this.text = "node " + builder.node + " of pair " + names;
        this.device = device;
        this.listDigest = WitnessAddresses.digest(builder.witnesses);
        this.voices = builder.witnesses.stream().map(witness -> new Voice(witness, names, listDigest)).toList();
        this.tally = new Tally(voices);
        this.thread = new NodeThread("ccm-voices-" + builder.node,
            () -> text + ": a connection with a witness could not be handled", this::keepConnections);
    }

    /**
     * Configures an arbiter of one node of a pair.
     *
     * @param device  the node's device.
     * @param node    name of the node.
     * @param address the node's address and port; the arbiter connects from this address, with another port.
     * @param partner the other node of the pair.
     * @return a builder without witnesses.
     */
    public static Builder builder(
        final Device device, final String node, final InetSocketAddress address, final PartnerAddress partner) {
        return new Builder(device, node, address, partner);
    }

    /** Configures and opens an arbiter. Not thread-safe. */
    public static final class Builder {

        private final Device device;
        private final String node;
        private final InetSocketAddress address;
        private final PartnerAddress partner;
        private final List<InetSocketAddress> witnesses = new ArrayList<>();
        private SharedSecret secret = SharedSecret.NONE;
        private String ownership = "";

        private Builder(
            final Device device, final String node, final InetSocketAddress address, final PartnerAddress partner) {
            this.device = Objects.requireNonNull(device, "device");
            this.node = Objects.requireNonNull(node, "node");
            this.address = Objects.requireNonNull(address, "address");
            this.partner = Objects.requireNonNull(partner, "partner");
        }

        /**
         * Adds a witness. There must be one, or three.
         *
         * @param witness its predetermined address and port.
         * @return this.
         */
        public Builder witness(final InetSocketAddress witness) {
            witnesses.add(Objects.requireNonNull(witness, "witness"));
            return this;
        }

        /**
         * Sets the secret that the node shares with the witnesses; by default there is none.
         *
         * @param newSecret the secret.
         * @return this.
         */
        public Builder secret(final SharedSecret newSecret) {
            secret = Objects.requireNonNull(newSecret, "newSecret");
            return this;
        }

        /**
         * Names what the pair owns, if it owns several things separately.
         *
         * @param name the same at both nodes; 1 to 32 letters, digits, dots, underscores and hyphens.
         * @return this.
         */
        public Builder ownership(final String name) {
            ownership = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Checks names and addresses as {@link #open} does, and opens nothing. A program that starts a node for this
         * arbiter can refuse a wrong configuration before the node is there.
         *
         * @return this.
         * @throws IllegalArgumentException if there is not one witness or three, one is given twice or is a node of the
         *                                  pair, or a name is malformed.
         */
        public Builder check() {
            names();
            WitnessAddresses.require(witnesses, address, partner);
            return this;
        }

        private PairNames names() {
            return PairNames.of(node, partner.name(), ownership);
        }

        /**
         * Opens the arbiter, which begins to connect. Witnesses need not be there yet.
         *
         * @return the arbiter.
         * @throws IllegalArgumentException    if there is not one witness or three, one is given twice or is a node of
         *                                     the pair, a name is malformed, or the device has no atomic operations.
         * @throws dev.ffmverbs.VerbsException if the device cannot be opened.
         * @throws dev.ffmverbs.cm.ConnectionException if the device has no connection manager.
         */
        public WitnessArbiter open() {
            check();
            final PairNames names = names();
            final WitnessArbiter arbiter =
                new WitnessArbiter(this, names, VoiceDevice.open(device, witnesses.size()));
            boolean complete = false;
            try {
                arbiter.start(this, names);
                complete = true;
                return arbiter;
            } finally {
                if (!complete) {
                    arbiter.close();
                }
            }
        }
    }

    private void start(final Builder builder, final PairNames names) {
        final VoiceKeeper.Keeping node = new VoiceKeeper.Keeping(text, PairNumber.of(names),
            names.indexOf(builder.node), builder.address, builder.secret, this::handleChange);
        for (final Voice voice : voices) {
            final InetSocketAddress witness = voice.address();
            keepers.add(new VoiceKeeper(voice, node, device));
            if (Stream.concat(Stream.of(builder.address), builder.partner.addresses().stream()).anyMatch(other ->
                other.getAddress().equals(witness.getAddress()) && !witness.getAddress().isLoopbackAddress())) {
                LOGGER.log(Level.WARNING, "{0}: the witness at {1} has the address of a node of the pair: if that"
                    + " machine fails, both are lost, and nobody can take over", text, AddressText.of(witness));
            }
        }
        thread.start();
    }

    private void handleChange() {
        thread.wakeUp();
        device.wakeUp();
    }

    private void keepConnections() {
        long pauseNs = LONGEST_PAUSE_NS;
        for (final VoiceKeeper keeper : keepers) {
            pauseNs = Math.min(pauseNs, keeper.advance(System.nanoTime()));
        }
        LockSupport.parkNanos(this, pauseNs);
    }

    /** Identifies the list of witnesses, in any order. */
    @Override
    public long storeNumber() {
        return listDigest;
    }

    @Override
    public synchronized ArbiterAnswer read(final long timeoutNs) throws ArbiterException, InterruptedException {
        final Question.Read read = new Question.Read(timeoutNs);
        return ask(read, last -> read.isWaitingForAll() ? tally.summarizeAll() : tally.summarize(last));
    }

    @Override
    public synchronized boolean renew(final OwnershipWord held, final long timeoutNs)
        throws ArbiterException, InterruptedException {
        requireWord("held", held);
        renewals = Math.max(renewals, tally.highestRenewals()) + 1;
        return ask(new Question.Renew(held, renewals, timeoutNs), last -> tally.decide());
    }

    @Override
    public synchronized boolean win(final OwnershipWord next, final long timeoutNs)
        throws ArbiterException, InterruptedException {
        requireWord("next", next);
        return ask(new Question.Win(next, timeoutNs), last -> tally.decide());
    }

    @Override
    public synchronized boolean foundWith(final OwnershipWord agreed, final long timeoutNs)
        throws ArbiterException, InterruptedException {
        requireWord("agreed", agreed);
        return ask(new Question.Found(agreed, timeoutNs), tally::decideFounding);
    }

    private static void requireWord(final String name, final OwnershipWord word) {
        if (word.equals(OwnershipWord.NONE)) {
            throw new IllegalArgumentException(name + " is " + word + "; it must have a term of at least 1");
        }
    }

    private <T> T ask(final Question question, final Function<Boolean, T> decision)
        throws ArbiterException, InterruptedException {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        for (final Voice voice : voices) {
            voice.ask(question);
        }
        while (true) {
            advance();
            final long leftNs = question.leftNs();
            final T decided = decision.apply(leftNs <= 0);
            if (decided != null) {
                return decided;
            }
            if (leftNs <= 0 || closed || tally.isOver() || Thread.currentThread().isInterrupted()) {
                throw giveUp(question);
            }
            device.await(Math.max(1, question.pauseNs()));
        }
    }

    private void complete(final long workRequestId, final WorkCompletionStatus status) {
        for (final Voice voice : voices) {
            voice.complete(workRequestId, status);
        }
    }

    private void advance() {
        device.arm();
        device.poll(completionTarget);
        for (final Voice voice : voices) {
            voice.advance();
        }
    }

    private ArbiterException giveUp(final Question question) throws InterruptedException {
        final String answers = tally.describe();
        for (final Voice voice : voices) {
            voice.abandon("a swap was not answered within " + question.timeoutText());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException(text + ": '" + question + "' was interrupted");
        }
        return new ArbiterException(text + ": '" + question + "' was not decided "
            + (closed ? "before the arbiter was closed" : "with a limit of " + question.timeoutText()) + ": "
            + answers, null);
    }

    /**
     * Ends the connections. A call of another thread that waits throws {@link ArbiterException}. Closing again has no
     * effect.
     */
    @Override
    public void close() {
        closed = true;
        device.wakeUp();
        free();
    }

    private synchronized void free() {
        if (freed) {
            return;
        }
        freed = true;
        thread.end();
        thread.join(END_NS);
        Closing.closeAll(keepers, VoiceKeeper::close);
        device.close();
    }

    @Override
    public String toString() {
        return "WitnessArbiter[" + text + ", " + voices.size() + " witnesses]";
    }
}
