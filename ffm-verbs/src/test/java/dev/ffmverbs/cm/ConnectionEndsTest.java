// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.DevicePair;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import java.io.File;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Races the two sides of a connection attempt. Each side performs one of its possible actions after a random delay.
 *
 * <p>Regardless of the order, each side gets a reason that {@link Reason} documents, and no resources leak. {@code
 * -Dconnection.seed=N} repeats a run, and {@code -Dconnection.rounds=N} makes it longer.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ConnectionEndsTest {

    private static final long SEED = Long.getLong("connection.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("connection.rounds", 100);
    private static final int LONGEST_DELAY_US = 6000;

    /** Longer than the kernel repeats an acceptance to a peer that gave up unnoticed. */
    private static final long PATIENCE_S = 100;
    private static final Duration NO_LIMIT = Duration.ofSeconds(PATIENCE_S);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    /** An action of the connecting side while it waits, and the reasons that it may get as a result. */
    private enum ClientDeed {
        WAIT(EnumSet.noneOf(Reason.class)),
        SET_A_SHORT_LIMIT(EnumSet.of(Reason.TIMED_OUT)),
        CANCEL(EnumSet.noneOf(Reason.class)),
        INTERRUPT(EnumSet.of(Reason.INTERRUPTED)),
        CLOSE_QUEUE_PAIR(EnumSet.of(Reason.CLOSED));

        private final Set<Reason> reasons;

        ClientDeed(final Set<Reason> reasons) {
            this.reasons = reasons;
        }
    }

    /** An action of the listening side, and the reasons that the connecting side may get as a result. */
    private enum ServerDeed {
        ACCEPT(EnumSet.noneOf(Reason.class)),
        REJECT(EnumSet.of(Reason.REJECTED)),
        THROW(EnumSet.of(Reason.REJECTED)),
        CLOSE_THE_LISTENER_AND_ACCEPT(EnumSet.of(Reason.REJECTED)),
        ACCEPT_AND_CLOSE(EnumSet.of(Reason.DISCONNECTED, Reason.STALE_CONNECTION)),
        ACCEPT_AND_DISCONNECT(EnumSet.of(Reason.DISCONNECTED, Reason.STALE_CONNECTION)),
        ACCEPT_WITH_A_QUEUE_PAIR_THAT_IS_CLOSED(EnumSet.of(Reason.REJECTED, Reason.DISCONNECTED));

        private final Set<Reason> reasons;

        ServerDeed(final Set<Reason> reasons) {
            this.reasons = reasons;
        }
    }

    /** The outcome for one side. Without a reason, the side was established or cancelled the attempt itself. */
    private record Ending(String text, Reason reason, String message) {

        static Ending of(final Throwable failure) {
            return switch (failure) {
                case ConnectionException named -> new Ending(named.reason().name(), named.reason(), named.getMessage());
                case CancellationException cancelled -> new Ending("CANCELLED", null, "");
                case ExecutionException wrapped -> of(wrapped.getCause());
                case CompletionException wrapped -> of(wrapped.getCause());
                default -> new Ending(failure.getClass().getSimpleName(), Reason.FAILED, failure.toString());
            };
        }
    }

    /** One pair of nodes, with everything that their races leave open until the nodes are closed. */
    private static final class Race implements AutoCloseable {
        private final Random random;
        private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(2);
        private final Node client;
        private final Node server;
        private final Queue<Runnable> leftovers = new ConcurrentLinkedQueue<>();
        private final Map<String, Integer> outcomes = new TreeMap<>();

        Race(final DevicePair devices, final long seed) {
            random = new Random(seed);
            client = new Node(devices.left());
            server = new Node(devices.right());
        }

        private int delayUs() {
            return random.nextInt(LONGEST_DELAY_US);
        }

        void run(final int round) throws Exception {
            final ClientDeed clientDeed = ClientDeed.values()[random.nextInt(ClientDeed.values().length)];
            final ServerDeed serverDeed = ServerDeed.values()[random.nextInt(ServerDeed.values().length)];
            final int serverDelayUs = random.nextBoolean() ? 0 : delayUs();
            final Queue<CompletableFuture<Ending>> answers = new ConcurrentLinkedQueue<>();
            final Listener[] own = new Listener[1];
            try (QueuePair queuePair = client.newQueuePair();
                 Listener listener = server.manager.listen(server.anyPort(), 8, request -> {
                     final CompletableFuture<Ending> answer = new CompletableFuture<>();
                     answers.add(answer);
                     if (serverDelayUs == 0) {
                         answer(request, serverDeed, own[0], answer);
                     } else {
                         timers.schedule(() -> answer(request, serverDeed, own[0], answer), serverDelayUs,
                             TimeUnit.MICROSECONDS);
                     }
                 })) {
                own[0] = listener;
                final Ending asked = connect(clientDeed, listener, queuePair);
                final String what = "seed " + SEED + ", round " + round + ": client " + clientDeed + ", server "
                    + serverDeed + " after " + serverDelayUs + " us: ";
                check(what + "client got " + asked, asked, clientDeed.reasons, serverDeed.reasons);
                String told = "no request";
                for (final CompletableFuture<Ending> answer : answers) {
                    final Ending answered = answer.get(PATIENCE_S, TimeUnit.SECONDS);
                    check(what + "server got " + answered, answered, serverReasons(clientDeed),
                        ownReasons(serverDeed));
                    told = answered.text;
                }
                outcomes.merge("client " + asked.text + ", server " + told, 1, Integer::sum);
            }
            while (!leftovers.isEmpty()) {
                leftovers.poll().run();
            }
        }

        private static Set<Reason> serverReasons(final ClientDeed deed) {
            return deed == ClientDeed.WAIT
                ? EnumSet.of(Reason.DISCONNECTED)
                : EnumSet.of(Reason.DISCONNECTED, Reason.PEER_GAVE_UP, Reason.UNREACHABLE);
        }

        private static Set<Reason> ownReasons(final ServerDeed deed) {
            return switch (deed) {
                case ACCEPT, REJECT, THROW, CLOSE_THE_LISTENER_AND_ACCEPT -> EnumSet.noneOf(Reason.class);
                default -> EnumSet.of(Reason.CLOSED);
            };
        }

        private static void check(
            final String what, final Ending ending, final Set<Reason> some, final Set<Reason> others) {
            assertTrue(ending.reason == null || some.contains(ending.reason) || others.contains(ending.reason), what);
            assertFalse(ending.message.contains("EINVAL"), what);
        }

        private Ending connect(final ClientDeed deed, final Listener listener, final QueuePair queuePair)
            throws Exception {
            final int delayUs = delayUs();
            if (deed == ClientDeed.INTERRUPT) {
                return connectAndBeInterrupted(listener, queuePair, delayUs);
            }
            final CompletableFuture<Connection> attempt = client.manager.connectAsync(client.anyPort(),
                listener.localAddress(), queuePair, DEFAULTS,
                deed == ClientDeed.SET_A_SHORT_LIMIT ? Duration.ofNanos(1000L * delayUs + 1) : NO_LIMIT);
            if (deed == ClientDeed.CANCEL) {
                timers.schedule(() -> attempt.cancel(true), delayUs, TimeUnit.MICROSECONDS);
            } else if (deed == ClientDeed.CLOSE_QUEUE_PAIR) {
                timers.schedule(queuePair::close, delayUs, TimeUnit.MICROSECONDS);
            }
            try {
                attempt.get(PATIENCE_S, TimeUnit.SECONDS).close();
                return new Ending("established", null, "");
            } catch (final ExecutionException | CancellationException e) {
                return Ending.of(e);
            }
        }

        private Ending connectAndBeInterrupted(
            final Listener listener, final QueuePair queuePair, final int delayUs) throws Exception {
            final CompletableFuture<Ending> ending = new CompletableFuture<>();
            final Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    client.manager.connect(
                        client.anyPort(), listener.localAddress(), queuePair, DEFAULTS, NO_LIMIT).close();
                    ending.complete(new Ending("established", null, ""));
                } catch (final ConnectionException e) {
                    final boolean kept = e.reason() != Reason.INTERRUPTED || Thread.currentThread().isInterrupted();
                    ending.complete(kept ? Ending.of(e) : Ending.of(new AssertionError("interrupt status is lost")));
                }
            });
            TimeUnit.MICROSECONDS.sleep(delayUs);
            thread.interrupt();
            thread.join();
            return ending.get();
        }

        private void answer(
            final ConnectionRequest request, final ServerDeed deed, final Listener listener,
            final CompletableFuture<Ending> answer) {
            try {
                switch (deed) {
                    case REJECT -> {
                        request.reject(new byte[] {1});
                        answer.complete(new Ending("rejected", null, ""));
                    }
                    case THROW -> {
                        answer.complete(new Ending("threw", null, ""));
                        request.rejectUnanswered();
                    }
                    default -> accept(request, deed, listener, answer);
                }
            } catch (final ConnectionException e) {
                answer.complete(Ending.of(e));
            } catch (final RuntimeException e) {
                answer.complete(Ending.of(new AssertionError(e)));
            }
        }

        private void accept(
            final ConnectionRequest request, final ServerDeed deed, final Listener listener,
            final CompletableFuture<Ending> answer) {
            if (deed == ServerDeed.CLOSE_THE_LISTENER_AND_ACCEPT && listener != null) {
                listener.close();
            }
            final QueuePair queuePair = server.newQueuePair();
            final Connection connection;
            try {
                connection = request.accept(queuePair, DEFAULTS);
            } catch (final ConnectionException e) {
                queuePair.close();
                throw e;
            }
            connection.whenEstablished().whenComplete((nothing, failure) -> answer.complete(
                failure == null ? new Ending("established", null, "") : Ending.of(failure)));
            leftovers.add(() -> {
                connection.close();
                queuePair.close();
            });
            switch (deed) {
                case ACCEPT_AND_CLOSE -> connection.close();
                case ACCEPT_AND_DISCONNECT -> connection.disconnect();
                case ACCEPT_WITH_A_QUEUE_PAIR_THAT_IS_CLOSED -> queuePair.close();
                default -> { }
            }
        }

        @Override
        public void close() {
            timers.close();
            while (!leftovers.isEmpty()) {
                leftovers.poll().run();
            }
            client.close();
            server.close();
        }
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void everyEndHasItsReasonAndLeavesNothingBehind(final DevicePair devices) throws Exception {
        devices.require();
        final Random seeds = new Random(SEED);
        int afterFirst = Integer.MAX_VALUE;
        for (int pass = 0; pass < 3; pass++) {
            final Race race = new Race(devices, seeds.nextLong());
            try (race) {
                for (int round = 0; round < ROUNDS; round++) {
                    race.run(round);
                }
            }
            System.out.println(devices + ", seed " + SEED + ", pass " + pass + ": " + race.outcomes);
            final int now = descriptors();
            assertTrue(now <= afterFirst, "seed " + SEED + ": descriptors grew from " + afterFirst + " to " + now);
            afterFirst = now;
        }
    }
}
