// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * Records a node with JDK Flight Recorder: all events of the connection manager and of software devices, and what a JVM
 * records by default, so that its own pauses stand beside heartbeats that came late.
 */
final class NodeRecording implements AutoCloseable {

    private static final String SETTINGS = "/dev/ffmverbs/ccm/events/ccm.jfc";

    /** Of a node that runs on, the latest part is kept, as long as for a recording that the java command starts. */
    private static final long MAXIMUM_BYTES = 250L << 20;

    private final Recording recording;

    private NodeRecording(final Recording recording) {
        this.recording = recording;
    }

    /**
     * Starts recording.
     *
     * @param file where the recording is written when it is closed; null to record nothing.
     * @throws CommandFailedException when the file cannot be written.
     */
    static NodeRecording start(final Path file) {
        if (file == null) {
            return new NodeRecording(null);
        }
        try {
            requireFolder(file);
            final Recording recording = new Recording(settings());
            recording.setName("ccm node");
            recording.setMaxSize(MAXIMUM_BYTES);
            recording.setDestination(file);
            recording.start();
            return new NodeRecording(recording);
        } catch (final IOException | ParseException | IllegalStateException e) {
            throw new CommandFailedException("cannot record to " + file + ": " + e.getMessage(), e);
        }
    }

    private static void requireFolder(final Path file) throws IOException {
        final Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
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

    /** Ends the recording and writes it. */
    @Override
    public void close() {
        if (recording != null) {
            recording.close();
        }
    }
}
