// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.NodeProgram;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.injection.Injection;
import dev.ffmverbs.ccm.injection.InjectionAgent;
import dev.ffmverbs.ccm.injection.VictimProgram;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Timeouts;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Errors occur at any place where a thread of a node calls something. Afterwards the node works, or it has visibly
 * ended.
 *
 * <p>Node A runs in a separate process, where calls are made to throw. B dies in every story. In one of four stories it
 * is a process that is killed. In the others it runs here, and is cut off like a machine that loses power. A judge,
 * which also runs here, sees A as every partner does. If A has not reported that B is down, the judge must not see A
 * alive. Property {@code ccm.injection.seeds} is the number of stories, {@code ccm.injection.seed} the seed of the
 * first.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS)
class InjectedErrorsTest {

    private static final int STORIES = Integer.getInteger("ccm.injection.seeds", 8);
    private static final long FIRST_SEED = Long.getLong("ccm.injection.seed", 1);
    private static final List<String> THREADS =
        List.of("ccm-sessions-", "ccm-heartbeat-", "ccm-events-", "ccm-client-", "rdma-cm-", "soft-roce-");
    private static final Duration DEAD = Duration.ofMillis(500);
    private static final long LIMIT_MS = 20_000;
    private static final long START_LIMIT_S = 120;
    private static final int STORIES_PER_KILLED_PROCESS = 4;
    private static final int FIRST_STATUS_OF_SIGNALS = 128;
    private static final double MOST_CALLS_LOG = Math.log(20_000);

    /** When the errors begin. */
    private enum Moment {
        START, SESSION, DEATH
    }

    /** Partner B, which can die silently. */
    private interface Mortal extends AutoCloseable {

        void die() throws InterruptedException;

        @Override
        void close();
    }

    /** B in this process. */
    private final class OtherNode implements Mortal {

        private final ClusterConnectionManager node = node(deviceOfB, "B", addressOfB);

        @Override
        public void die() {
            SoftRoceDevices.injectFaults(deviceOfB.name(), FaultSettings.parse("partition=both"));
        }

        @Override
        public void close() {
            node.close();
            SoftRoceDevices.injectFaults(deviceOfB.name(), FaultSettings.NONE);
        }
    }

    /** B in a separate process, which never leaves cleanly. */
    private final class OtherProcess implements Mortal {

        private final ProgramProcess process;

        /** Starts it. What it takes to start, which may be long on a busy machine, is not A's time. */
        OtherProcess() throws IOException, InterruptedException {
            final List<String> options =
                new ArrayList<>(List.of("-Dsoftroce.addresses=" + addressOfB.getAddress().getHostAddress()));
            Optional.ofNullable(System.getProperty("softroce.port"))
                .ifPresent(port -> options.add("-Dsoftroce.port=" + port));
            process = new ProgramProcess(NodeProgram.class, options, List.of("B", "soft0", NodeLog.text(addressOfB),
                "A", NodeLog.text(place.address()), "3000"));
            process.await(line -> line.contains(" boot "), "B has started", START_LIMIT_S);
        }

        @Override
        public void die() throws InterruptedException {
            process.kill();
        }

