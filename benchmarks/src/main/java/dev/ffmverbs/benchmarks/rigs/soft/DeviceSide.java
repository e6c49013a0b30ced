// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A verbs device, driven by two JVMs.
 *
 * @param name        name in results.
 * @param description a sentence.
 * @param device      device of the measuring process.
 * @param peerDevice  device of its peer.
 * @param library     library that replaces this program's; empty for this program's.
 * @param prefix      prefix of command lines; empty to run where this process runs.
 * @param jvmOptions  options of both JVMs.
 */
public record DeviceSide(
    String name, String description, String device, String peerDevice, Optional<Path> library, List<String> prefix,
    List<String> jvmOptions) implements Side {

    private static final String SOFTWARE_DEVICE = "soft0";
    private static final int ADDRESS = 1;
    private static final int PEER_ADDRESS = 2;

    /** Options of the JVMs of all sides. */
    static final List<String> JVM_OPTIONS = List.of(
        "-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=9g",
        "--enable-native-access=ALL-UNNAMED");

    /**
     * Returns the software device of this program.
     *
     * @param prefix     prefix of command lines.
     * @param jvmOptions options of both JVMs, after those that every side has.
     * @return the side {@code soft}.
     */
    public static DeviceSide software(final List<String> prefix, final List<String> jvmOptions) {
        return new DeviceSide("soft", "the software device in Java, two JVMs", SOFTWARE_DEVICE, SOFTWARE_DEVICE,
            Optional.empty(), prefix, jvmOptions);
    }

    /**
     * Returns the software device of another build.
     *
     * @param library    its library.
     * @param prefix     prefix of command lines.
     * @param jvmOptions options of both JVMs, after those that every side has.
     * @return the side {@code before}.
     */
    public static DeviceSide before(
        final Path library, final List<String> prefix, final List<String> jvmOptions) {
        return new DeviceSide("before", "the software device of " + library, SOFTWARE_DEVICE, SOFTWARE_DEVICE,
            Optional.of(library), prefix, jvmOptions);
    }

    @Override
    public boolean isC() {
        return false;
    }

    @Override
    public Figures run(final Load load) throws IOException {
        return run(DeviceWorker.class, load);
    }

    /** Runs a program in both processes, which exchange the addresses of their ends. */
    Figures run(final Class<?> program, final Load load) throws IOException {
        try (Conversation responder = new Conversation(
                 command(program, DeviceWorker.RESPOND, peerDevice, PEER_ADDRESS, load), load);
             Conversation requester = new Conversation(
                 command(program, DeviceWorker.REQUEST, device, ADDRESS, load), load)) {
            final List<String> addresses = addresses(requester.readUntil("open"));
            requester.write(addresses(responder.readUntil("open")));
            responder.write(addresses);
            responder.readUntil("ready");
            requester.write(List.of("go"));
            return requester.readFigures(responder);
        }
    }

    private static List<String> addresses(final List<String> lines) {
        return lines.stream().filter(line -> line.startsWith(QueuePairGroup.PREFIX)).toList();
    }

    private List<String> command(
        final Class<?> program, final String role, final String ownDevice, final int address, final Load load)
        throws IOException {
        final List<String> options = new ArrayList<>(JVM_OPTIONS);
        options.add("-Dsoftroce.addresses=" + (ownDevice.equals(SOFTWARE_DEVICE)
            ? LoopbackAddress.ofThisProcess(address) : ""));
        options.addAll(jvmOptions);
        final List<String> words = new ArrayList<>(List.of(role, ownDevice));
        words.addAll(load.arguments());
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(
            JavaProgram.command(options, classPath(), program, words.toArray(String[]::new)));
        return command;
    }

    /** Returns the class path of this program, with the other library instead of this program's. */
    private String classPath() throws IOException {
        final String own = System.getProperty("java.class.path");
        if (library.isEmpty()) {
            return own;
        }
        final Path replaced = ownLibrary();
        final List<String> entries = Arrays.stream(own.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().normalize().equals(replaced)
                ? library.get().toString() : entry).toList();
        if (!entries.contains(library.get().toString())) {
            throw new IOException(replaced + ", from which this program has its library, is not in the class path "
                + own);
        }
        return entries.stream().collect(Collectors.joining(File.pathSeparator));
    }

    private static Path ownLibrary() {
        try {
            return Path.of(Verbs.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toAbsolutePath().normalize();
        } catch (final URISyntaxException e) {
            throw new IllegalStateException("the library does not come from a file", e);
        }
    }
}
