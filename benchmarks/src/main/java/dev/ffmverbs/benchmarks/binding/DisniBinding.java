// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.Context;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.process.PeerJars;
import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.cm.LocalAddresses;
import java.net.Inet4Address;
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
        return "DiSNI over the same device: call objects prepared once and executed again, completions copied into"
            + " objects by every poll; DiSNI has no atomic operations";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device) {
        if (device.kind() != MeasuredDevice.Kind.KERNEL && device.kind() != MeasuredDevice.Kind.HARDWARE) {
            return Optional.of("DiSNI connects only through librdmacm, which knows RDMA devices of the system only");
        }
        return PeerJars.find(ARTIFACTS).isEmpty() ? Optional.of(PeerJars.describeMissing(ARTIFACTS[0]))
            : DisniTrial.whyNot(device, this);
    }

    /** {@inheritDoc} DiSNI reads the addresses of direct buffers by a class that the JDK has stopped exporting. */
    @Override
    public List<String> jvmOptions(final MeasuredDevice device) {
        return List.of("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "-D" + LIBRARY_PATH + "=" + libraryPath());
    }

    /** Returns the folders in which DiSNI's native library is looked for. */
    static String libraryPath() {
        return System.getProperty(LIBRARY_PATH);
    }

    @Override
    public String classPath() {
        return PeerJars.find(ARTIFACTS).orElse("");
    }

    @Override
    public DisniSession open(final String deviceName, final long bufferBytes) {
        try (Context context = Verbs.open(deviceName)) {
            return new DisniSession(LocalAddresses.of(context).stream().filter(Inet4Address.class::isInstance)
                .findFirst().orElseThrow(() -> new NoSuchElementException(
                    deviceName + " has no IPv4 address, and DiSNI connects by no other")),
                Math.toIntExact(bufferBytes / 2));
        }
    }
}
