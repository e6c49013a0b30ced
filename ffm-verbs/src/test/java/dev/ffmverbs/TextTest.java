// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Buffers print their fields in every state. */
class TextTest {

    @Test
    void aSendRequestTellsItsFields() {
        assertEquals("SendRequest[workRequestId=7, READ, remoteAddress=0x1000, rkey=0xabcd, flags=SIGNALED|FENCE,"
                + " localMemory=[0x2000+64 lkey=0x5], chainLength=1]",
            SendRequest.allocate(1).workRequestId(7).read(0x1000, 0xABCD).localAddress(0x2000, 64, 5).fence(true)
                .toString());
        assertEquals("SendRequest[workRequestId=0, FETCH_AND_ADD, remoteAddress=0x8, rkey=0x1, add=3, flags=none,"
            + " localMemory=[], chainLength=1]",
            SendRequest.allocate(1).fetchAndAdd(8, 1, 3).signal(false).toString());
        assertEquals("SendRequest[workRequestId=0, COMPARE_AND_SWAP, remoteAddress=0x8, rkey=0x1, compare=3, swap=4,"
            + " flags=SIGNALED, localMemory=[], chainLength=1]",
            SendRequest.allocate(1).compareAndSwap(8, 1, 3, 4).toString());
    }

    @Test
    void aChainAndInlineDataAreTold() {
        final SendRequest second = SendRequest.allocate(0, 8).sendWithImmediate(-2);
        final SendRequest first = SendRequest.allocate(0, 8).next(second)
            .inlineData(MemorySegment.ofArray(new byte[5]));

        assertTrue(first.toString().contains("SEND, flags=SIGNALED|INLINE") && first.toString().contains("+5 lkey=0x0")
            && first.toString().endsWith("chainLength=2]"), first.toString());
        assertTrue(second.toString().contains("SEND_WITH_IMMEDIATE, immediateData=-2"), second.toString());
        assertEquals("SendRequest[workRequestId=0, LOCAL_INVALIDATE, invalidatedRkey=0x1f, flags=SIGNALED,"
            + " localMemory=[], chainLength=1]", SendRequest.allocate(1).localInvalidate(0x1F).toString());
    }

    @Test
    void aReceiveRequestTellsItsFields() {
        assertEquals("ReceiveRequest[workRequestId=9, localMemory=[0x2000+4294967295 lkey=0x5], chainLength=2]",
            ReceiveRequest.allocate(1).workRequestId(9).localAddress(0x2000, -1, 5)
                .next(ReceiveRequest.allocate(0)).toString());
    }

    @Test
    void attributesTellWhatIsMarkedAndASnapshotTellsAll() {
        assertEquals("QueuePairAttributes[state=INIT, port=1, access=[REMOTE_READ]]",
            new QueuePairAttributes().state(QueuePairState.INIT).port(1).access(Access.REMOTE_READ).toString());
        final String all = new QueuePairAttributes().toString();
        assertTrue(all.contains("state=RESET") && all.contains("pathMtu=UNKNOWN(0)") && all.contains("rnrRetryCount=0")
            && all.contains("addressVector=AddressVector[port=0]"), all);
    }

    @Test
    void completionsThatHoldNothingSaySo() {
        assertEquals("WorkCompletions[0 of 4]", WorkCompletions.allocate(4).toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void completionsTellEachOfThem(final DevicePair devices) {
        try (ConnectedPair pair = new ConnectedPair(devices);
             MemoryRegion region = pair.left.domain.allocate(64, Access.LOCAL_WRITE)) {
            Unsupported.onIwarp(devices.left(),
                "a READ that the peer refuses is flushed, and siw completes nothing that is posted in ERROR");
            pair.left.execute(SendRequest.allocate(1).workRequestId(5).read(0, 0).localMemory(region, 0, 8));
            final String failed = pair.left.completions.toString();
            assertTrue(failed.startsWith("WorkCompletions[1 of 1, {workRequestId=5, status=REMOTE_")
                && failed.contains("queuePairNumber=" + pair.left.queuePair.number()), failed);

            pair.left.post(SendRequest.allocate(0).workRequestId(6).send());
            pair.left.awaitCompletion();
            assertTrue(pair.left.completions.toString().contains("workRequestId=6, status=WORK_REQUEST_FLUSHED"),
                pair.left.completions.toString());

            final String attributes = pair.left.queuePair.query().toString();
            assertTrue(attributes.contains("state=ERROR") && attributes.contains("pathMtu=MTU_"), attributes);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#single")
    void objectsThatAreClosedOrConfinedElsewhereHaveAText(final DevicePair devices) throws Exception {
        devices.require();
        final Context context = devices.left().open();
        final ProtectionDomain domain = context.allocateProtectionDomain();
        final CompletionChannel channel = context.createCompletionChannel();
        final CompletionQueue queue = context.createCompletionQueue(4, channel, 0);
        final MemoryRegion region = domain.allocate(64);
        final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
        queuePair.confine();
        final VerbsObject[] objects = {queuePair, region, queue, channel, domain, context};
        for (int round = 0; round < 2; round++) {
            for (final VerbsObject object : objects) {
                final String text = CompletableFuture.supplyAsync(object::toString).get();
                assertFalse(text.contains("@"), text);
            }
            for (final VerbsObject object : objects) {
                object.close();
            }
        }
        assertFalse(SendRequest.allocate(1).toString().contains("@"));
    }
}
