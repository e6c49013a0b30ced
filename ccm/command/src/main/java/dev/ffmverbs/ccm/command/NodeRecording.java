// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * Records a node with JDK Flight Recorder: all events of the connection manager and of software devices, and the events
 * that a JVM records by default, so that pauses of the JVM can be compared with late heartbeats.
 *
 * <p>A recording contains neither the environment nor the command line, where secrets may be. Only its owner can read
 * the file, and the temporary folder where Flight Recorder keeps its data until the file is written.
 */
final class NodeRecording implements AutoCloseable {

    /** The option that names the file. */
    static final String OPTION = "--flight-recording";

    private static final Logger LOGGER = System.getLogger(NodeRecording.class.getName());
    private static final String SETTINGS = "/META-INF/ccm.jfc";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final String TEMPORARY_FOLDER = "ccm-recording-";
    private static final String DIAGNOSTIC_COMMANDS = "com.sun.management:type=DiagnosticCommand";

    /** The latest part that is kept, as in a recording that the java command starts. */
    private static final long MAXIMUM_BYTES = 250L << 20;

    private final Recording recording;
    private final Path temporary;

    private NodeRecording(final Recording recording, final Path temporary) {
        this.recording = recording;
        this.temporary = temporary;
    }

    /**
     * Starts recording.
     *
     * @param file file that the recording is written to when it is closed; null to record nothing.
     * @throws CommandFailedException if the file cannot be written.
     */
    static NodeRecording start(final Path file) {
        if (file == null) {
            return new NodeRecording(null, null);
        }
        try {
            makePrivate(file);
            final Path temporary = FlightRecorder.isInitialized() ? null : useTemporaryFolder();
            final NodeRecording started = new NodeRecording(new Recording(settings()), temporary);
            started.begin(file);
            return started;
        } catch (final IOException e) {
            throw OutputFile.cannotWrite(OPTION, file, e);
        } catch (final JMException | ParseException | IllegalStateException e) {
            throw new CommandFailedException(OPTION + ": cannot record to " + file + ": " + e.getMessage(), e);
        }
    }

    private void begin(final Path file) throws IOException {
        try {
            recording.setName("ccm node");
            recording.setMaxSize(MAXIMUM_BYTES);
            recording.setDestination(file);
            recording.start();
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Creates the file, or removes the access that others have to an existing one. */
    private static void makePrivate(final Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (final FileAlreadyExistsException e) {
            if (Files.isRegularFile(file)) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
        }
    }

    /** Makes Flight Recorder use a new folder that only this user can read; its default folders are open to all. */
    private static Path useTemporaryFolder() throws IOException, JMException {
        final Path folder = Files.createTempDirectory(TEMPORARY_FOLDER);
        ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName(DIAGNOSTIC_COMMANDS), "jfrConfigure",
            new Object[] {new String[] {"repositorypath=" + folder}}, new String[] {String[].class.getName()});
        return folder;
    }

    private static Map<String, String> settings() throws IOException, ParseException {
        final Map<String, String> settings =
            new HashMap<>(Configuration.getConfiguration("default").getSettings());
        try (Reader reader = new InputStreamReader(
            ClusterConnectionManager.class.getResourceAsStream(SETTINGS), StandardCharsets.UTF_8)) {
            settings.putAll(Configuration.create(reader).getSettings());
        }
        return settings;
    }

    /** Stops the recording and writes the file. */
    @Override
    public void close() {
        try (recording) {
            // Null if nothing is recorded.
        } finally {
            if (temporary != null) {
                delete(temporary);
            }
        }
    }

    private static void delete(final Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException e) {
            LOGGER.log(Level.DEBUG, "the temporary folder " + folder + " of the recording stays behind", e);
        }
    }
}
