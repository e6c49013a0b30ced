// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ProviderException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The identifiers of a manager, and the targets of their events.
 *
 * <p>An identifier keeps its target until it is destroyed. If destroying it fails, it can be tried again. Thread-safe.
 */
final class EventTargets {

    private final String device;
    private final BiConsumer<Supplier<String>, Throwable> reporter;
    private final Map<ConnectionIdentifierOperations, EventTarget> targets = new ConcurrentHashMap<>();

    /** How many closed owners could not be destroyed at the last try. Used by the manager's thread. */
    private int undestroyed;

    /**
     * Creates a manager's targets.
     *
     * @param device   name of the device, for messages.
     * @param reporter logs the description of a failure and what was thrown; throws nothing.
     */
    EventTargets(final String device, final BiConsumer<Supplier<String>, Throwable> reporter) {
        this.device = device;
        this.reporter = reporter;
    }

    /** Sets the target of an identifier, in place of any earlier one. */
    void put(final ConnectionIdentifierOperations identifier, final EventTarget target) {
        targets.put(identifier, target);
    }

    /** Returns the target that an event concerns, which is the listener for a request, or null. */
    EventTarget of(final ConnectionEventData event) {
        return of(event.listener() != null ? event.listener() : event.identifier());
    }

    /** Returns the target of an identifier, or null. */
    EventTarget of(final ConnectionIdentifierOperations identifier) {
        return identifier == null ? null : targets.get(identifier);
    }

    /** Removes an identifier that is not destroyed, because another manager has it now. */
    void remove(final ConnectionIdentifierOperations identifier) {
        targets.remove(identifier);
    }

    Collection<EventTarget> all() {
        return targets.values();
    }

    /**
     * Destroys an identifier. Its events are then dropped.
     *
     * @throws ConnectionException if the provider refuses.
     */
    void destroy(final ConnectionIdentifierOperations identifier) {
        try {
            identifier.close();
        } catch (final ProviderException e) {
            throw new ConnectionException("cannot destroy a connection identifier of " + device, e);
        }
        targets.remove(identifier);
    }

    /** Destroys an identifier without an owner. This rejects its request, at once or after a retry. */
    void discard(final ConnectionIdentifierOperations identifier) {
        targets.put(identifier, new EventTarget("an identifier without an owner", event -> { }, failure -> { },
            () -> false, () -> true, () -> destroy(identifier)));
        destroy(identifier);
    }

    /**
     * Destroys the identifiers of closed owners, which are left over from failures. Reports if more of them fail than
     * at the last call.
     */
    void destroyLeftOver() {
        int failures = 0;
        EventTarget last = null;
        Throwable failure = null;
        for (final EventTarget target : targets.values()) {
            if (target.isClosed().getAsBoolean()) {
                try {
                    target.close().run();
                } catch (final Throwable notYet) {
                    // The target stays, so the next call tries again.
                    failures++;
                    last = target;
                    failure = notYet;
                }
            }
        }
        final int before = undestroyed;
        undestroyed = failures;
        if (failures > before) {
            reporter.accept(describe(failures, last), failure);
        }
    }

    private Supplier<String> describe(final int failures, final EventTarget last) {
        return () -> "objects of " + device + " that are closed, but could not be destroyed: " + failures
            + ", the last one " + last + "; the connection manager tries again until it is closed";
    }
}
