// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.ClientsPayload;
import dev.ffmverbs.ccm.internal.thread.ClientThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** The clients that are registered with a node. Thread-safe. */
final class ClientRegistry {

    private final Function<String, ClientThread> threads;
    private final Runnable onChange;
    private volatile List<ClientRegistration> registrations = List.of();

    /** Creates a registry whose clients are called on threads of the given group. */
    ClientRegistry(final Function<String, ClientThread> threads, final Runnable onChange) {
        this.threads = threads;
        this.onChange = onChange;
    }

    /** The clients in the order of registration. Returns the same list until a client is added or removed. */
    List<ClientRegistration> registrations() {
        return registrations;
    }

    synchronized ClientRegistration register(final ClusterClient client) {
        final ClientRequirements requirements = Objects.requireNonNull(client.requirements(), "requirements");
        final List<ClientRegistration> changed = new ArrayList<>(registrations);
        long ports = requirements.portsRequired();
        for (final ClientRegistration other : changed) {
            if (other.requirements().name().equals(requirements.name())) {
                throw new IllegalArgumentException("a client " + requirements.name() + " is registered already");
            }
            ports += other.requirements().portsRequired();
        }
        if (changed.size() == ClientsPayload.MAXIMUM_CLIENTS || ports > ClientsPayload.MAXIMUM_PORTS) {
            throw new IllegalArgumentException("with client " + requirements.name() + " there would be "
                + (changed.size() + 1) + " clients with " + ports + " ports; a node has at most "
                + ClientsPayload.MAXIMUM_CLIENTS + " clients with " + ClientsPayload.MAXIMUM_PORTS + " ports");
        }
        final ClientThread thread = threads.apply(requirements.name());
        boolean registered = false;
        try {
            final ClientRegistration registration =
                new ClientRegistration(client, requirements, thread, this::remove);
            changed.add(registration);
            registrations = List.copyOf(changed);
            registered = true;
            onChange.run();
            return registration;
        } finally {
            if (!registered) {
                thread.retire();
            }
        }
    }

    private synchronized void remove(final ClientRegistration registration) {
        final List<ClientRegistration> changed = new ArrayList<>(registrations);
        if (changed.remove(registration)) {
            registrations = List.copyOf(changed);
            onChange.run();
            registration.executor().retire();
        }
    }
}
