// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of an ownership storm on this machine. Its links can be cut if its device is a software device. */
class LocalStormProcess implements StormProcess, AutoCloseable {

    private final String name;
    private final List<String> jvmOptions;
    private final Path folder;
    private final List<Use> usesOfEarlier = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private int started;
    private NodeProcess process;

    /**
     * Starts nothing yet.
     *
     * @param name       name of the process.
     * @param jvmOptions options that give its JVM its device.
     * @param folder     where it records what it uses.
     */
    LocalStormProcess(final String name, final List<String> jvmOptions, final Path folder) {
        this.name = name;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.folder = folder;
    }

    private Path usesFile() {
        return folder.resolve(name + "." + started + ".uses");
    }

    private List<Use> readPresentUses() {
        try {
            return Files.exists(usesFile()) ? OwnershipUses.read(name, usesFile()) : List.of();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read what " + name + " has used", e);
        }
    }

    private void keep(final String line) {
        if (!line.contains("\"HEARTBEATS\"") && !line.contains("\"STEP\"")) {
            synchronized (lines) {
                lines.add(line);
            }
        }
    }

    @Override
    public void start(final String subcommand, final List<String> arguments) {
        usesOfEarlier.addAll(readPresentUses());
        started++;
        final List<String> all = new ArrayList<>(arguments);
        if (subcommand.equals("node")) {
            all.addAll(List.of("--uses", usesFile().toString()));
        }
        process = NodeProcess.start(subcommand, jvmOptions, all, Map.of(), this::keep);
    }

    @Override
    public void kill() throws InterruptedException {
        process.kill();
        process.await();
    }

    @Override
    public void pause() throws InterruptedException {
        process.pause();
    }

    @Override
    public void resume() throws InterruptedException {
        process.resume();
    }

    @Override
    public void handOver() {
        process.tell(NodeControl.HAND_OVER);
    }

    @Override
    public void cut(final InetAddress peer, final String direction) {
        process.tell("partition=" + direction + ",peer=" + peer.getHostAddress());
    }

    @Override
    public void heal() {
        if (process.isAlive()) {
            process.tell("");
        }
    }

    @Override
    public long[][] readUses() {
        final List<Use> uses = new ArrayList<>(usesOfEarlier);
        uses.addAll(readPresentUses());
        return uses.stream().map(use -> new long[] {use.term(), use.firstNs(), use.lastNs()}).toArray(long[][]::new);
    }

    @Override
    public List<String> takeLines() {
        synchronized (lines) {
            final List<String> taken = new ArrayList<>(lines);
            lines.clear();
            return taken;
        }
    }

    @Override
    public long readClockNs() {
        return System.nanoTime();
    }

    /** Kills the process if it runs. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
