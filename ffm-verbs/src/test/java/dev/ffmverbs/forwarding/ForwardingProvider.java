// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.forwarding;

import dev.ffmverbs.spi.AsynchronousEventData;
import dev.ffmverbs.spi.CompletionChannelOperations;
import dev.ffmverbs.spi.CompletionMemory;
import dev.ffmverbs.spi.CompletionQueueOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.MemoryRegionOperations;
import dev.ffmverbs.spi.ProtectionDomainOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.SharedReceiveQueueOperations;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import dev.ffmverbs.spi.constants.AtomicCapabilities;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.DeviceAttributesLayout;
import dev.ffmverbs.spi.layout.ExtendedDeviceAttributesLayout;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An example of a third-party provider. Its devices {@code fwd-NAME} forward all operations to the software
 * devices of the same name, except atomics, which they refuse.
 *
 * <p>It uses only exported packages. Each object of this provider wraps an object of the target. Arguments are
 * unwrapped, and results are wrapped. The wrappers are records, so two wrappers of one object are equal. The public
 * classes rely on this when they look up their own object by the object that an event names.
 */
public final class ForwardingProvider implements VerbsProvider {

    private static final String TARGET = "softroce";
    static final String PREFIX = "fwd-";

    /** Sorts after every provider of this library. */
    private static final int ORDER = 1000;

    private static VerbsProvider target() {
        return VerbsProviders.find(TARGET).orElseThrow();
    }

    @Override
    public String name() {
        return "forwarding";
    }

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Optional<String> unavailability() {
        return target().unavailability();
    }

    @Override
    public String whereSearched() {
        return "the devices of provider " + TARGET;
    }

    @Override
    public List<DeviceOperations> devices() throws ProviderException {
        return target().devices().stream().map(device -> (DeviceOperations) new Device(device)).toList();
    }

    @Override
    public boolean isLikelyToHave(final String deviceName) {
        return deviceName.startsWith(PREFIX);
    }

    /** Returns the target's connection manager unwrapped, because it uses only numbers and addresses. */
    @Override
    public ConnectionManagerOperations openConnectionManager(final List<String> deviceNames)
        throws ProviderException {
        if (!deviceNames.stream().allMatch(this::isLikelyToHave)) {
            throw new ProviderException("rdma_create_event_channel", "devices=" + deviceNames, Errno.ENODEV);
        }
        return target().openConnectionManager(
            deviceNames.stream().map(name -> name.substring(PREFIX.length())).toList());
    }

    private record Device(DeviceOperations target) implements DeviceOperations {

        @Override
        public String name() {
            return PREFIX + target.name();
        }

        @Override
        public long guid() {
            return target.guid();
        }

        @Override
        public boolean retriesForEverAtSeven() {
            return target.retriesForEverAtSeven();
        }

        @Override
        public ContextOperations open() throws ProviderException {
            return new Context(target.open());
        }
    }

    private record Context(ContextOperations target) implements ContextOperations {

        @Override
        public void queryDevice(final MemorySegment deviceAttributes) throws ProviderException {
            target.queryDevice(deviceAttributes);
            ExtendedDeviceAttributesLayout.basic(deviceAttributes).set(
                ValueLayout.JAVA_INT, DeviceAttributesLayout.ATOMIC_CAPABILITY, AtomicCapabilities.NONE);
        }

        @Override
        public void queryPort(final int port, final MemorySegment portAttributes) throws ProviderException {
            target.queryPort(port, portAttributes);
        }

        @Override
        public boolean queryGidEntry(final int port, final int index, final MemorySegment gidEntry)
            throws ProviderException {
            return target.queryGidEntry(port, index, gidEntry);
        }

        @Override
        public Map<String, Long> portStatistics(final int port) throws ProviderException {
            return target.portStatistics(port);
        }

        @Override
        public ProtectionDomainOperations allocateProtectionDomain() throws ProviderException {
            return new Domain(target.allocateProtectionDomain());
        }

        @Override
        public CompletionChannelOperations createCompletionChannel() throws ProviderException {
            return new Channel(target.createCompletionChannel());
        }

