// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

/** Creates objects with random arguments, both valid and invalid. */
final class FuzzMakers {

    private static final int REGION_BYTES = 8192;

    private final FuzzObjects objects;
    private final Random random;
    private final Access[] regionRights;

    FuzzMakers(final FuzzObjects objects, final Random random) {
        this.objects = objects;
        this.random = random;
        this.regionRights = Stream.concat(Arrays.stream(objects.remoteRights),
            Stream.of(Access.LOCAL_WRITE, Access.MEMORY_WINDOW_BIND)).toArray(Access[]::new);
    }

    void makeDomain() {
        objects.make(objects.domains, random, objects.context::allocateProtectionDomain);
    }

    void makeThreads() {
        objects.make(objects.threads, random, objects.context::allocateThreadDomain);
    }

    void makeParent() {
        final ThreadDomain threads = random.nextInt(3) == 0 ? null : objects.threads.any(random);
        objects.make(objects.domains, random, () -> domain().allocateParentDomain(threads));
    }

    void makeRegion() {
        objects.make(objects.regions, random, () -> domain().allocate(1 + random.nextInt(REGION_BYTES),
            regionRights));
    }

    void makeChannel() {
        objects.make(objects.channels, random, objects.context::createCompletionChannel);
    }

    void makeQueue() {
        final CompletionChannel channel = random.nextBoolean() ? objects.channels.any(random) : null;
        final int entries = random.nextInt(20);
        final int vector = random.nextInt(8) == 0 ? random.nextInt(100) : 0;
        objects.make(objects.queues, random, () -> random.nextInt(3) == 0
            ? objects.context.createExtendedCompletionQueue(extended(entries, channel, vector))
            : objects.context.createCompletionQueue(entries, channel, vector));
    }

    private CompletionQueueConfiguration extended(
        final int entries, final CompletionChannel channel, final int vector) {
        CompletionQueueConfiguration configuration = CompletionQueueConfiguration.of(entries).withChannel(channel)
            .withCompletionVector(vector).withSingleThread(random.nextInt(6) == 0);
        if (random.nextInt(3) == 0) {
            final CompletionField[] fields = CompletionField.values();
            configuration = configuration.withFields(fields[random.nextInt(fields.length)]);
        }
        return random.nextInt(4) == 0 && domain() instanceof ParentDomain parent
            ? configuration.withParentDomain(parent) : configuration;
    }

    void makeSharedQueue() {
        objects.make(objects.sharedQueues, random,
            () -> domain().createSharedReceiveQueue(random.nextInt(20), random.nextInt(4)));
    }

    void makeQueuePair() {
        final QueuePairType type = QueuePairType.values()[random.nextInt(QueuePairType.values().length)];
        final QueuePairConfiguration configuration = new QueuePairConfiguration(type,
            FuzzCaller.present(objects.queues.any(random)), FuzzCaller.present(objects.queues.any(random)),
            random.nextInt(40), random.nextInt(40), random.nextInt(4), random.nextInt(4), random.nextInt(64),
            random.nextBoolean(),
            random.nextInt(4) == 0 ? objects.sharedQueues.any(random) : null);
        objects.make(objects.queuePairs, random, () -> random.nextInt(3) == 0
            ? domain().createExtendedQueuePair(configuration.withScatterGatherElements(1, 1), operations(type))
            : domain().createQueuePair(configuration));
    }

    private SendOperation[] operations(final QueuePairType type) {
        return type == QueuePairType.RELIABLE_CONNECTION && random.nextInt(8) != 0
            ? objects.operations : new SendOperation[] {SendOperation.SEND, SendOperation.SEND_WITH_IMMEDIATE};
    }

    void makeAddressHandle() {
        final int gidIndex = random.nextInt(8) == 0 ? random.nextInt(300) : objects.gid.index();
        final Gid destination = random.nextInt(4) == 0 ? group() : objects.gid.gid();
        objects.make(objects.addressHandles, random, () -> domain().createAddressHandle(destination, gidIndex, 1));
    }

    /** Returns one of a few multicast groups, 239.255.77.0 and the next, or rarely something else. */
    Gid group() {
        return new Gid(0, random.nextInt(8) == 0 ? random.nextLong() : 0xFFFF_EFFF_4D00L + random.nextInt(3));
    }

    void makeWindow() {
        final MemoryWindowType type = MemoryWindowType.values()[random.nextInt(2)];
        objects.make(objects.windows, random, () -> domain().allocateMemoryWindow(type));
    }

    private ProtectionDomain domain() {
        final ProtectionDomain domain = objects.domains.any(random);
        if (domain == null) {
            throw new IllegalStateException("no domain yet");
        }
        return domain;
    }
}
