// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.binding.Binding;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.worker.Worker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Java binding, in a JVM of its own. */
record JavaSide(Binding binding) implements Side {

    /**
     * Options of every measuring JVM. With {@code -Xbatch} a method waits for its compilation: on a busy machine the
     * compiler could otherwise come long after the warm-up seemed over.
     */
    static final List<String> JVM_OPTIONS =
        List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=9g", "-Xbatch",
            "-XX:+UnlockDiagnosticVMOptions", "-XX:+SafepointALot", "-XX:GuaranteedSafepointInterval=100");

    @Override
    public String name() {
        return binding.name();
    }

    @Override
    public Family family() {
        return binding.family();
    }

    @Override
    public String description() {
        return binding.description();
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device, final NativeCode natives) {
        return binding.whyNot(device)
            .or(() -> family() == Family.JNI ? natives.jni().failure() : Optional.empty())
            .or(() -> Side.whyNoDevice(device, natives));
    }

    @Override
    public List<String> command(final MeasuredDevice device, final NativeCode natives, final Path safepointLog) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.add(SafepointLog.option(safepointLog));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Ddev.ffmverbs.benchmarks.jni=" + natives.jni().file());
        if (!device.isNative()) {
            command.add("-Dsoftroce.addresses=" + ownLoopbackAddress(5) + "," + ownLoopbackAddress(6));
        }
        command.addAll(binding.jvmOptions(device));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName(), name()));
        return command;
    }

    /**
     * One software device owns an address on a machine: another program may have the usual one. Each process has eight
     * addresses that follow from its number; the demo and the tests take others of theirs.
     */
    private static String ownLoopbackAddress(final int number) {
        final long process = ProcessHandle.current().pid();
        return "127." + (process >> 13 & 0xFF) + "." + (process >> 5 & 0xFF) + "." + ((process & 0x1F) << 3 | number);
    }
}
