// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.nativeaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.forwarding.ForwardingProvider;
import dev.ffmverbs.nativeaccess.ForkedJava.Placement;
import dev.ffmverbs.spi.VerbsProvider;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public classes work with a provider from the program, on the class path and on the module path. */
class OutsideProviderTest {

    /** The program of the child process. It performs a WRITE on a device of the program's provider. */
    static final class Writer {

        private Writer() {
        }

        public static void main(final String[] arguments) {
            System.out.println(Verbs.devices());
            try (Context context = Verbs.open("fwd-soft0");
                 ProtectionDomain domain = context.allocateProtectionDomain();
                 CompletionQueue queue = context.createCompletionQueue(16);
                 QueuePair client = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
                 QueuePair server = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
                 MemoryRegion ours = domain.allocate(64, Access.LOCAL_WRITE);
                 MemoryRegion theirs = domain.allocate(64, Access.LOCAL_WRITE, Access.REMOTE_WRITE)) {
                connect(context, client, server);
                connect(context, server, client);
                ours.segment().set(ValueLayout.JAVA_LONG, 0, 42);
                client.postSend(SendRequest.allocate(1).write(theirs.iova(), theirs.rkey()).localMemory(ours, 0, 8));
                final WorkCompletions completions = WorkCompletions.allocate(1);
                while (queue.poll(completions) == 0) {
                    Thread.onSpinWait();
                }
                System.out.println(completions.status(0) + " " + theirs.segment().get(ValueLayout.JAVA_LONG, 0));
            }
        }

        private static void connect(final Context context, final QueuePair own, final QueuePair peer) {
            final GidEntry gid = context.gid(1, 1).orElseThrow();
            own.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .access(Access.REMOTE_WRITE));
            own.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
                .pathMtu(context.portAttributes(1).activeMtu()).destination(gid.gid(), gid.index(), 1)
                .destinationQueuePair(peer.number()).receivePacketSequenceNumber(7).maximumIncomingReads(1)
                .minimumRnrTimer(1));
            own.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND).sendPacketSequenceNumber(7)
                .timeout(14).retryCount(6).rnrRetryCount(6).maximumOutgoingReads(1));
        }
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Placement.class)
    void itsDevicesAreListedAndWriteIntoMemory(final Placement placement) throws Exception {
        final Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(VerbsProvider.class.getName()), ForwardingProvider.class.getName());

        final ForkedJava.Result result = ForkedJava.run(folder, placement, Writer.class,
            List.of("-Dsoftroce.addresses=" + PrivateLoopbackAddresses.address(0)));

        assertEquals(0, result.status(), result.output());
        assertTrue(result.output().contains("Device fwd-soft0 (forwarding)"), result.output());
        assertTrue(result.output().contains("SUCCESS 42"), result.output());
    }
}
