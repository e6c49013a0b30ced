// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.ClockValueFlags;
import dev.ffmverbs.spi.layout.AddressAttributesLayout;
import dev.ffmverbs.spi.layout.ClockValuesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.GidEntryLayout;
import dev.ffmverbs.spi.layout.GlobalRoutingHeaderLayout;
import dev.ffmverbs.spi.layout.PortAttributesLayout;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What an open device says about itself, its ports and its addresses. */
abstract sealed class DeviceQueries extends ProviderObject permits Context {

    private static final int MAXIMUM_PORT = 255;
    private static final int MAXIMUM_16_BITS = 0xFFFF;

    private final ContextOperations operations;

    DeviceQueries(final Device device, final ContextOperations operations) {
        super(device);
        this.operations = operations;
    }

    /**
     * Reads the device's limits and capabilities ({@code ibv_query_device_ex(3)}).
     *
     * @return a snapshot.
     * @throws VerbsException        when the device cannot be queried.
     * @throws IllegalStateException when this context is closed.
     */
    public final DeviceAttributes attributes() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            operations.queryDevice(attributes);
            return DeviceAttributes.of(attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads the device's attributes beyond {@link #attributes()} ({@code ibv_query_device_ex(3)}).
     *
     * @return a snapshot; a value the device does not report is 0.
     * @throws VerbsException        when the device cannot be queried.
     * @throws IllegalStateException when this context is closed.
     */
    public final ExtendedDeviceAttributes extendedAttributes() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ExtendedDeviceAttributesLayout.LAYOUT);
            operations.queryDevice(attributes);
            return ExtendedDeviceAttributes.of(attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads the device's clock ({@code ibv_query_rt_values_ex(3)} with {@code IBV_VALUES_MASK_RAW_CLOCK}), the one of
     * {@link ExtendedCompletionQueue#completionTimestamp}.
     *
     * <p>Read together with the system's clock, it tells the time of day of such a timestamp.
     *
     * @return the clock, as an unsigned number.
     * @throws UnsupportedVerbException when the device has no clock, as Linux rxe.
     * @throws VerbsException           when it cannot be read.
     * @throws IllegalStateException    when this context is closed.
     */
    public final long rawClock() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment values = arena.allocate(ClockValuesLayout.LAYOUT);
            values.set(JAVA_INT, ClockValuesLayout.PRESENT_FIELDS, ClockValueFlags.RAW_CLOCK);
            operations.queryClock(values);
            return values.get(JAVA_LONG, ClockValuesLayout.RAW_CLOCK_SECONDS) * TimeUnit.SECONDS.toNanos(1)
                + values.get(JAVA_LONG, ClockValuesLayout.RAW_CLOCK_NANOSECONDS);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Returns how many interrupt vectors completion queues can be spread over ({@code ibv_context.num_comp_vectors}).
     *
     * @return the number of vectors, at least 1.
     * @throws IllegalStateException when this context is closed.
     */
    public final int completionVectors() {
        enter();
        try {
            return operations.completionVectors();
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's attributes ({@code ibv_query_port(3)}, the whole structure).
     *
     * @param port port number, from 1 to 255.
     * @return a snapshot.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public final PortAttributes portAttributes(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(PortAttributesLayout.LAYOUT);
            operations.queryPort(port, attributes);
            return PortAttributes.of(port, attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads one entry of a port's GID table ({@code ibv_query_gid_ex(3)}).
     *
     * @param port  port number, from 1 to 255.
     * @param index index in the table, from 0 to 65535.
     * @return the entry, or empty when the table has no entry at that index.
     * @throws VerbsException           when the port or the index does not exist.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this context is closed.
     */
    public final Optional<GidEntry> gid(final int port, final int index) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        Ranges.check("index", index, 0, MAXIMUM_16_BITS);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment entry = arena.allocate(GidEntryLayout.LAYOUT);
            return operations.queryGidEntry(port, index, entry)
                ? Optional.of(GidEntry.of(entry)) : Optional.empty();
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's GID table ({@code ibv_query_gid_ex(3)} for each entry).
     *
     * @param port port number, from 1 to 255.
     * @return the entries in the order of the table, without its empty places.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public final List<GidEntry> gidTable(final int port) {
        final int length = portAttributes(port).gidTableLength();
        final List<GidEntry> entries = new ArrayList<>();
        for (int index = 0; index < length; index++) {
            gid(port, index).ifPresent(entries::add);
        }
        return List.copyOf(entries);
    }

    /**
     * Finds an address in a port's GID table ({@code ibv_query_gid_ex(3)} for each entry).
     *
     * @param port    port number, from 1 to 255.
     * @param address an IP address of the port's network interface.
     * @param type    kind of GID, as the peer's; on Ethernet, an address usually has an entry for each kind.
     * @return the first entry with this address and of this kind, or empty.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public final Optional<GidEntry> findGid(final int port, final InetAddress address, final GidType type) {
        Objects.requireNonNull(type, "type");
        final Gid wanted = Gid.of(address);
        return gidTable(port).stream()
            .filter(entry -> entry.gid().equals(wanted) && entry.type() == type).findFirst();
    }

    /**
     * Returns the entry of a port's GID table that most peers can reach: RoCE version 2 with an IPv4 address, or else
     * with an IPv6 address, or else with a link-local address, or else the first entry of the table.
     *
     * @param port port number, from 1 to 255.
     * @return the first entry of that kind.
     * @throws VerbsException           when there is no such port.
     * @throws NoSuchElementException   when the table is empty, as it is while the port's interface has no address.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public final GidEntry defaultGid(final int port) {
        return gidTable(port).stream().min(Comparator.comparingInt(GidEntry::distance))
            .orElseThrow(() -> new NoSuchElementException("port " + port + " of " + device()
                + " has no GID; give its network interface an IP address"));
    }

    /**
     * Reads one entry of a port's table of partition keys ({@code ibv_query_pkey(3)}).
     *
     * @param port  port number, from 1 to 255.
     * @param index index in the table, from 0 to below {@link PortAttributes#partitionKeyCount}.
     * @return the key, 0 to 65535. The highest bit marks a full member of the partition. The other bits are the
     *     partition, and 0 in an empty place. On Ethernet, the only key is 65535.
     * @throws UnsupportedVerbException when the device has no partition keys.
     * @throws VerbsException           when there is no such port or index.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this context is closed.
     */
    public final int partitionKey(final int port, final int index) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        Ranges.check("index", index, 0, MAXIMUM_16_BITS);
        enter();
        try {
            return operations.queryPartitionKey(port, index);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Finds a key in a port's table of partition keys ({@code ibv_get_pkey_index(3)}).
     *
     * @param port         port number, from 1 to 255.
     * @param partitionKey the key with its bit of membership, 0 to 65535.
     * @return its index, as {@link QueuePairAttributes#partitionKeyIndex} takes it; empty when the table lacks the key.
     * @throws UnsupportedVerbException when the device has no partition keys.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when a number is out of range.
     * @throws IllegalStateException    when this context is closed.
     */
    public final OptionalInt partitionKeyIndex(final int port, final int partitionKey) {
        Ranges.check("partitionKey", partitionKey, 0, MAXIMUM_16_BITS);
        // The C function reports a port that does not exist like a key that does not.
        final PortAttributes present = portAttributes(port);
        enter();
        try {
            final int index = operations.findPartitionKey(present.port(), partitionKey);
            return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Reads a port's counters: packets, errors, retransmissions.
     *
     * <p>Kernel devices report the files in {@code hw_counters} and {@code counters} under {@code
     * /sys/class/infiniband/DEVICE/ports/PORT}. The names depend on the device. The kernel caches the values for some
     * milliseconds, 10 by default, so the most recent changes may be missing.
     *
     * @param port port number, from 1 to 255.
     * @return the counters by name, sorted by name.
     * @throws UnsupportedVerbException when the device has no counters.
     * @throws VerbsException           when there is no such port.
     * @throws IllegalArgumentException when the number is not 1 to 255.
     * @throws IllegalStateException    when this context is closed.
     */
    public final SortedMap<String, Long> portStatistics(final int port) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        enter();
        try {
            return Collections.unmodifiableSortedMap(new TreeMap<>(operations.portStatistics(port)));
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Returns the path to the sender of a datagram ({@code ibv_init_ah_from_wc(3)}). With {@link
     * ProtectionDomain#createAddressHandle(AddressVector)}, this does what {@code ibv_create_ah_from_wc(3)} does.
     *
     * @param completions completions, one of which is that of the receive.
     * @param index       its index in {@code completions}.
     * @param buffer      memory that the datagram was received into, with its global routing header.
     * @param offsetBytes offset of the receive buffer in that memory.
     * @param port        number of the port that the datagram arrived at, from 1 to 255.
     * @return the path back, with the traffic class of the datagram.
     * @throws UnsupportedVerbException  when the device has no address handles.
     * @throws VerbsException            when there is no path, for example because the port has lost the GID that the
     *                                   datagram was sent to.
     * @throws IllegalArgumentException  when the port is out of range, or the completion is no successful receive.
     * @throws IndexOutOfBoundsException when there is no such completion, or the memory is too short for the header.
     * @throws IllegalStateException     when this context is closed.
     */
    public final AddressVector pathToSender(
        final WorkCompletions completions, final int index, final MemorySegment buffer, final long offsetBytes,
        final int port) {
        Ranges.check("port", port, 1, MAXIMUM_PORT);
        if (!completions.isSuccess(index) || completions.opcode(index) != WorkCompletionOpcode.RECEIVE) {
            throw new IllegalArgumentException("not a received datagram: " + completions.describe(index));
        }
        final MemorySegment header = buffer.asSlice(offsetBytes, GlobalRoutingHeaderLayout.BYTES);
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment address = arena.allocate(AddressAttributesLayout.LAYOUT);
            operations.initializeAddress(port,
                arena.allocate(WorkCompletionLayout.LAYOUT).copyFrom(completions.structure(index)),
                arena.allocate(GlobalRoutingHeaderLayout.LAYOUT).copyFrom(header), address);
            return AddressVector.read(address);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }
}
