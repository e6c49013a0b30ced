// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * A program that runs a node with one client, and prints what happens with the time of the monotonic clock. Its
 * arguments are name, device, address, partner's name and address, milliseconds until a partner is dead, and {@code
 * write} for a client that repeatedly writes all of the partner's memory, in its first session only.
 */
public final class NodeProgram {

    static final ClientRequirements REQUIREMENTS = new ClientRequirements("log", 1, 4096);

    private NodeProgram() {
    }

    /**
     * Runs the program. It leaves cleanly when its standard input ends.
     *
     * @param arguments see above.
     * @throws IOException when standard input cannot be read.
     */
    public static void main(final String[] arguments) throws IOException {
        final Duration dead = Duration.ofMillis(Long.parseLong(arguments[5]));
        final boolean writes = arguments.length > 6;
        try (ClusterConnectionManager node = ClusterConnectionManager
            .builder(Verbs.device(arguments[1]), arguments[0], NodeAddress.parse(arguments[2]))
            .partner(new PartnerAddress(arguments[3], NodeAddress.parse(arguments[4])))
            .liveness(LivenessThresholds.defaults().withDeadAfter(dead, dead))
            .client(new Client(writes)).listener(new Events()).start()) {
            say("boot " + node.bootId());
            System.in.transferTo(System.out);
        }
    }

    private static void say(final String event) {
        synchronized (System.out) {
            System.out.println(System.nanoTime() + " " + event);
        }
    }

    private static String text(final Session session) {
        return session.self().bootId() + "/" + session.self().epoch() + " " + session.partnerSide().bootId() + "/"
            + session.partnerSide().epoch();
    }

    private static final class Events implements SessionListener {

        @Override
        public void sessionUp(final Session session) {
            say("up " + text(session));
        }

        @Override
        public void partnerRestarted(final Session ended, final BootId bootId) {
            say("restarted " + text(ended));
        }

        @Override
        public void sessionDropped(final Session ended) {
            say("dropped " + text(ended));
        }
    }

    private static final class Client implements ClusterClient {

        private final boolean writes;
        private boolean hasWritten;

        Client(final boolean writes) {
            this.writes = writes;
        }

        @Override
        public ClientRequirements requirements() {
            return REQUIREMENTS;
        }

        @Override
        public void partnerReady(final ClientSession session) {
            say("ready " + text(session.session()));
            if (writes && !hasWritten) {
                hasWritten = true;
                Thread.ofPlatform().daemon().start(() -> write(session));
            }
        }

        /**
         * Writes with the port and the key of this session until an operation fails, even after the session has ended.
         */
        private static void write(final ClientSession session) {
            final Port port = session.port(0);
            final int lengthBytes = (int) port.partnerMemory().lengthBytes();
            final MemoryRegion local = session.allocate(lengthBytes);
            final SendRequest request = SendRequest.allocate(1)
                .write(port.partnerMemory().address(), port.partnerMemory().rkey())
                .localMemory(local, 0, lengthBytes);
            final WorkCompletions completions = WorkCompletions.allocate(1);
            WorkCompletionStatus status = WorkCompletionStatus.SUCCESS;
            try {
                for (long number = 1; status == WorkCompletionStatus.SUCCESS; number++) {
                    for (long offset = 0; offset < lengthBytes; offset += Long.BYTES) {
                        local.segment().set(ValueLayout.JAVA_LONG, offset, number);
                    }
                    port.queuePair().postSend(request);
                    while (port.completionQueue().poll(completions) == 0) {
                        Thread.onSpinWait();
                    }
                    status = completions.status(0);
                }
                say("write failed " + status);
            } catch (final IllegalStateException | VerbsException e) {
                say("write refused " + e.getMessage());
            }
        }
    }
}
