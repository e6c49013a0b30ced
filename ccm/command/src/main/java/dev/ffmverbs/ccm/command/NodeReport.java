// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Rejection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Converts results to JSON, with times in microseconds. */
final class NodeReport {

    /** The option that names the file for results, in every command that has such an option. */
    static final String JSON_OPTION = "--json";

    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

    private NodeReport() {
    }

    static Map<String, Object> handshake(final HandshakeTimes times) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        if (times != null) {
            fields.put("r1Us", Microseconds.of(times.r1Ns()));
            fields.put("w1Us", Microseconds.of(times.w1Ns()));
            fields.put("r2Us", Microseconds.of(times.r2Ns()));
            fields.put("w2Us", Microseconds.of(times.w2Ns()));
            fields.put("totalUs", Microseconds.of(times.totalNs()));
            fields.put("attempts", times.attempts());
        }
        return fields;
    }

    static Map<String, Object> heartbeat(final HeartbeatSummary summary) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("count", summary.count());
        fields.put("unanswered", summary.unanswered());
        fields.put("late", summary.late());
        fields.put("torn", summary.torn());
        fields.put("p50Us", Microseconds.of(summary.p50Ns()));
        fields.put("p99Us", Microseconds.of(summary.p99Ns()));
        fields.put("p999Us", Microseconds.of(summary.p999Ns()));
        fields.put("maxUs", Microseconds.of(summary.maxNs()));
        return fields;
    }

    static Map<String, Object> rejections(final Map<Rejection, Long> counts) {
        final Map<String, Object> fields = new TreeMap<>();
        counts.forEach((reason, count) -> fields.put(reason.name(), count));
        return fields;
    }

    /** Writes the file that the option names. */
    static void write(final Path file, final Map<String, Object> content) {
        try (OutputStream out = Files.newOutputStream(file)) {
            FORMAT.write(content, out);
        } catch (final IOException e) {
            throw OutputFile.cannotWrite(JSON_OPTION, file, e);
        }
    }

    static Map<String, Object> read(final Path file) {
        try {
            return FORMAT.mapFrom(file.toFile());
        } catch (final IOException e) {
            throw new CommandFailedException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
