// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.FloodedNode;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.RequestFlood;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two nodes have a session, and strangers flood one of them with connection requests. The session stays up, the partner
 * is admitted again after it was killed, and nothing grows.
 *
 * <p>{@code ccm/bin/flood} runs it at length. Properties: {@code ccm.flood.perSecond}, {@code ccm.flood.seconds},
 * {@code ccm.flood.busy} for a number of busy loops beside it, {@code ccm.flood.seed}; {@code ccm.flood.bounds} makes
 * it also judge how late heartbeats are, which is meaningful only on a dedicated machine.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FloodTest {

    private static final int PER_SECOND = Integer.getInteger("ccm.flood.perSecond", 5_000);
    private static final int SECONDS = Integer.getInteger("ccm.flood.seconds", 1);
    private static final int BUSY_LOOPS = Integer.getInteger("ccm.flood.busy", 0);
    private static final boolean BOUNDS = Boolean.getBoolean("ccm.flood.bounds");
    private static final long SEED = Long.getLong("ccm.flood.seed", 20261128);
    private static final int MANY_SOURCES = 250;

    private static final long LIMIT_S = 60;
    private static final long HEAP_GROWTH_BYTES = 16 << 20;
    private static final double LATE_SHARE = 0.01;
    private static final double P99_FACTOR = 5;

    private static final Pattern FIGURE = Pattern.compile("(\\w+)=(\\d+)");

    private final Random random = new Random(SEED);
    private final List<AutoCloseable> started = new ArrayList<>();
    private DemoPlacement place;

    /** A report that a node has printed about itself. */
    private record Report(String line) {

        long get(final String name) {
            final Matcher figures = FIGURE.matcher(line);
            while (figures.find()) {
                if (figures.group(1).equals(name)) {
                    return Long.parseLong(figures.group(2));
                }
            }
            throw new AssertionError("no " + name + " in " + line);
        }

        String beats() {
            return String.format("beats %d, late %d, unanswered %d, READ p50 %s, p99 %s, max %s", get("beats"),
                get("late"), get("unanswered"), Microseconds.text(get("p50Ns")), Microseconds.text(get("p99Ns")),
                Microseconds.text(get("maxNs")));
        }

        /** Share of the beats that were not in time, for either reason. */
        double lateShare() {
            return (double) (get("late") + get("unanswered")) / (get("beats") + get("late") + get("unanswered"));
        }
    }

    static Stream<Arguments> floods() {
        return NodePair.single().flatMap(pair ->
            Stream.of("a stranger", "many strangers", "the partner's own address")
                .map(who -> Arguments.of(pair, who)));
    }

    @AfterEach
    void end() throws Exception {
        for (final AutoCloseable one : started) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T remember(final T one) {
        started.add(one);
        return one;
    }

    private ProgramProcess node(final String name, final DemoPlacement.Place own, final String partner,
        final DemoPlacement.Place other) throws IOException {
        return remember(new ProgramProcess(FloodedNode.class, own.jvmOptions(), List.of(name, own.deviceName(),
            NodeLog.text(own.address()), partner, NodeLog.text(other.address()))));
    }

    private ProgramProcess victim() throws IOException {
        return node("A", place.a(), "B", place.b());
    }

    private ProgramProcess partner() throws IOException {
        return node("B", place.b(), "A", place.a());
    }

    private static String awaitSession(final ProgramProcess node) throws InterruptedException {
        return node.await(line -> line.startsWith("up "), "session", LIMIT_S);
    }

    private Report report(final ProgramProcess node, final String what) throws Exception {
        node.tell(what);
        return new Report(node.await(line -> line.startsWith(what + " "), "report", LIMIT_S));
    }

    /** Addresses of the loopback network from which the flood comes. */
    private List<String> sources(final String who) throws UnknownHostException {
        final InetSocketAddress partner = place.b().address();
        if (who.startsWith("the partner")) {
            return List.of(partner.getAddress().getHostAddress());
        }
        final List<String> sources = new ArrayList<>();
        final byte[] address = partner.getAddress().getAddress();
        for (int i = 0; i < (who.startsWith("many") ? MANY_SOURCES : 1); i++) {
            address[2] = (byte) (place.b().address().getAddress().getAddress()[2] ^ 1 + random.nextInt(255));
            address[3] = (byte) (1 + random.nextInt(253));
            sources.add(InetAddress.getByAddress(address).getHostAddress());
        }
        return sources.stream().distinct().toList();
    }

    private void startBusyLoops() throws IOException {
        for (int i = 0; i < BUSY_LOOPS; i++) {
            final Process loop = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
            started.add(loop::destroyForcibly);
        }
    }

    /** How an undisturbed session fares, in the same time on the same machine. */
    private Report undisturbed() throws Exception {
        final ProgramProcess a = victim();
        final ProgramProcess b = partner();
        awaitSession(a);
        TimeUnit.SECONDS.sleep(SECONDS);
        final Report report = report(a, "quiet");
        a.close();
        b.close();
        return report;
    }

    @ParameterizedTest
    @MethodSource("floods")
    void theSessionStaysThePartnerComesBackAndNothingGrows(final NodePair pair, final String who) throws Exception {
        pair.require();
        place = DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 20_000);
        Assumptions.assumeTrue(place.a().isSoftware(), "requests are forged by a UDP socket, and the port of " + pair
            + " is the kernel's");
        startBusyLoops();
        final Report quiet = BOUNDS ? undisturbed() : null;

        final ProgramProcess a = victim();
        final ProgramProcess b = partner();
        awaitSession(a);
        awaitSession(b);
        final ProgramProcess flood = remember(new ProgramProcess(RequestFlood.class, List.of(), List.of(
            NodeLog.text(place.a().address()), Integer.toString(PER_SECOND), Long.toString(SEED),
            sources(who).stream().collect(Collectors.joining(",")))));
        flood.await("floods"::equals, "flood", LIMIT_S);
        TimeUnit.SECONDS.sleep(1);
        final Report before = report(a, "before");
        TimeUnit.SECONDS.sleep(SECONDS);
        final Report during = report(a, "during");
        final String where = who + ", seed " + SEED + ": A printed " + a.lines + ", B printed " + b.lines;
        assertEquals(List.of(), a.lines.stream().filter(line -> line.startsWith("ended")).toList(), where);
        assertEquals(List.of(), b.lines.stream().filter(line -> line.startsWith("ended")).toList(), where);

        b.kill();
        final long killedNs = System.nanoTime();
        final ProgramProcess again = partner();
        final String boot = again.await(line -> line.startsWith("boot "), "boot id", LIMIT_S);
        a.await(("up " + boot.substring("boot ".length()))::equals, "session with the partner's next boot, "
            + where, LIMIT_S);
        awaitSession(again);
        final long backMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs);
        final Report after = report(a, "after");
        tell(who, quiet, during, after, backMs);

        assertTrue(during.get("datagrams") > (long) PER_SECOND * SECONDS / 4, () -> "no flood came: " + where);
        assertTrue(during.get("dropped") > 0, where);
        assertTrue(after.get("heapBytes") - before.get("heapBytes") < HEAP_GROWTH_BYTES, () -> "heap grew from "
            + before.get("heapBytes") + " to " + after.get("heapBytes") + ", " + where);
        if (BOUNDS) {
            judge(quiet, during);
        }
    }

    private void tell(
        final String who, final Report quiet, final Report during, final Report after, final long backMs) {
        System.out.printf("flood of %s, %d requests/s for %d s beside %d busy loops, seed %d%n", who, PER_SECOND,
            SECONDS, BUSY_LOOPS, SEED);
        if (quiet != null) {
            System.out.printf("  without: %s%n", quiet.beats());
        }
        System.out.printf("  with:    %s%n", during.beats());
        System.out.printf("  %d datagrams, %d dropped unseen, %d rejected; heap after GC %d KiB, after all %d KiB%n",
            during.get("datagrams"), during.get("dropped"), during.get("rejected"), during.get("heapBytes") >> 10,
            after.get("heapBytes") >> 10);
        System.out.printf("  partner killed and started again: session after %d ms%n", backMs);
    }

    private void judge(final Report quiet, final Report during) {
        assertTrue(during.lateShare() <= Math.max(LATE_SHARE, quiet.lateShare() + LATE_SHARE), () -> String.format(
            "%.2f %% of beats not in time, without the flood %.2f %%", 100 * during.lateShare(),
            100 * quiet.lateShare()));
        assertTrue(during.get("p99Ns") <= P99_FACTOR * quiet.get("p99Ns"), () -> "p99 " + during.get("p99Ns")
            + " ns, without the flood " + quiet.get("p99Ns") + " ns");
    }
}
