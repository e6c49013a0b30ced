// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.cm.ConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The random calls of one thread. */
final class FuzzCaller {

    private static final int LOGGED_CALLS = 30;

    /** A call with random arguments, on random objects. */
    interface Call {
        void make();
    }

    record NamedCall(String name, Call call) {
    }

    private final FuzzObjects objects;
    private final Random random;
    private final FuzzRequests requests;
    private final FuzzMakers makers;
    private final WorkCompletions completions = WorkCompletions.allocate(8);
    private final Deque<String> log = new ArrayDeque<>();
    private final List<NamedCall> calls;

    FuzzCaller(final FuzzObjects objects, final Random random) {
        this.objects = objects;
        this.random = random;
        this.requests = new FuzzRequests(objects, random);
        this.makers = new FuzzMakers(objects, random);
        this.calls = new ArrayList<>(List.of(
            new NamedCall("allocateProtectionDomain", makers::makeDomain),
            new NamedCall("allocate memory", makers::makeRegion),
            new NamedCall("createCompletionChannel", makers::makeChannel),
            new NamedCall("createCompletionQueue", makers::makeQueue),
            new NamedCall("allocateThreadDomain", makers::makeThreads),
            new NamedCall("allocateParentDomain", makers::makeParent),
            new NamedCall("createSharedReceiveQueue", makers::makeSharedQueue),
            new NamedCall("createQueuePair", makers::makeQueuePair),
            new NamedCall("createQueuePair", makers::makeQueuePair),
            new NamedCall("createAddressHandle", makers::makeAddressHandle),
            new NamedCall("allocateMemoryWindow", makers::makeWindow),
            new NamedCall("connect", this::connect),
            new NamedCall("connect", this::connect),
            new NamedCall("connect", this::connect),
            new NamedCall("connectByHand", this::connectByHand),
            new NamedCall("modify", this::modify),
            new NamedCall("multicast", this::multicast),
            new NamedCall("postSend", this::postSend),
            new NamedCall("postSend", this::postSend),
            new NamedCall("postSend", this::postSend),
            new NamedCall("postSend", this::postSend),
            new NamedCall("postReceive", this::postReceive),
            new NamedCall("postReceive", this::postReceive),
            new NamedCall("postSharedReceive", this::postSharedReceive),
            new NamedCall("bindMemoryWindow", this::bindWindow),
            new NamedCall("batch", this::batch),
            new NamedCall("batch", this::batch),
            new NamedCall("poll", this::poll),
            new NamedCall("poll", this::poll),
            new NamedCall("poll", this::poll),
            new NamedCall("readInPlace", this::readInPlace),
            new NamedCall("notification", this::notification),
            new NamedCall("channel", this::channel),
            new NamedCall("event", this::event),
            new NamedCall("query", this::query),
            new NamedCall("resize", this::resize),
            new NamedCall("moderate", this::moderate),
            new NamedCall("advise", this::advise),
            new NamedCall("confine", this::confine),
            new NamedCall("use flyweights", () -> objects.flyweights.use(objects, requests, random)),
            new NamedCall("use flyweights", () -> objects.flyweights.use(objects, requests, random)),
            new NamedCall("close", this::close),
            new NamedCall("close", this::close)));
        calls.addAll(new FuzzConnector(objects, makers, random).calls());
    }

    /** Makes one call, and rethrows any exception that is not documented. */
    void step() {
        final NamedCall next = calls.get(random.nextInt(calls.size()));
        if (log.size() == LOGGED_CALLS) {
            log.removeFirst();
        }
        log.addLast(next.name);
        try {
            next.call.make();
        } catch (final IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException
                       | WrongThreadException | VerbsException | ConnectionException documented) {
            log.addLast(log.removeLast() + " (" + documented.getMessage() + ")");
        }
    }

    /** Returns the last calls of this thread, for messages. */
    String lastCalls() {
        return "last calls of a thread: " + String.join("; ", log);
    }

    private void moderate() {
        present(objects.queues.any(random)).moderate(random.nextInt(4), random.nextInt(1 << 16));
    }

    private void advise() {
        requests.region().advise(MemoryAdvice.values()[random.nextInt(MemoryAdvice.values().length)],
            random.nextInt(64), random.nextInt(1024), random.nextBoolean());
    }

