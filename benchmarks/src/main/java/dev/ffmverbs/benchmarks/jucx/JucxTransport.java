// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jucx;

import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.process.PeerJars;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What carries UCX's operations. */
public enum JucxTransport {

    /** TCP of this machine. UCX moves the bytes of GET and PUT by messages, which the peer's worker has to handle. */
    TCP("jucx-tcp", "tcp,self", "jucx over TCP"),

    /** Memory that both processes map. UCX copies between the two with its own instructions. */
    SHARED_MEMORY("jucx-shm", "posix,sysv,cma,self", "jucx over shared memory, without any network"),

    /** Reliable connections of the measured device, set up by datagrams. */
    VERBS("jucx-verbs", "rc_verbs,ud_verbs,self", "jucx over the same device, by reliable connections");

    /**
     * Over Ethernet, UCX compares the destination of each datagram with its own address, and drops those of rxe: the
     * messages that connect reliable connections never arrive. Without the comparison, they do. jucx cannot set this.
     */
    private static final List<String> WITHOUT_DESTINATION_CHECK = List.of("env", "UCX_UD_VERBS_ETH_DGID_CHECK=n");

    /** The artifact of jucx. */
    private static final String ARTIFACT = "jucx";

    /** What a process that tries a transport found; trying takes a second. */
    private static final Map<String, Optional<String>> REASONS = new ConcurrentHashMap<>();

    private final String label;
    private final String ucxNames;
    private final String description;

    JucxTransport(final String label, final String ucxNames, final String description) {
        this.label = label;
        this.ucxNames = ucxNames;
        this.description = description;
    }

    /**
     * Returns the name in results.
     *
     * @return for example {@code jucx-tcp}.
     */
    public String label() {
        return label;
    }

    /**
     * Describes it.
     *
     * @return words for a sentence.
     */
    public String description() {
        return description;
    }

    /** Returns the value of UCX's setting {@code UCX_TLS}. */
    String ucxNames() {
        return ucxNames;
    }

    /**
     * Returns whether it needs an RDMA device.
     *
     * @return true if another device is another transport.
     */
    public boolean needsDevice() {
        return this == VERBS;
    }

    /**
     * Returns what a process that uses jucx needs on its class path.
     *
     * @return jucx's jar; nothing if there is none.
     */
    public static String classPath() {
        return PeerJars.find(ARTIFACT).orElse("");
    }

    /**
     * Returns what precedes the command line of a process, for settings of UCX that only its environment can change.
     *
     * @return words, possibly none.
     */
    public List<String> prefix() {
        return needsDevice() ? WITHOUT_DESTINATION_CHECK : List.of();
    }

    /**
     * Returns the command line of a class that uses jucx.
     *
     * @param jvmOptions options of the JVM.
     * @param program    class with a {@code main} method.
     * @param arguments  its arguments.
     * @return a command line.
     */
    public List<String> command(final List<String> jvmOptions, final Class<?> program, final String... arguments) {
        final List<String> command = new ArrayList<>(prefix());
        command.addAll(JavaProgram.command(jvmOptions, System.getProperty("java.class.path") + File.pathSeparator
            + classPath(), program, arguments));
        return command;
    }

    /**
     * Tries in another process whether operations complete, once for each device.
     *
     * @param deviceName name of the RDMA device; ignored by transports that need none.
     * @return why none does; empty if they do.
     */
    public Optional<String> whyNot(final String deviceName) {
        if (PeerJars.find(ARTIFACT).isEmpty()) {
            return Optional.of(PeerJars.describeMissing(ARTIFACT));
        }
        return REASONS.computeIfAbsent(label + " " + deviceName, key -> new JucxTrial(command(
            List.of("--enable-native-access=ALL-UNNAMED", "-Xmx64m", "-XX:TieredStopAtLevel=1"), JucxTrial.class,
            name(), deviceName)).run());
    }
}
