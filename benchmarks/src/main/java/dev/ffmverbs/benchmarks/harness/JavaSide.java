// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.binding.Binding;
import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.worker.Worker;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Java binding; every run has a new JVM. */
record JavaSide(Binding binding) implements Side {

    /**
     * Options of every measuring JVM. With {@code -Xbatch} a method waits for its compilation: on a busy machine the
     * compiler could otherwise finish long after the warm-up seemed over.
     */
    static final List<String> JVM_OPTIONS =
        List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=9g", "-Xbatch",
            "-XX:+UnlockDiagnosticVMOptions", "-XX:+SafepointALot", "-XX:GuaranteedSafepointInterval=100");

    private static final int FIRST_ADDRESS = 5;
    private static final int SECOND_ADDRESS = 6;

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
        final List<String> options = new ArrayList<>(JVM_OPTIONS);
        options.add(SafepointLog.option(safepointLog));
        options.add("--enable-native-access=ALL-UNNAMED");
        options.add("-Ddev.ffmverbs.benchmarks.jni=" + natives.jni().file());
        if (!device.isNative()) {
            options.add("-Dsoftroce.addresses=" + LoopbackAddress.ofThisProcess(FIRST_ADDRESS) + ","
                + LoopbackAddress.ofThisProcess(SECOND_ADDRESS));
        }
        options.addAll(binding.jvmOptions(device));
        final String own = System.getProperty("java.class.path");
        final List<String> command = new ArrayList<>(binding.prefix());
        command.addAll(JavaProgram.command(options, binding.classPath().isEmpty() ? own
            : own + File.pathSeparator + binding.classPath(), Worker.class, name()));
        return command;
    }
}
