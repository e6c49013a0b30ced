// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.Context;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.process.PeerJars;
import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.cm.LocalAddresses;
import java.io.File;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** DiSNI itself, where its native library is installed. */
public final class DisniBinding implements Binding {

    private static final String LIBRARY_PATH = "java.library.path";
    private static final String[] ARTIFACTS = {"disni", "slf4j-api", "slf4j-nop"};

    /** For {@link java.util.ServiceLoader}. */
    public DisniBinding() {
    }

    @Override
    public String name() {
        return "disni";
    }

    @Override
    public Family family() {
        return Family.PEER;
    }

    @Override
    public String description() {
        return "DiSNI over the same device: call objects that are prepared once; its native library has no atomic"
            + " operations";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device) {
        final String library = System.mapLibraryName("disni");
        final String folders = System.getProperty(LIBRARY_PATH);
        if (Arrays.stream(folders.split(File.pathSeparator)).noneMatch(folder ->
            Files.exists(Path.of(folder, library)))) {
            return Optional.of("DiSNI's " + library + " is in none of " + folders
                + ": build it from github.com/zrlio/disni and set LD_LIBRARY_PATH");
        }
        if (PeerJars.find(ARTIFACTS).isEmpty()) {
            return Optional.of(PeerJars.missing(ARTIFACTS[0]));
        }
        return device.kind() == MeasuredDevice.Kind.KERNEL || device.kind() == MeasuredDevice.Kind.HARDWARE
            ? Optional.empty() : Optional.of("DiSNI connects devices of the system by their IP addresses");
    }

    @Override
    public List<String> jvmOptions(final MeasuredDevice device) {
        return List.of("-D" + LIBRARY_PATH + "=" + System.getProperty(LIBRARY_PATH));
    }

    @Override
    public String classPath() {
        return PeerJars.find(ARTIFACTS).orElse("");
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        try (Context context = Verbs.open(deviceName)) {
            final InetAddress address = LocalAddresses.of(context).stream().findFirst().orElseThrow(() ->
                new NoSuchElementException(deviceName + " has no IP address by which DiSNI could connect"));
            return new DisniSession(address, Math.toIntExact(bufferBytes / 2));
        }
    }
}