    static <T> T present(final T object) {
        if (object == null) {
            throw new IllegalStateException("no such object yet");
        }
        return object;
    }

    private void multicast() {
        final int lid = random.nextInt(8) == 0 ? random.nextInt(1 << 17) : 0;
        if (random.nextBoolean()) {
            queuePair().attachMulticast(makers.group(), lid);
        } else {
            queuePair().detachMulticast(makers.group(), lid);
        }
    }

    private QueuePair queuePair() {
        return present(objects.queuePairs.any(random));
    }

    private void connect() {
        final QueuePair first = queuePair();
        final QueuePair second = random.nextInt(3) == 0 ? first : queuePair();
        if (objects.managedPairs != null) {
            objects.managedPairs.connect(first, second);
            return;
        }
        connect(first, second);
        connect(second, first);
    }

    private void connect(final QueuePair queuePair, final QueuePair peer) {
        if (!objects.mayReset(queuePair)) {
            return;
        }
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
        final QueuePairAttributes init = new QueuePairAttributes().state(QueuePairState.INIT).port(1)
            .partitionKeyIndex(0);
        final QueuePairType type = queuePair.configuration().type();
        if (type == QueuePairType.UNRELIABLE_DATAGRAM) {
            queuePair.modify(init.queueKey(FuzzRequests.QUEUE_KEY));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
                .sendPacketSequenceNumber(0));
            return;
        }
        queuePair.modify(init.access(objects.remoteRights));
        final boolean reliable = type == QueuePairType.RELIABLE_CONNECTION;
        final QueuePairAttributes receive = new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
            .pathMtu(PathMtu.MTU_1024).destination(objects.gid.gid(), objects.gid.index(), 1)
            .destinationQueuePair(peer.number()).receivePacketSequenceNumber(peer.number());
        queuePair.modify(reliable ? receive.maximumIncomingReads(2).minimumRnrTimer(1) : receive);
        final QueuePairAttributes send = new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(queuePair.number());
        queuePair.modify(reliable
            ? send.timeout(8).retryCount(2).rnrRetryCount(2).maximumOutgoingReads(2) : send);
    }

    /** Connects queue pairs that have not been connected before, mostly of one type. Others are refused. */
    private void connectByHand() {
        final QueuePair first = queuePair();
        final QueuePairAddress peer = prepare(first);
        final QueuePair second = random.nextInt(3) == 0 ? first : queuePair();
        if (random.nextInt(8) != 0) {
            prepare(second);
        }
        if (second.configuration().type() == QueuePairType.UNRELIABLE_DATAGRAM) {
            objects.make(objects.addressHandles, random, () -> second.createAddressHandle(peer));
        } else {
            second.connect(peer);
        }
    }

    private QueuePairAddress prepare(final QueuePair queuePair) {
        return queuePair.configuration().type() != QueuePairType.RELIABLE_CONNECTION
            ? queuePair.prepare(objects.gid) : queuePair.prepare(objects.gid, new QueuePairAttributes()
                .access(Access.REMOTE_WRITE).timeout(8).retryCount(2).rnrRetryCount(2));
    }

    private void modify() {
        final QueuePairState[] states = QueuePairState.values();
        final QueuePairState state = states[random.nextInt(states.length)];
        final QueuePair queuePair = queuePair();
        if (state != QueuePairState.RESET || objects.mayReset(queuePair)) {
            queuePair.modify(new QueuePairAttributes().state(state));
        }
    }

    private void postSend() {
        queuePair().postSend(requests.send());
    }

    private void postReceive() {
        queuePair().postReceive(requests.receive());
    }

    private void postSharedReceive() {
        present(objects.sharedQueues.any(random)).postReceive(requests.receive());
    }

    private void bindWindow() {
        queuePair().bindMemoryWindow(present(objects.windows.any(random)), 1, requests.region(),
            random.nextInt(100), random.nextInt(100), Access.REMOTE_WRITE);
    }

    /** A batch always ends within its call, as its documentation requires. */
    private void batch() {
        if (!(queuePair() instanceof ExtendedQueuePair queuePair)) {
            return;
        }
        final SendBatch batch = queuePair.start();
        try {
            for (int part = random.nextInt(12); part > 0; part--) {
                batchPart(queuePair, batch);
            }
            if (random.nextBoolean()) {
                batch.complete();
                return;
            }
        } catch (final IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException
                       | WrongThreadException | VerbsException documented) {
            log.addLast(log.removeLast() + " (in batch: " + documented.getMessage() + ")");
        }
        try {
            batch.abort();
        } catch (final IllegalStateException overAlready) {
            log.addLast(log.removeLast() + " (the batch had ended)");
        }
    }

    private void batchPart(final ExtendedQueuePair queuePair, final SendBatch batch) {
        switch (random.nextInt(16)) {
            case 0 -> queuePair.close();
            case 1 -> queuePair.postSend(requests.send());
            case 2 -> queuePair.start();
            case 3 -> queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            default -> requests.addTo(batch);
        }
    }

    private void poll() {
        final int taken = present(objects.queues.any(random)).poll(completions);
        for (int index = 0; index < taken; index++) {
            inspect(completions.status(index));
        }
    }

    /** Reads the status. An unknown status value is not a documented exception. */
    private static void inspect(final WorkCompletionStatus status) {
        if (status == null) {
            throw new AssertionError("a completion without status");
        }
    }

    private void readInPlace() {
        if (!(objects.queues.any(random) instanceof ExtendedCompletionQueue queue) || !queue.startPoll()) {
            return;
        }
        try {
            do {
                inspect(queue.status());
                queue.workRequestId();
                queue.queuePairNumber();
                queue.vendorError();
                readSomeField(queue);
                switch (random.nextInt(12)) {
                    case 0 -> queue.close();
                    case 1 -> queue.poll(completions);
                    case 2 -> queue.startPoll();
                    case 3 -> queue.resize(10);
                    default -> { }
                }
            } while (random.nextInt(8) != 0 && queue.nextPoll());
        } finally {
            queue.endPoll();
        }
    }

    private void readSomeField(final ExtendedCompletionQueue queue) {
        switch (random.nextInt(9)) {
            case 0 -> queue.completionTimestamp();
            case 1 -> queue.wallclockTimestampNs();
            case 2 -> queue.sourceLocalIdentifier();
            case 3 -> queue.serviceLevel();
            case 4 -> queue.invalidatedRkey();
            case 5 -> queue.flowTag();
            default -> queue.hasGlobalRoutingHeader();
        }
    }

    private void notification() {
        present(objects.queues.any(random)).requestNotification(random.nextBoolean());
    }

    private void channel() {
        final CompletionChannel channel = present(objects.channels.any(random));
        if (random.nextInt(4) == 0) {
            channel.wakeUp();
        } else {
            channel.await(Duration.ofMillis(random.nextInt(2)));
        }
    }

    private void event() {
        objects.context.nextAsynchronousEvent(Duration.ofMillis(random.nextInt(2)));
    }

    private void query() {
        switch (random.nextInt(5)) {
            case 0 -> queuePair().query();
            case 1 -> present(objects.sharedQueues.any(random)).attributes();
            case 2 -> objects.context.attributes();
            case 3 -> objects.context.gid(1, random.nextInt(4));
            default -> {
                present(objects.queues.any(random)).toString();
                present(objects.windows.any(random)).toString();
                present(objects.regions.any(random)).toString();
            }
        }
    }

    private void resize() {
        switch (random.nextInt(3)) {
            case 0 -> present(objects.queues.any(random)).resize(random.nextInt(40));
            case 1 -> present(objects.sharedQueues.any(random)).resize(random.nextInt(40));
            default -> present(objects.sharedQueues.any(random)).limit(random.nextInt(10));
        }
    }

    /** Confines rarely, because an object confined to one thread rejects most calls of other threads. */
    private void confine() {
        switch (random.nextInt(20)) {
            case 0 -> queuePair().confine();
            case 1 -> present(objects.queues.any(random)).confine();
            case 2 -> present(objects.sharedQueues.any(random)).confine();
            default -> { }
        }
    }

    private void close() {
        final List<FuzzObjects.Pool<? extends VerbsObject>> pools = List.of(
            objects.queuePairs, objects.queuePairs, objects.regions, objects.regions, objects.queues,
            objects.addressHandles, objects.windows, objects.sharedQueues, objects.channels, objects.domains);
        present(pools.get(random.nextInt(pools.size())).any(random)).close();
    }
}