        @Override
        public CompletionQueueOperations createCompletionQueue(
            final int minimumEntries, final CompletionChannelOperations channel, final int completionVector)
            throws ProviderException {
            return new Completions(target.createCompletionQueue(
                minimumEntries, channel == null ? null : ((Channel) channel).target, completionVector));
        }

        @Override
        public OptionalInt asynchronousEventDescriptor() throws ProviderException {
            return target.asynchronousEventDescriptor();
        }

        @Override
        public AsynchronousEventData nextAsynchronousEvent(final long timeoutNs) throws ProviderException {
            final AsynchronousEventData event = target.nextAsynchronousEvent(timeoutNs);
            return event == null ? null : new AsynchronousEventData(event.type(), wrap(event.element()), event.port());
        }

        private static Object wrap(final Object element) {
            return switch (element) {
                case QueuePairOperations queuePair -> new Pair(queuePair);
                case CompletionQueueOperations queue -> new Completions(queue);
                case null, default -> element;
            };
        }

        @Override
        public void wakeUp() {
            target.wakeUp();
        }

        @Override
        public void close() throws ProviderException {
            target.close();
        }
    }

    private record Domain(ProtectionDomainOperations target) implements ProtectionDomainOperations {

        @Override
        public MemoryRegionOperations registerMemory(final MemorySegment memory, final long iova, final int access)
            throws ProviderException {
            return target.registerMemory(memory, iova, access);
        }

        /** Shared receive queues are not supported, so there is none to unwrap. */
        @Override
        public QueuePairOperations createQueuePair(
            final MemorySegment initAttributes, final CompletionQueueOperations sendQueue,
            final CompletionQueueOperations receiveQueue, final SharedReceiveQueueOperations sharedReceiveQueue)
            throws ProviderException {
            return new Pair(target.createQueuePair(
                initAttributes, ((Completions) sendQueue).target, ((Completions) receiveQueue).target, null));
        }

        @Override
        public void close() throws ProviderException {
            target.close();
        }
    }

    private record Channel(CompletionChannelOperations target) implements CompletionChannelOperations {

        @Override
        public OptionalInt fileDescriptor() throws ProviderException {
            return target.fileDescriptor();
        }

        @Override
        public CompletionQueueOperations awaitEvent(final long timeoutNs) throws ProviderException {
            final CompletionQueueOperations queue = target.awaitEvent(timeoutNs);
            return queue == null ? null : new Completions(queue);
        }

        @Override
        public void wakeUp() {
            target.wakeUp();
        }

        @Override
        public void close() throws ProviderException {
            target.close();
        }
    }

    private record Completions(CompletionQueueOperations target) implements CompletionQueueOperations {

        @Override
        public int capacity() {
            return target.capacity();
        }

        @Override
        public int poll(final int maximum, final CompletionMemory completions) {
            return target.poll(maximum, completions);
        }

        @Override
        public int requestNotification(final boolean solicitedOnly) {
            return target.requestNotification(solicitedOnly);
        }

        @Override
        public void close() throws ProviderException {
            target.close();
        }
    }

    private record Pair(QueuePairOperations target) implements QueuePairOperations {

        @Override
        public int number() {
            return target.number();
        }

        @Override
        public void modify(final MemorySegment attributes, final int mask) throws ProviderException {
            target.modify(attributes, mask);
        }

        @Override
        public void query(final MemorySegment attributes, final int mask, final MemorySegment initAttributes)
            throws ProviderException {
            target.query(attributes, mask, initAttributes);
        }

        @Override
        public int postSend(final RequestMemory first) {
            for (RequestMemory request = first; request != null; request = request.next()) {
                final int opcode = request.segment().get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
                if (opcode == WorkRequestOpcodes.COMPARE_AND_SWAP || opcode == WorkRequestOpcodes.FETCH_AND_ADD) {
                    first.markBad(first);
                    return Errno.EOPNOTSUPP;
                }
            }
            return target.postSend(first);
        }

        @Override
        public int postReceive(final RequestMemory first) {
            return target.postReceive(first);
        }

        @Override
        public void close() throws ProviderException {
            target.close();
        }
    }
}
