// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.softroce.cm.CommunicationCounter;
import dev.ffmverbs.softroce.cm.CommunicationManager;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.spi.AsynchronousEventData;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ThreadDomainOperations;
import dev.ffmverbs.spi.constants.ClockValueFlags;
import dev.ffmverbs.spi.constants.GidTypes;
import dev.ffmverbs.spi.layout.ClockValuesLayout;
import dev.ffmverbs.spi.layout.CompletionQueueCreationLayout;
import dev.ffmverbs.spi.layout.GidEntryLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** An open software device. All contexts of a device share its port. */
final class SoftContext implements ContextOperations {

    private static final int ONLY_PORT = 1;
    private static final String COMMUNICATION_PREFIX = "CONNECTION_MANAGER_";

    private final SoftDevice device;
    private final Port port;
    private final DeviceAddresses addresses;
    private final QueueMemory queueMemory;
    private final CommunicationManager communication;
    private final WaitingQueue<AsynchronousEventData> events = new WaitingQueue<>();
    private boolean released;

    SoftContext(
        final SoftDevice device, final Port port, final DeviceAddresses addresses, final QueueMemory queueMemory,
        final CommunicationManager communication) {
        this.device = device;
        this.port = port;
        this.addresses = addresses;
        this.queueMemory = queueMemory;
        this.communication = communication;
    }

    Port port() {
        return port;
    }

    /** Returns what reads the addresses of peers. */
    AddressAttributes addresses() {
        return addresses.attributes();
    }

    QueueMemory queueMemory() {
        return queueMemory;
    }

    /** Adds an event of one of this context's objects. */
    void report(final int type, final Object element) {
        events.add(new AsynchronousEventData(type, element, 0));
    }

    /** Adds an event of the port. */
    void reportOfPort(final int type) {
        events.add(new AsynchronousEventData(type, null, ONLY_PORT));
    }

    /** Drops the events of an object that is being closed. */
    void forget(final Object element) {
        events.removeIf(event -> event.element() == element);
    }

    @Override
    public void queryDevice(final MemorySegment deviceAttributes) {
        DeviceLimits.describeDevice(deviceAttributes, device.guid(), port.socketDescription());
    }

    @Override
    public void queryPort(final int number, final MemorySegment portAttributes) throws ProviderException {
        requirePort("ibv_query_port", "port=" + number, number);
        DeviceLimits.describePort(portAttributes, port.local(), addresses.isUp());
    }

    private void requirePort(final String verb, final String text, final int number) throws ProviderException {
        if (number != ONLY_PORT) {
            throw new ProviderException(verb, text, Errno.EINVAL, device.name() + " has port 1 only");
        }
    }

    @Override
    public boolean queryGidEntry(final int number, final int index, final MemorySegment gidEntry)
        throws ProviderException {
        final String text = "port=" + number + ", index=" + index;
        requirePort("ibv_query_gid_ex", text, number);
        if (index < 0 || index >= GidTable.LENGTH) {
            throw new ProviderException("ibv_query_gid_ex", text, Errno.EINVAL,
                device.name() + " has GIDs at index 0 to " + (GidTable.LENGTH - 1));
        }
        if (!addresses.gids().write(index, GidEntryLayout.gid(gidEntry))) {
            return false;
        }
        gidEntry.set(JAVA_INT, GidEntryLayout.INDEX, index);
        gidEntry.set(JAVA_INT, GidEntryLayout.PORT, number);
        gidEntry.set(JAVA_INT, GidEntryLayout.TYPE, GidTypes.ROCE_V2);
        gidEntry.set(JAVA_INT, GidEntryLayout.INTERFACE_INDEX, port.local().interfaceIndex());
        return true;
    }

    @Override
    public int queryPartitionKey(final int number, final int index) throws ProviderException {
        final String text = "port=" + number + ", index=" + index;
        requirePort("ibv_query_pkey", text, number);
        if (index != 0) {
            throw new ProviderException("ibv_query_pkey", text, Errno.EINVAL,
                device.name() + " has one partition key, at index 0");
        }
        return DeviceLimits.PARTITION_KEY;
    }

    @Override
    public int findPartitionKey(final int number, final int partitionKey) {
        return partitionKey == DeviceLimits.PARTITION_KEY ? 0 : -1;
    }