        @Override
        public void close() {
            try {
                process.kill();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Mortal startB(final boolean inProcess) throws IOException, InterruptedException {
        return inProcess ? new OtherProcess() : new OtherNode();
    }

    private static final class Quiet implements SessionListener {
    }

    private static final class Log implements ClusterClient {
        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements("log", 1, 4096);
        }
    }

    private final List<String> failures = new ArrayList<>();
    private Path agent;
    private DemoPlacement.Place place;
    private Device deviceOfB;
    private InetSocketAddress addressOfJudge;
    private InetSocketAddress addressOfB;
    private ClusterConnectionManager judge;
    private ProgramProcess victim;
    private int round;
    private int endedVisibly;

    static Path agentJar(final Path folder) throws IOException {
        final Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", InjectionAgent.class.getName());
        final Path jar = folder.resolve("injection.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    private void startVictim() throws IOException {
        final List<String> options = new ArrayList<>(place.jvmOptions());
        options.add("-javaagent:" + agent);
        victim = new ProgramProcess(VictimProgram.class, options, List.of(place.deviceName(),
            NodeLog.text(place.address()), "B=" + NodeLog.text(addressOfB), "J=" + NodeLog.text(addressOfJudge),
            Long.toString(DEAD.toMillis())));
        round = 0;
    }

    private ClusterConnectionManager node(final Device device, final String name, final InetSocketAddress address) {
        return ClusterConnectionManager.builder(device, name, address)
            .partner(new PartnerAddress("A", place.address())).client(new Log()).listener(new Quiet())
            .liveness(LivenessThresholds.defaults().withDeadAfter(Duration.ofSeconds(3), Duration.ofSeconds(3)))
            .timeouts(new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofMillis(100))).start();
    }

    private static boolean await(final BooleanSupplier condition) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(LIMIT_MS)) {
                return false;
            }
            Thread.sleep(2);
        }
        return true;
    }

    private boolean hasTold(final String event) {
        return victim.lines.contains(round + " " + event);
    }

    private Optional<String> said(final String beginning) {
        return victim.lines.stream().filter(line -> line.startsWith(round + " " + beginning)).findFirst();
    }

    /** Whether A's partner sees that A has ended or does not do its work. */
    private boolean isSeenAsEnded() {
        final Partner a = judge.partners().getFirst();
        return a.session().isEmpty() || a.liveness() != Liveness.ALIVE;
    }

    @Test
    void aNodeWorksOrHasVisiblyEndedWhereverAnErrorStrikes(@TempDir final Path folder) throws Exception {
        withJudgeAndVictim(folder, () -> {
            for (int story = 0; story < STORIES; story++) {
                tellStory(FIRST_SEED + story);
            }
        });
        System.out.printf("errors injected in %d stories from seed %d: in %d the node has visibly ended, in %d it has"
                + " continued to work%n", STORIES, FIRST_SEED, endedVisibly, STORIES - endedVisibly - failures.size());
        assertEquals(List.of(), failures);
    }

    @Test
    void aNodeWorksOrHasVisiblyEndedWhenEverythingAThreadCallsFails(@TempDir final Path folder) throws Exception {
        withJudgeAndVictim(folder, () -> {
            for (final String thread : THREADS) {
                tellStoryWithoutEnd(thread);
            }
        });
        assertEquals(List.of(), failures);
    }

    private interface Stories {
        void tell() throws Exception;
    }

    private void withJudgeAndVictim(final Path folder, final Stories stories) throws Exception {
        final List<NodePair> pairs = NodePair.all().filter(pair -> pair.deviceA() != null
            && "softroce".equals(pair.deviceA().provider()) && !pair.deviceA().name().equals(pair.deviceB().name()))
            .toList();
        Assumptions.assumeFalse(pairs.isEmpty(), "partners that die silently take two software devices");
        final NodePair pair = pairs.getFirst();
        agent = agentJar(folder);
        addressOfJudge = pair.endpointA();
        addressOfB = pair.endpointB();
        deviceOfB = pair.deviceB();
        place = DemoPlacement.choose(List.of(pair.deviceA().name()), addressOfJudge.getPort() + 20_000).a();
        judge = node(pair.deviceA(), "J", addressOfJudge);
        try {
            startVictim();
            stories.tell();
        } finally {
            victim.close();
            judge.close();
            SoftRoceDevices.injectFaults(deviceOfB.name(), FaultSettings.NONE);
        }
    }

    /** From some moment of a session on, a thread of A can call nothing. Then B dies and comes back. */
    private void tellStoryWithoutEnd(final String thread) throws Exception {
        String fault = "no session with B";
        try (Mortal b = startB(true)) {
            round++;
            victim.tell("start");
            if (await(() -> hasTold("up B") && hasTold("up J") && hasTold("client ready B"))) {
                victim.tell("arm " + thread + " OUT_OF_MEMORY 1 " + Integer.MAX_VALUE);
                b.die();
                fault = await(() -> hasTold("down B") && hasTold("client down B") || isDeclaredDead()) ? null
                    : "B is dead, A has not reported it, and the judge sees A alive";
            }
        }
        if (fault == null) {
            final Mortal b = startB(true);
            try {
                fault = await(() -> victim.lines.stream().filter((round + " up B")::equals).count() > 1
                    || isDeclaredDead()) ? null : "B is back, A has no session with it, and the judge sees A alive";
            } finally {
                b.close();
            }
        }
        System.out.println("thread " + thread + " can call nothing: "
            + (fault != null ? fault : isDeclaredDead() ? "the node has visibly ended" : "the node works"));
        victim.tell("disarm");
        victim.tell("close");
        if (fault == null && !await(() -> said("closed").isPresent() || said("leave threw").isPresent())) {
            fault = "leave() does not return";
        }
        if (fault != null) {
            failures.add("thread " + thread + " can call nothing: " + fault);
        }
        victim.close();
        startVictim();
        victim.lines.clear();
    }

    /** Whether A's partner has reported that A is dead, or has never had a session with it. */
    private boolean isDeclaredDead() {
        return judge.partners().getFirst().session().isEmpty();
    }

    private void tellStory(final long seed) throws Exception {
        final Random random = new Random(seed);
        final Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
        final String armed = "arm " + THREADS.get(random.nextInt(THREADS.size())) + " "
            + Injection.Kind.values()[random.nextInt(Injection.Kind.values().length)] + " "
            + (1 + (long) Math.exp(random.nextDouble() * MOST_CALLS_LOG)) + " "
            + (random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(50));
        final boolean killsProcess = seed % STORIES_PER_KILLED_PROCESS == 0;
        String fault;
        String fired = "unknown";
        try {
            try (Mortal b = startB(killsProcess)) {
                round++;
                fault = outcome(moment, armed, b);
            }
            if (fault == null) {
                fault = outcomeOfRestart(killsProcess);
            }
            victim.tell("disarm");
            fired = await(() -> said("fired at ").isPresent()) ? said("fired at ").orElseThrow() : fired;
            if (fault == null) {
                fault = outcomeOfLeaving();
            }
        } catch (final IOException e) {
            fault = outcomeOfEnd(e);
        }
        if (fault != null) {
            final String story = "seed " + seed + ", " + moment + ", " + armed + ", " + fired
                + (killsProcess ? ", B killed" : ", B cut off") + ": " + fault;
            if (fault.isEmpty()) {
                endedVisibly++;
                System.out.println(story + "the node has visibly ended" + (STORIES == 1 ? victim.lines : ""));
            } else {
                victim.dumpThreads();
                System.out.println(story + "; " + String.join("\n    ", victim.lines));
                failures.add(story);
            }
            victim.close();
            startVictim();
        }
        victim.lines.clear();
    }

    /** Returns null if A has left when it was asked to. */
    private String outcomeOfLeaving() throws IOException, InterruptedException {
        victim.tell("close");
        if (!await(() -> said("closed").isPresent() || said("leave threw").isPresent())) {
            return "leave() does not return";
        }
        return said("closed").isEmpty() ? said("leave threw").orElseThrow() : null;
    }

    /** Returns an empty text if A's process has ended, which everybody sees, unless a signal has ended it. */
    private String outcomeOfEnd(final IOException cannotBeTold) throws IOException, InterruptedException {
        if (victim.isAlive()) {
            throw cannotBeTold;
        }
        final int status = victim.awaitExit();
        System.out.println("A's process has ended with status " + status + ": "
            + String.join("\n    ", victim.lines));
        return status < FIRST_STATUS_OF_SIGNALS ? "" : "A's process has ended with status " + status;
    }

    /** Returns the same for a B that comes back: A has a session with it again. */
    private String outcomeOfRestart(final boolean inProcess) throws IOException, InterruptedException {
        final Mortal b = startB(inProcess);
        try {
            if (await(() -> victim.lines.stream().filter((round + " up B")::equals).count() > 1)) {
                return null;
            }
            return isSeenAsEnded() ? "" : "B is back, A has no session with it, and the judge sees A alive";
        } finally {
            b.close();
        }
    }

    /**
     * Returns null if the node continued to work, an empty text if it has visibly ended, and otherwise what went wrong.
     */
    private String outcome(final Moment moment, final String armed, final Mortal b) throws Exception {
        if (moment == Moment.START) {
            victim.tell(armed);
        }
        victim.tell("start");
        if (!await(() -> hasTold("up B") && hasTold("up J"))) {
            return isSeenAsEnded() ? "" : "no session with B, and the judge sees A alive";
        }
        final boolean ready = await(() -> hasTold("client ready B") || moment == Moment.START)
            && hasTold("client ready B");
        if (moment == Moment.SESSION) {
            victim.tell(armed);
            Thread.sleep(300);
        }
        if (moment == Moment.DEATH) {
            victim.tell(armed);
        }
        b.die();
        if (await(() -> hasTold("down B")
            && (!ready || hasTold("client down B") || hasTold("client closed B") || hasTold("client dropped B")))) {
            return null;
        }
        return isSeenAsEnded() ? "" : "B is dead, A has not notified " + (hasTold("down B") ? "its client" : "anybody")
            + ", and the judge sees A alive";
    }
}
