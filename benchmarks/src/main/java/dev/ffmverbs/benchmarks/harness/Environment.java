// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine and the software that results depend on. */
public final class Environment {

    private static final Path CPU = Path.of("/proc/cpuinfo");

    private Environment() {
    }

    /** Returns facts by their names, in the order in which reports show them. */
    static Map<String, String> describe(
        final List<MeasuredDevice> devices, final NativeCode natives, final int plannedRounds) {
        final Map<String, String> facts = describeMachine();
        facts.put("rounds planned", Integer.toString(plannedRounds));
        facts.put("JVM options", String.join(" ", JavaSide.JVM_OPTIONS));
        facts.put("C compiler", natives.compilerVersion() + ", -O2");
        devices.forEach(device -> facts.put("device " + device.label(), describe(device)));
        return facts;
    }

    /**
     * Describes this machine, and the time.
     *
     * @return facts by their names, in the order in which reports show them.
     */
    public static Map<String, String> describeMachine() {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", field(CPU, "model name").orElse("unknown"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("frequency governor",
            line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"))
                .orElse("not reported by the kernel"));
        facts.put("virtual machine", field(CPU, "flags").orElse("").contains("hypervisor") ? "yes" : "no");
        facts.put("clock source",
            line(Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource")).orElse("unknown"));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"));
        facts.put("system", field(Path.of("/etc/os-release"), "PRETTY_NAME").orElse("unknown").replace("\"", ""));
        facts.put("JDK", System.getProperty("java.vendor") + " " + Runtime.version());
        facts.put("load before", line(Path.of("/proc/loadavg")).orElse("unknown"));
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return facts;
    }

    private static String describe(final MeasuredDevice device) {
        return switch (device.kind()) {
            case STUB -> "a libibverbs that does no I/O: call costs only";
            case SOFT -> "software device in Java: RoCE v2 over UDP on the loopback interface";
            case KERNEL, HARDWARE -> {
                final Path folder = Path.of("/sys/class/infiniband", device.verbsName());
                yield (device.kind() == MeasuredDevice.Kind.HARDWARE ? "network adapter, driver " + driver(folder)
                    : "software device of the kernel") + ", firmware "
                    + line(folder.resolve("fw_ver")).orElse("unknown") + ", board "
                    + line(folder.resolve("board_id")).orElse("unknown");
            }
        };
    }

    private static String driver(final Path folder) {
        try {
            return folder.resolve("device/driver").toRealPath().getFileName().toString();
        } catch (final IOException e) {
            return "unknown";
        }
    }

    private static Optional<String> line(final Path file) {
        try {
            return Files.readAllLines(file).stream().findFirst().map(String::strip).filter(text -> !text.isEmpty());
        } catch (final IOException notThere) {
            return Optional.empty();
        }
    }

    private static Optional<String> field(final Path file, final String name) {
        try {
            return Files.readAllLines(file).stream().filter(text -> text.startsWith(name)).findFirst()
                .map(text -> text.substring(text.indexOf(text.contains("\t") ? ':' : '=') + 1).strip());
        } catch (final IOException notThere) {
            return Optional.empty();
        }
    }
}
