// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ibv_device_attr_ex;
import dev.ffmverbs.jextract.ibv_gid_entry;
import dev.ffmverbs.jextract.ibv_port_attr;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An open device: the factory of all its objects ({@code struct ibv_context}). Thread-safe. */
public final class Context extends VerbsObject {

    private static final int MAXIMUM_PORT = 255;
    private static final int MAXIMUM_GID_INDEX = 65_535;

    private final Device device;
    private final ContextOperations operations;

    Context(final Device device, final ContextOperations operations) {
        this.device = device;
        this.operations = operations;
    }

    /**
     * The device this context was opened on.
     *
     * @return the device.
     */
    public Device device() {
        return device;
    }

    /**
     * Reads the device's limits and capabilities ({@code ibv_query_device_ex(3)}).
     *
     * @return a snapshot.
     * @throws VerbsException        when the device cannot be queried.
     * @throws IllegalStateException when this context is closed.
     */
    public DeviceAttributes attributes() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = ibv_device_attr_ex.allocate(arena);
            operations.queryDevice(attributes);
            return DeviceAttributes.of(attributes);
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's attributes ({@code ibv_query_port(3)}, the whole structure).
     *
     * @param port port number, from 1.
     * @return a snapshot.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public PortAttributes portAttributes(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = ibv_port_attr.allocate(arena);
            operations.queryPort(port, attributes);
            return PortAttributes.of(port, attributes);
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads one entry of a port's GID table ({@code ibv_query_gid_ex(3)}).
     *
     * @param port  port number, from 1.
     * @param index index in the table, from 0.
     * @return the entry, or empty when the place in the table is not filled.
     * @throws VerbsException           when port or index do not exist.
     * @throws IllegalArgumentException when a number is negative or absurd.
     * @throws IllegalStateException    when this context is closed.
     */
    public Optional<GidEntry> gid(final int port, final int index) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        Ranges.check("index", index, 0, MAXIMUM_GID_INDEX);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment entry = ibv_gid_entry.allocate(arena);
            return operations.queryGidEntry(port, index, entry) ? Optional.of(GidEntry.of(entry)) : Optional.empty();
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's GID table.
     *
     * @param port port number, from 1.
     * @return the filled entries in the table's order.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public List<GidEntry> gidTable(final int port) {
        final int length = portAttributes(port).gidTableLength();
        final List<GidEntry> entries = new ArrayList<>();
        for (int index = 0; index < length; index++) {
            gid(port, index).ifPresent(entries::add);
        }
        return List.copyOf(entries);
    }

    /**
     * Allocates a protection domain ({@code ibv_alloc_pd(3)}).
     *
     * @return the protection domain.
     * @throws VerbsException        when the device has no more.
     * @throws IllegalStateException when this context is closed.
     */
    public ProtectionDomain allocateProtectionDomain() {
        enter();
        try {
            final ProtectionDomain domain = new ProtectionDomain(this, operations.allocateProtectionDomain());
            domain.adopted();
            return domain;
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    /**
     * Creates a completion queue that is polled ({@code ibv_create_cq(3)}).
     *
     * @param minimumEntries completions it must be able to hold, at least 1; the device may give more.
     * @return the completion queue.
     * @throws VerbsException           when the device refuses, for example because it cannot hold so many.
     * @throws IllegalArgumentException when the number is less than 1.
     * @throws IllegalStateException    when this context is closed.
     */
    public CompletionQueue createCompletionQueue(final int minimumEntries) {
        Ranges.check("minimumEntries", minimumEntries, 1, Integer.MAX_VALUE);
        enter();
        try {
            final CompletionQueue queue =
                new CompletionQueue(this, operations.createCompletionQueue(minimumEntries, null, 0));
            queue.adopted();
            return queue;
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "Context of " + device.name();
    }
}
