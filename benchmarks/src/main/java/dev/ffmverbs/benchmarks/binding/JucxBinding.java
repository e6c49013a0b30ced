// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.jucx.JucxTransport;
import dev.ffmverbs.benchmarks.result.Family;
import java.util.List;
import java.util.Optional;

/**
 * UCX through jucx, both ends in one process: {@code jucx-tcp}, {@code jucx-shm} and {@code jucx-verbs}.
 *
 * <p>It is not one of {@link java.util.ServiceLoader}'s classes, because it has an object for each transport.
 */
final class JucxBinding implements Binding {

    private final JucxTransport transport;

    JucxBinding(final JucxTransport transport) {
        this.transport = transport;
    }

    @Override
    public String name() {
        return transport.label();
    }

    @Override
    public Family family() {
        return Family.PEER;
    }

    @Override
    public String description() {
        return transport.description() + "; both workers make progress on the measuring thread; PUT is followed by a"
            + " flush, and SEND is a tagged message; jucx has no atomic operations";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device) {
        if (transport == JucxTransport.VERBS && !device.isNative()) {
            return Optional.of("UCX knows RDMA devices of the system only");
        }
        return transport.whyNot(device.verbsName());
    }

    @Override
    public List<String> jvmOptions(final MeasuredDevice device) {
        return List.of();
    }

    @Override
    public String classPath() {
        return JucxTransport.classPath();
    }

    @Override
    public List<String> prefix() {
        return transport.prefix();
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        return new JucxSession(transport, deviceName, Math.toIntExact(bufferBytes / 2));
    }
}
