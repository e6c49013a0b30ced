// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.ClientRegistration;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeConfiguration;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A right that at most one of two nodes holds at any time.
 *
 * <p>Both nodes of the pair start an ownership with the same name. Each names the other as its partner, and both use
 * arbiters for the same store.
 * <pre>{@code
 * Ownership ownership = Ownership.builder(node, "B", arbiter).name("orders").lease(Duration.ofMillis(500)).start();
 * long term = ownership.term();
 * if (ownership.isHeld(term)) {
 *     write(term, ...);
 * }
 * }</pre>
 *
 * <p>A node wins a <i>term</i> from the arbiter, and then owns it until a deadline. The deadline moves on by a lease
 * whenever the partner or the arbiter shows that nobody else can own. A node that is suspended loses its term at the
 * deadline. Its next call of {@link #isHeld} returns false.
 *
 * <p>Which of the two owns: the one that owned last; otherwise the preferred one; otherwise the other one. A node that
 * comes back does not take ownership from its partner.
 *
 * <p>Thread-safe. {@link #term}, {@link #isHeld} and {@link #remainingNs} take no lock and allocate nothing.
 */
public final class Ownership implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Ownership.class.getName());
    private static final long CLOSE_LIMIT_NS = TimeUnit.SECONDS.toNanos(2);

    /** A port on which a READ takes longer has failed, however long the lease. */
    private static final long READ_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final Arbiter arbiter;
    private final GuardedRules rules;
    private final HeldTerm held;
    private final ArbiterCaller caller;
    private final PartnerWatch watch;
    private final OwnershipClient client;
    private final OwnershipReporter reporter;
    private final Object closing = new Object();
    private ClientRegistration registration;
    private boolean closed;

    Ownership(
        final ClusterConnectionManager node, final OwnershipConfiguration configuration, final Arbiter arbiter,
        final OwnershipListener listener) {
        this.name = configuration.name() + " of node " + configuration.node();
        this.arbiter = arbiter;
        this.reporter = new OwnershipReporter(node, configuration, listener);
        this.rules = new GuardedRules("ownership " + name, configuration.settings(), configuration.clockRatio(),
            reporter);
        this.held = rules.heldTerm();
        this.caller = new ArbiterCaller(name, arbiter, rules, configuration.settings().callLimitNs());
        this.watch = new PartnerWatch(name, rules, caller, configuration.intervalNs(),
            Math.min(configuration.settings().leaseNs(), READ_LIMIT_NS));
        this.client = new OwnershipClient(name, configuration.name(), configuration.partner(), watch);
    }

    /**
     * Configures an ownership.
     *
     * @param node    this node, which runs.
     * @param partner name of the only other node that may own, a partner of this node.
     * @param arbiter this node's way to the store, used by this ownership alone; {@link #close} closes it.
     * @return a builder with the defaults.
     * @throws IllegalArgumentException if the node has no such partner.
     */
    public static OwnershipBuilder builder(
        final ClusterConnectionManager node, final String partner, final Arbiter arbiter) {
        Objects.requireNonNull(partner, "partner");
        Objects.requireNonNull(arbiter, "arbiter");
        final NodeConfiguration configuration = node.configuration();
        if (configuration.partners().stream().noneMatch(each -> each.name().equals(partner))) {
            throw new IllegalArgumentException("node " + configuration.nodeName() + " has no partner " + partner
                + "; it has " + configuration.partners());
        }
        return new OwnershipBuilder(node, partner, arbiter);
    }

    void start(final ClusterConnectionManager node) {
        caller.claim();
        boolean started = false;
        try {
            registration = node.register(client);
            reporter.start();
            caller.start();
            watch.start();
            started = true;
        } finally {
            if (!started) {
                closed = true;
                rules.close();
                watch.end();
                caller.end();
                caller.release();
                reporter.finish(CLOSE_LIMIT_NS);
                if (registration != null) {
                    registration.close();
                }
            }
        }
    }

    /**
     * Returns the term that this node owns, or that it owned last.
     *
     * @return the term; 0 if this node has never owned.
     */
    public long term() {
        return held.term();
    }

    /**
     * Whether this node owns now.
     *
     * @return true if it owned at a moment between the call and the return.
     */
    public boolean isHeld() {
        return held.isHeld();
    }

    /**
     * Whether this node owns this term now.
     *
     * @param term a term that {@link #term} returned or the listener received.
     * @return false if the term has ended, even if this node owns another one.
     */
    public boolean isHeld(final long term) {
        return held.isHeld(term);
    }

    /**
     * Returns how much longer this node owns if nothing renews its ownership. Work that takes longer may end after the
     * partner has begun to own.
     *
     * @return nanoseconds; 0 if this node does not own.
     */
    public long remainingNs() {
        return held.remainingNs();
    }

    /**
     * Returns the term that the partner owns, as far as this node sees.
     *
     * @return the term that the latest READ of the partner's memory has shown; 0 if it has shown none, or if the
     *     partner cannot be READ at present. A term that is not 0 may have ended since.
     */
    public long partnersTerm() {
        return rules.partnersTerm();
    }

    /**
     * Hands ownership over to the partner, and waits until the partner owns.
     *
     * <p>Stop acting as the owner before this call, because the partner may own as soon as it has begun. If the partner
     * does not take over in time, this node may own again, with a higher term. The same applies if the session with the
     * partner ends before that, or gets new ports because its path has changed: then this call returns at once.
     *
     * <p>Without the arbiter the partner cannot take over. This node sees whether it is itself cut off from the
     * arbiter, but not whether its partner is: in the latter case, nobody owns until the limit has passed.
     *
     * @param limit longest time to wait.
     * @return whether the partner has begun to own; false without any change if this node does not own, if the partner
     *     does not agree with it at present, or if the arbiter has not answered this node's latest call.
     * @throws InterruptedException if the thread is interrupted while it waits; ownership is still given up, and this
     *     node may own again, with a higher term.
     */
    public boolean handOver(final Duration limit) throws InterruptedException {
        return rules.handOver(Math.max(0, TimeUnit.NANOSECONDS.convert(limit)));
    }

    /**
     * Gives up ownership and stops taking part. Closes the client's ports and the arbiter. The partner takes over as if
     * this node had died; call {@link #handOver} first to make that faster. Closing again has no effect.
     */
    @Override
    public void close() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
        }
        rules.close();
        watch.end();
        caller.end();
        final boolean watchEnded = watch.join(CLOSE_LIMIT_NS);
        if (!caller.join(CLOSE_LIMIT_NS) || !watchEnded) {
            LOGGER.log(Level.WARNING,
                "ownership {0} is closed although its partner is being READ or its arbiter asked", name);
        }
        try {
            registration.close();
        } finally {
            caller.release();
            closeArbiter();
        }
    }

    private void closeArbiter() {
        try {
            arbiter.close();
        } finally {
            reporter.finish(CLOSE_LIMIT_NS);
        }
    }

    @Override
    public String toString() {
        return "ownership " + name + ", " + rules;
    }
}