    @Override
    public Map<String, Long> portStatistics(final int number) throws ProviderException {
        requirePort("port statistics", "port=" + number, number);
        final Map<String, Long> statistics = new HashMap<>();
        port.counters().snapshot().forEach((counter, count) -> statistics.put(counter.name(), count));
        for (final CommunicationCounter counter : CommunicationCounter.values()) {
            statistics.put(COMMUNICATION_PREFIX + counter.name(), communication.get(counter));
        }
        return statistics;
    }

    @Override
    public ProtectionDomainOperations allocateProtectionDomain() {
        return new SoftProtectionDomain(this, device.newProtectionDomainNumber());
    }

    @Override
    public CompletionChannelOperations createCompletionChannel() {
        return new SoftCompletionChannel(port);
    }

    @Override
    public CompletionQueueOperations createCompletionQueue(
        final int minimumEntries, final CompletionChannelOperations channel, final int completionVector)
        throws ProviderException {
        requireCreatable("ibv_create_cq", minimumEntries, completionVector);
        return new SoftCompletionQueue(this, minimumEntries, (SoftCompletionChannel) channel);
    }

    private void requireCreatable(final String verb, final int minimumEntries, final int completionVector)
        throws ProviderException {
        SoftCompletionQueue.requireEntries(verb, minimumEntries);
        if (completionVector != 0) {
            throw new ProviderException(verb, "entries=" + minimumEntries + ", vector=" + completionVector,
                Errno.EINVAL, device.name() + " has one completion vector, number 0");
        }
    }

    @Override
    public ExtendedCompletionQueueOperations createExtendedCompletionQueue(
        final MemorySegment initAttributes, final CompletionChannelOperations channel,
        final ProtectionDomainOperations parentDomain) throws ProviderException {
        final int entries = initAttributes.get(JAVA_INT, CompletionQueueCreationLayout.ENTRIES);
        requireCreatable("ibv_create_cq_ex", entries,
            initAttributes.get(JAVA_INT, CompletionQueueCreationLayout.COMPLETION_VECTOR));
        final long fields = initAttributes.get(JAVA_LONG, CompletionQueueCreationLayout.FIELDS);
        if ((fields & ~SoftExtendedCompletionQueue.FIELDS) != 0) {
            throw new ProviderException("ibv_create_cq_ex", "entries=" + entries + ", wc_flags=0x"
                + Long.toHexString(fields), Errno.EOPNOTSUPP, "completions of software devices can have the fields 0x"
                    + Long.toHexString(SoftExtendedCompletionQueue.FIELDS) + " only");
        }
        return new SoftExtendedCompletionQueue(this, entries, (SoftCompletionChannel) channel, fields);
    }

    /** Software devices have no locks that one thread could do without, but programs with thread domains run. */
    @Override
    public ThreadDomainOperations allocateThreadDomain() {
        return () -> { };
    }

    /** The clock is {@link System#nanoTime()}. Like that of a NIC, it is given as a number without seconds. */
    @Override
    public void queryClock(final MemorySegment values) {
        values.set(JAVA_INT, ClockValuesLayout.PRESENT_FIELDS, ClockValueFlags.RAW_CLOCK);
        values.set(JAVA_LONG, ClockValuesLayout.RAW_CLOCK_SECONDS, 0);
        values.set(JAVA_LONG, ClockValuesLayout.RAW_CLOCK_NANOSECONDS, System.nanoTime());
    }

    @Override
    public void initializeAddress(
        final int number, final MemorySegment completion, final MemorySegment header, final MemorySegment address)
        throws ProviderException {
        final String text = "port=" + number;
        requirePort("ibv_init_ah_from_wc", text, number);
        final String flaw = addresses().writePathToSender(completion, header, address);
        if (flaw != null) {
            throw new ProviderException("ibv_init_ah_from_wc", text, Errno.EINVAL, flaw);
        }
    }

    @Override
    public OptionalInt asynchronousEventDescriptor() throws ProviderException {
        return OptionalInt.of(events.descriptor("file descriptor of asynchronous events"));
    }

    @Override
    public AsynchronousEventData nextAsynchronousEvent(final long timeoutNs) {
        return events.await(timeoutNs);
    }

    @Override
    public void wakeUp() {
        events.wakeUp();
    }

    /** Releases the device, once. A part of it that fails to close does not keep it open. */
    @Override
    public void close() {
        if (!released) {
            released = true;
            addresses.remove(this);
            try {
                events.close();
            } finally {
                device.release();
            }
        }
    }
}
